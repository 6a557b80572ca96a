//! One endpoint: the state that its policies share, and the order in which they are asked.
//!
//! An endpoint is an entry of a rule's `endpoints`, or else a request's origin. An attempt is admitted by, in order: what the
//! server asked for (cool-down, pace), the circuit breaker, the doubt about the endpoint.

use alloc::string::String;
use alloc::vec::Vec;

use super::breaker::{Breaker, State, Verdict};
use super::budget::Budget;
use super::doubt::{Doubt, SLOW};
use super::failover::Ejection;
use super::hedge::Hedges;
use super::latency::Latency;
use super::pacing::{Pace, Quota};
use super::settings::{Id, Settings};
use super::traffic::Traffic;
use crate::list::remove;
use crate::names::names;
use crate::random::Random;
use crate::time::{Instant, Millis, later};

/// Everything that attempts at one endpoint share.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// Its origin, or its base URL.
    pub url: String,
    /// The circuit breaker.
    pub breaker: Breaker,
    /// The retry budget.
    pub budget: Budget,
    /// Whether it may be failing.
    pub doubt: Doubt,
    /// How long answers take.
    pub latency: Latency,
    /// What it was asked, and how it failed.
    pub traffic: Traffic,
    /// Hedges.
    pub hedges: Hedges,
    /// Whether requests avoid it.
    pub ejection: Ejection,
    /// A 503's Retry-After: nothing goes out before.
    pub cool_down: Instant,
    /// The paces of rules here, by the rule's number.
    paces: Vec<(u32, Pace)>,
    /// Calls (slots) that are held here, the oldest first.
    pub held: Vec<u32>,
    /// Other tabs do not know its state yet.
    pub changed: bool,
}

/// Why an attempt is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// The server asked for it.
    #[default]
    Server,
    /// The breaker is open.
    Breaker,
    /// Its probe is under way, until then at the latest.
    Probe,
    /// The endpoint is given a pause.
    Doubt,
    /// The endpoint is in doubt, and another attempt is under way: until its outcome, or then at the latest.
    Silence,
}

/// What the endpoint says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It may go.
    Go,
    /// It is held: until then, or until the outcome of another attempt.
    Hold(Option<Instant>, Reason),
    /// It is refused: the breaker is open until then.
    Refuse(Instant),
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The endpoint works, whatever it thought of the request.
    Well,
    /// A failure of the endpoint.
    Failed,
    /// It says nothing about the endpoint.
    Unknown,
}

/// How an endpoint fares, by its name in the public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It answered, and nothing speaks against it.
    Healthy,
    /// The last outcomes are bad, or it asked for a pause.
    Degraded,
    /// Its breaker is open, or lets a probe through.
    Down,
    /// It has not answered yet.
    Unknown,
}

names!(Standing { Healthy = "healthy", Degraded = "degraded", Down = "down", Unknown = "unknown" });

/// What an attempt was to its endpoint when it went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its silence counts.
    pub counted: bool,
    /// It is the breaker's probe, whose lease ends then.
    pub probe: Option<Instant>,
}

/// From here on what a server or another tab says is taken for a mistake, ms: nothing is closed for longer than this.
pub const LONGEST: Millis = 3_600_000;

impl Endpoint {
    /// One of which nothing is known.
    pub fn new(url: &str) -> Self {
        Endpoint { url: url.into(), ..Endpoint::default() }
    }

    /// Whether an attempt of this rule may go now. `forced`: the person asked for it; then only the server's own time counts.
    pub fn gate(&self, rule: u32, policy: &Settings, forced: bool, now: Instant) -> Gate {
        let pace = self.pace(rule).map_or(Some(now), |pace| pace.next(now));
        let Some(at) = pace.map(|at| at.max(self.cool_down)) else { return Gate::Hold(None, Reason::Server) };
        if at > now {
            return Gate::Hold(Some(at), Reason::Server);
        }
        if !policy.on(Id::Breaker) || forced {
            return Gate::Go;
        }
        match self.breaker.verdict(now) {
            Verdict::OpenUntil(until) if policy.on(Id::BreakerWhileOpen) => return Gate::Refuse(until),
            Verdict::OpenUntil(until) => return Gate::Hold(Some(until), Reason::Breaker),
            Verdict::Probing(lease) if policy.on(Id::BreakerHalfOpen) => return Gate::Refuse(lease),
            Verdict::Probing(lease) => return Gate::Hold(Some(lease), Reason::Probe),
            Verdict::Pass | Verdict::Probe => {}
        }
        if self.doubt.not_before() > now {
            Gate::Hold(Some(self.doubt.not_before()), Reason::Doubt)
        } else if let Some(until) = self.doubt.taken_until(now) {
            Gate::Hold((until < Instant::MAX).then_some(until), Reason::Silence)
        } else {
            Gate::Go
        }
    }

