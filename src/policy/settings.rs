//! Every number and switch of a policy, as one flat table.
//!
//! A layer of options (`defaults`, a rule, a call) names some of them; laid over each other they make a complete policy.
//! One table serves reading, merging and checking, so a new setting is one row here and one member of the options' shape.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use crate::time::Millis;

/// The layer does not name it.
const UNSET: f64 = -2.0;
/// `false`.
pub const OFF: f64 = -1.0;
/// `true`, or an object.
pub const ON: f64 = 1.0;

macro_rules! settings {
    ($($(#[$doc:meta])* $id:ident = $default:expr;)*) => {
        /// One setting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Id { $($(#[$doc])* $id),* }

        /// What holds where no option says otherwise.
        const BUILT_IN: [f64; COUNT] = [$($default),*];
        const COUNT: usize = [$($default),*].len();
    };
}

// The figures are those of the fleet simulation (docs/simulation.md; 4 000 clients, worst of all variants and two seeds):
// what another number would do. "Lost" is load that is not served on time, in seconds of a run of 300.
settings! {
    /// `attemptTimeout`, ms from sending to headers. A timeout is then hardly ever tried again: with 5 s a brownout loses 58 s
    /// instead of 49, a black hole 92 instead of 86.
    AttemptTimeout = 9_500.0;
    /// `idleTimeout`, ms between body chunks.
    IdleTimeout = OFF;
    /// `deadline`, ms from the call to headers. What is on time, by when people look elsewhere; with 15 s a black hole is over
    /// after 51 s instead of 35 and the load peaks at 1.6 times the usual after a brownout, with 30 s after 60 s.
    Deadline = 10_000.0;
    /// `deadline.body`: it covers the body too.
    DeadlineBody = OFF;
    /// `throwHttpErrors`.
    ThrowHttpErrors = OFF;
    /// `pacing`. It obeys what a server says; no server of the simulation says anything but Retry-After.
    Pacing = ON;
    /// `coalesce`.
    Coalesce = OFF;
    /// `retry` as a whole. Without it 30 % failing attempts lose 18 s instead of 1.9.
    Retry = ON;
    /// Attempts in all, the first one included. With 30 % failing attempts 2 lose 6.0 s, 3 lose 2.5 s, 4 lose 1.9 s; more of
    /// them only help where the goal of 2 s is met already.
    RetryAttempts = 4.0;
    /// First bound of the jitter, ms; unset: by the kind of failure.
    RetryBase = UNSET;
    /// Upper bound of the jitter, ms; unset: by the kind of failure.
    RetryCap = UNSET;
    /// Whether an attempt that timed out is tried again. With the built-in limits it makes no difference: nothing fits after one.
    RetryTimeouts = ON;
    /// `budget` as a whole. Without it the whole fleet back online sends 2.2 times its usual load instead of 1.6.
    Budget = ON;
    /// Tokens at most. With 3 tokens 30 % failing attempts lose 6.6 s instead of 1.9; with 20 a fleet back online reaches
    /// 1.8 × capacity instead of 1.5.
    BudgetCapacity = 10.0;
    /// Tokens that a success gives back: 10 % more load in the long run (Finagle and the SRE book have 10 to 20 %). A tab has too
    /// few calls for 0.02 or 0.3 to differ in 300 s.
    BudgetRefill = 0.1;
    /// `breaker` as a whole. Without it a brownout loses 199 s instead of 49, and the load peaks at 2.4 times the usual.
    Breaker = ON;
    /// Share of failures that opens it. It is for endpoints with many calls: from 0.3 to 0.8, 30 % failing attempts lose 1.95 to
    /// 1.71 s, all else stays.
    BreakerFailureRatio = 0.5;
    /// Failures in a row that open it. With 3 an outage peaks at 1.8 times the usual load instead of 1.4 and a brownout loses
    /// 63 s instead of 49; with 5 it is 2.2 times and 73 s. One alone says nothing.
    BreakerConsecutive = 2.0;
    /// Outcomes that the share needs at least. With 5, 30 % failing attempts lose 2.03 s instead of 1.88.
    BreakerMinimum = 10.0;
    /// What the share looks back on, ms. From 20 to 60 s no figure moves by more than 5 %.
    BreakerWindow = 30_000.0;
    /// How long it stays open at first, ms. With 2.5 s an outage peaks at 1.8 times the usual load instead of 1.4 and a brownout
    /// loses 61 s instead of 49; with 8 s 30 % failing attempts lose 2.4 s instead of 1.9.
    BreakerOpen = 5_000.0;
    /// How long it stays open at most, ms. With 5 s an outage peaks at 1.5 times the usual load instead of 1.4; with 12 s it is
    /// over 5 s after its end instead of 2, with 20 s after 13.
    BreakerOpenCap = 8_000.0;
    /// An answer slower than this counts as a failure, ms.
    BreakerSlow = OFF;
    /// `whileOpen`: 0 hold, 1 refuse. To refuse loses 3.5 s of 30 % failing attempts instead of 1.9, and recovers 6 s after an
    /// outage instead of 2.
    BreakerWhileOpen = 0.0;
    /// `halfOpen`: 0 queue, 1 refuse. To refuse loses 81 s of an outage instead of 59, since a probe alone rarely says enough.
    BreakerHalfOpen = 0.0;
    /// `bulkhead` as a whole.
    Bulkhead = OFF;
    /// Calls of the rule in flight at most. It has to be named: the number depends on the app.
    BulkheadConcurrent = 10.0;
    /// Calls that wait for a place at most.
    BulkheadQueue = 0.0;
    /// `hedge` as a whole.
    Hedge = OFF;
    /// Time until the second attempt, ms; 0: by the latencies seen.
    HedgeDelay = 0.0;
    /// Extra attempts at most. A second one is hardly ever within the budget.
    HedgeMax = 1.0;
    /// Share of extra load allowed: what hedging may cost. It cuts the 99th percentile of page views from 2.6 to 0.6 s.
    HedgeBudget = 0.02;
    /// `idempotency` as a whole.
    Idempotency = OFF;
    /// Whether the key is sent as a quoted string.
    IdempotencyQuoted = ON;
    /// `cache` as a whole.
    Cache = OFF;
    /// A [`Strategy`]. It has to be named.
    CacheStrategy = 0.0;
    /// How long a copy is served without asking, beside what the response allows, ms.
    CacheFresh = UNSET;
    /// How long past that a copy stands in where the network fails, ms: a day.
    CacheStaleIfError = 86_400_000.0;
    /// How long past that a copy is served while the network is asked, ms: a day.
    CacheStaleWhileRevalidate = 86_400_000.0;
    /// How long network-first waits before it serves the copy, ms; unset: until the network has failed.
    CacheHeadStart = UNSET;
    /// Copies of the rule at most.
    CacheMaxEntries = 1_000.0;
    /// Bytes of the rule's copies at most: 20 MB, of which every origin has many.
    CacheMaxBytes = 20_000_000.0;
    /// `outbox` as a whole.
    Outbox = OFF;
    /// How long a write waits at most, ms: a week.
    OutboxRetention = 604_800_000.0;
    /// Attempts to replay a write at most; waits between them grow to minutes.
    OutboxAttempts = 30.0;
    /// `respond`: 0 a 202 once it is stored, 1 the answer once it is sent.
    OutboxRespond = 0.0;
}

/// How stored copies are used, by its place among the option's choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The network is always asked; a copy stands in.
    NetworkFirst,
    /// A fresh copy is served without asking.
    CacheFirst,
    /// A copy is served at once; where it is stale, the network is asked for the next time.
    StaleWhileRevalidate,
}

impl Id {
    /// How many settings after this one belong to it: they start again where it is turned on over `false`.
    const fn members(self) -> usize {
        match self {
            Id::Retry => 4,
            Id::Budget | Id::Bulkhead => 2,
            Id::Breaker => 9,
            Id::Hedge | Id::Outbox => 3,
            Id::Idempotency => 1,
            Id::Cache => 6,
            _ => 0,
        }
    }
}

/// A layer of settings, or all layers laid over each other: then it is a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    numbers: [f64; COUNT],
    /// A bit for each setting that an option has named.
    named: u64,
    /// `retry.methods`, upper-case; `None`: the idempotent ones.
    pub methods: Option<Rc<Vec<String>>>,
    /// `retry.statuses`; `None`: by the table of kinds.
    pub statuses: Option<Rc<Vec<u16>>>,
    /// `idempotency.header`; `None`: `Idempotency-Key`.
    pub key_header: Option<Rc<String>>,
    /// `cache.vary`, lower-case: request headers that make another copy, beside those that the response names.
    pub vary: Option<Rc<Vec<String>>>,
    /// `outbox.lane`; `None`: the rule's own.
    pub outbox_lane: Option<Rc<String>>,
}

impl Default for Settings {
    /// A layer that names nothing.
    fn default() -> Self {
        Settings {
            numbers: [UNSET; COUNT],
            named: 0,
            methods: None,
            statuses: None,
            key_header: None,
            vary: None,
            outbox_lane: None,
        }
    }
}

impl Settings {
    /// What holds where no option says otherwise.
    pub fn built_in() -> Self {
        Settings { numbers: BUILT_IN, ..Settings::default() }
    }

    /// The policy that these layers make, which are laid over each other already.
    pub fn complete(layers: &Settings) -> Self {
        let mut policy = Settings::built_in();
        policy.apply(layers);
        policy.make_room();
        // A write that is replayed must be recognised.
        if policy.on(Id::Outbox) && !policy.on(Id::Idempotency) {
            let mut keys = Settings::default();
            keys.set(Id::Idempotency, ON);
            policy.apply(&keys);
        }
        policy
    }

    /// Lays a layer over this policy, member by member. An object over `false` starts again from the built-in defaults.
    pub fn apply(&mut self, layer: &Settings) {
        // So many of the next settings start again.
        let mut anew = 0;
        for (index, own) in self.numbers.iter_mut().enumerate() {
            let (over, built_in) = (layer.numbers.get(index), BUILT_IN.get(index));
            let (Some(over), Some(built_in)) = (over, built_in) else { return };
            if anew > 0 {
                anew -= 1;
                *own = *built_in;
            }
            if *over == UNSET {
                continue;
            }
            if *own == OFF && *over == ON {
                anew = GROUPS.get(index).copied().unwrap_or(0);
                self.named &= !(((1 << anew) - 1) << (index + 1));
                if index == Id::Retry as usize {
                    (self.methods, self.statuses) = (None, None);
                } else if index == Id::Idempotency as usize {
                    self.key_header = None;
                } else if index == Id::Cache as usize {
                    self.vary = None;
                } else if index == Id::Outbox as usize {
                    self.outbox_lane = None;
                }
            }
            *own = *over;
        }
        self.named |= layer.named;
        take(&mut self.methods, &layer.methods);
        take(&mut self.statuses, &layer.statuses);
        take(&mut self.key_header, &layer.key_header);
        take(&mut self.vary, &layer.vary);
        take(&mut self.outbox_lane, &layer.outbox_lane);
    }