    /// An attempt goes out. `limit`: its own time limit; without one it says nothing by its silence.
    pub fn sent(&mut self, rule: u32, policy: &Settings, limit: Option<Millis>, now: Instant) -> Sent {
        self.traffic.attempts = self.traffic.attempts.saturating_add(1);
        let probe = if policy.on(Id::Breaker) { self.breaker.sent(limit, now) } else { None };
        self.changed |= probe.is_some();
        if let Some(pace) = self.pace_mut(rule) {
            pace.sent(now);
        }
        if limit.is_some() {
            self.doubt.sent(now);
        }
        Sent { counted: limit.is_some(), probe }
    }

    /// An attempt of this rule ended, which was sent so, after so long.
    pub fn ended(
        &mut self,
        ended: Ended,
        attempt: (u32, Sent, Millis),
        policy: &Settings,
        now: Instant,
        random: &mut Random,
    ) {
        let (rule, Sent { counted, probe }, took) = attempt;
        if let Some(pace) = self.pace_mut(rule) {
            pace.ended();
        }
        let slow = policy.millis(Id::BreakerSlow).is_some_and(|slow| took >= slow);
        let failed = ended == Ended::Failed || (ended == Ended::Well && slow);
        if ended == Ended::Unknown {
            if counted {
                self.doubt.dropped();
            }
            if probe.is_some() {
                self.breaker.released(probe);
            }
            return;
        }
        if counted {
            self.doubt.ended(failed, took, self.latency.is_usually(SLOW), now);
        }
        if !failed {
            self.latency.add(took);
            self.budget.refill(policy);
            self.ejection.clear();
        }
        if policy.on(Id::Breaker) && self.breaker.record(failed, now, policy, random) {
            self.changed = true;
            if failed {
                self.ejection.eject(now);
            }
        }
    }

    /// How it fares, as far as it is known here.
    pub fn standing(&self, now: Instant) -> Standing {
        if self.breaker.state() != State::Closed {
            Standing::Down
        } else if self.doubt.is_failing() || self.cool_down > now {
            Standing::Degraded
        } else if self.latency.total() == 0 {
            Standing::Unknown
        } else {
            Standing::Healthy
        }
    }

    /// When it will be asked again, where that is known: a server's own time is not over, or its breaker is open.
    pub fn retry_at(&self, now: Instant) -> Option<Instant> {
        let open = if let State::Open { until } = self.breaker.state() { until } else { 0 };
        Some(open.max(self.cool_down)).filter(|at| *at > now)
    }

    /// A call is held here.
    pub fn hold(&mut self, slot: u32) {
        if self.place_of(slot).is_none() {
            self.held.push(slot);
        }
    }

    /// A call is held here no more.
    pub fn forget(&mut self, slot: u32) {
        if let Some(at) = self.place_of(slot) {
            remove(&mut self.held, at);
        }
    }

    fn place_of(&self, slot: u32) -> Option<usize> {
        self.held.iter().position(|held| *held == slot)
    }

    /// What the server says about quota.
    pub fn learn(&mut self, rule: u32, quota: Quota, now: Instant) {
        self.with_pace(rule, |pace| pace.learn(quota, now));
    }

    /// Takes tokens for a retry, a hedge or the rest of a body, where there are enough.
    pub fn spend(&mut self, tokens: f64, policy: &Settings) -> bool {
        let enough = self.budget.take(tokens, policy);
        self.changed |= enough && policy.on(Id::Budget);
        enough
    }

    /// A 503's Retry-After: nothing goes out here before.
    pub fn cool_down(&mut self, until: Instant, now: Instant) {
        self.cool_down = self.cool_down.max(until.min(later(now, LONGEST)));
        self.changed = true;
    }

    /// A 429's: this rule at this endpoint.
    pub fn cool_down_rule(&mut self, rule: u32, until: Instant, now: Instant) {
        let until = until.min(later(now, LONGEST));
        self.with_pace(rule, |pace| pace.cool_down(until));
        self.changed = true;
    }

    /// Rules whose cool-down is not over, and when it is.
    pub fn cool_downs(&self, now: Instant) -> impl Iterator<Item = (u32, Instant)> {
        self.paces.iter().map(|(rule, pace)| (*rule, pace.cooled_at())).filter(move |(_, at)| *at > now)
    }

    fn pace(&self, rule: u32) -> Option<&Pace> {
        self.paces.iter().find(|(known, _)| *known == rule).map(|(_, pace)| pace)
    }

    fn pace_mut(&mut self, rule: u32) -> Option<&mut Pace> {
        self.paces.iter_mut().find(|(known, _)| *known == rule).map(|(_, pace)| pace)
    }

    /// Does something with the pace of a rule, which is made where there is none.
    fn with_pace(&mut self, rule: u32, change: impl FnOnce(&mut Pace)) {
        match self.pace_mut(rule) {
            Some(pace) => change(pace),
            None => {
                let mut pace = Pace::default();
                change(&mut pace);
                self.paces.push((rule, pace));
            }
        }
    }
}