    /// Names a setting.
    pub fn set(&mut self, id: Id, number: f64) {
        if let Some(place) = self.numbers.get_mut(id as usize) {
            *place = number;
            self.named |= 1 << id as u8;
        }
    }

    /// The number as it stands: [`OFF`] and unset ones are negative.
    pub fn number(&self, id: Id) -> f64 {
        self.numbers.get(id as usize).copied().unwrap_or(UNSET)
    }

    /// Whether an option, not only a built-in default, has set it.
    pub fn is_named(&self, id: Id) -> bool {
        self.named & (1 << id as u8) != 0
    }

    /// Whether it is on.
    pub fn on(&self, id: Id) -> bool {
        self.number(id) > 0.0
    }

    /// A whole number; 0 where it is off or unset.
    pub fn whole(&self, id: Id) -> u32 {
        self.number(id) as u32
    }

    /// A length of time; `None` where it is off or unset.
    pub fn millis(&self, id: Id) -> Option<Millis> {
        let number = self.number(id);
        (number >= 0.0).then_some(number as Millis)
    }

    /// A time limit for a request. Built-in ones do not hold for slow bodies (larger than 64 KB, streamed, of unknown size),
    /// since sending counts.
    pub fn limit(&self, id: Id, slow_body: bool) -> Option<Millis> {
        if slow_body && !self.is_named(id) { None } else { self.millis(id) }
    }

    /// A deadline that nobody named gives way to an attempt timeout that somebody did: there is room for every attempt.
    pub fn make_room(&mut self) {
        let attempts = self.number(Id::AttemptTimeout) * self.number(Id::RetryAttempts).max(1.0);
        let deadline = self.number(Id::Deadline);
        if self.is_named(Id::AttemptTimeout) && !self.is_named(Id::Deadline) && attempts > deadline {
            let index = Id::Deadline as usize;
            if let Some(number) = self.numbers.get_mut(index) {
                *number = attempts;
            }
        }
    }

    /// How stored copies are used.
    pub fn strategy(&self) -> Strategy {
        match self.whole(Id::CacheStrategy) {
            0 => Strategy::NetworkFirst,
            1 => Strategy::CacheFirst,
            _ => Strategy::StaleWhileRevalidate,
        }
    }

    /// Whether the limits need to see the body go by.
    pub fn watches_body(&self) -> bool {
        self.on(Id::IdleTimeout) || (self.on(Id::DeadlineBody) && self.on(Id::Deadline))
    }
}

/// How many members follow each setting, by its number.
// Worked out when it is compiled: an index that fails would fail there.
#[allow(clippy::indexing_slicing)]
const GROUPS: [u8; COUNT] = {
    let mut groups = [0; COUNT];
    let heads =
        [Id::Retry, Id::Budget, Id::Breaker, Id::Bulkhead, Id::Hedge, Id::Idempotency, Id::Cache, Id::Outbox];
    let mut at = 0;
    while at < heads.len() {
        groups[heads[at] as usize] = heads[at].members() as u8;
        at += 1;
    }
    groups
};

fn take<T>(own: &mut Option<Rc<T>>, over: &Option<Rc<T>>) {
    if let Some(over) = over {
        *own = Some(over.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(settings: &[(Id, f64)]) -> Settings {
        let mut layer = Settings::default();
        settings.iter().for_each(|(id, number)| layer.set(*id, *number));
        layer
    }

    #[test]
    fn layers_merge_member_by_member() {
        let mut policy = Settings::built_in();
        policy.apply(&layer(&[(Id::Retry, ON), (Id::RetryAttempts, 5.0)]));
        policy.apply(&layer(&[(Id::Retry, ON), (Id::RetryCap, 50.0), (Id::AttemptTimeout, OFF)]));
        assert_eq!((policy.whole(Id::RetryAttempts), policy.millis(Id::RetryCap)), (5, Some(50)));
        assert_eq!((policy.millis(Id::AttemptTimeout), policy.millis(Id::RetryBase)), (None, None));
        assert_eq!(policy.number(Id::Deadline), Settings::built_in().number(Id::Deadline));
    }

    #[test]
    fn an_object_over_false_starts_again_from_the_built_in_defaults() {
        let mut policy = Settings::built_in();
        let mut named = layer(&[(Id::Retry, ON), (Id::RetryAttempts, 9.0)]);
        named.statuses = Some(vec![418].into());
        policy.apply(&named);
        policy.apply(&layer(&[(Id::Retry, OFF)]));
        assert!(!policy.on(Id::Retry));
        policy.apply(&layer(&[(Id::Retry, ON), (Id::RetryBase, 1.0)]));
        let attempts = Settings::built_in().number(Id::RetryAttempts);
        assert_eq!((policy.number(Id::RetryAttempts), policy.number(Id::RetryBase)), (attempts, 1.0));
        assert_eq!(policy.statuses, None);
        let own_times = layer(&[(Id::Retry, ON), (Id::RetryCap, 9.0)]);
        policy.apply(&own_times);
        policy.apply(&layer(&[(Id::Retry, OFF)]));
        policy.apply(&layer(&[(Id::Retry, ON)]));
        assert!(!policy.is_named(Id::RetryCap) && policy.is_named(Id::Retry), "nobody names it any more");
        let mut keyed = layer(&[(Id::Idempotency, ON)]);
        keyed.key_header = Some(String::from("X-Key").into());
        policy.apply(&keyed);
        policy.apply(&layer(&[(Id::Idempotency, OFF)]));
        policy.apply(&layer(&[(Id::Idempotency, ON)]));
        assert_eq!(policy.key_header, None);
    }

    #[test]
    fn our_own_deadline_gives_way_to_an_attempt_timeout_that_somebody_named() {
        let deadline = |settings: &[(Id, f64)]| {
            let mut policy = Settings::built_in();
            policy.apply(&layer(settings));
            policy.make_room();
            policy.number(Id::Deadline)
        };
        let built_in = Settings::built_in();
        let (own, attempts) = (built_in.number(Id::Deadline), built_in.number(Id::RetryAttempts));
        assert_eq!(deadline(&[]), own, "ours leave room for each other");
        assert_eq!(deadline(&[(Id::AttemptTimeout, 1.0)]), own);
        assert_eq!(deadline(&[(Id::AttemptTimeout, 60_000.0)]), 60_000.0 * attempts);
        assert_eq!(deadline(&[(Id::AttemptTimeout, 60_000.0), (Id::RetryAttempts, 0.0)]), 60_000.0);
        assert_eq!(deadline(&[(Id::AttemptTimeout, 60_000.0), (Id::Deadline, 70_000.0)]), 70_000.0);
        assert_eq!(deadline(&[(Id::AttemptTimeout, 60_000.0), (Id::Deadline, OFF)]), OFF);
        assert_eq!(deadline(&[(Id::AttemptTimeout, OFF)]), own);
    }

    #[test]
    fn d9_built_in_limits_spare_slow_bodies() {
        let mut policy = Settings::built_in();
        assert!(policy.limit(Id::AttemptTimeout, false).is_some());
        assert_eq!(policy.limit(Id::AttemptTimeout, true), None);
        policy.apply(&layer(&[(Id::AttemptTimeout, 10.0)]));
        assert_eq!(policy.limit(Id::AttemptTimeout, true), Some(10));
    }
}
