//! The timeline of one call: every step with its time and its reason, as numbers until somebody asks for words.

use crate::names::{names, nth};
use crate::time::{Instant, Millis};
use alloc::vec::Vec;

/// A step, by its name in the public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum What {
    Start,
    Attempt,
    Response,
    Failure,
    Wait,
    Hedge,
    Failover,
    Refused,
    Cache,
    Fallback,
    Queued,
    Done,
}

names!(What { Start = "start", Attempt = "attempt", Response = "response", Failure = "failure", Wait = "wait", Hedge = "hedge", Failover = "failover", Refused = "refused", Cache = "cache", Fallback = "fallback", Queued = "queued", Done = "done" });

macro_rules! reasons {
    ($($(#[$doc:meta])* $why:ident = $words:literal;)*) => {
        /// Why a step was taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Why { $($(#[$doc])* $why),* }

        impl Why {
            /// Every reason, in order.
            pub const ALL: &'static [Why] = &[$(Why::$why),*];

            /// The reason in plain words; empty where the step speaks for itself.
            pub fn words(self) -> &'static str {
                nth(concat!($($words, "|"),*), self as usize)
            }
        }
    };
}

reasons! {
    /// The step speaks for itself.
    Plain = "";
    /// Full jitter.
    Backoff = "backoff with full jitter before the next attempt";
    /// Retry-After, RateLimit or RateLimit-Reset.
    ServerTime = "the server said when to come back";
    /// CORS hides Retry-After.
    HiddenRetryAfter = "a Retry-After may be hidden: expose it with Access-Control-Expose-Headers: Retry-After";
    /// The next wait ends after the deadline.
    BeyondDeadline = "the next attempt would start after the deadline";
    /// `attempts` is used up.
    AttemptsUsedUp = "no attempts left";
    /// Retry is off.
    RetryOff = "retrying is turned off";
    /// A method that may have had an effect.
    NotRepeatable = "the method is not idempotent and the request carries no Idempotency-Key";
    /// A status or kind that is final.
    Final = "trying again would not change this";
    /// `retry.timeouts` is false.
    TimeoutsFinal = "attempts that timed out are not tried again here";
    /// A one-shot body.
    Streamed = "a streamed body can be sent only once";
    /// Opaque failure of a request with integrity.
    Integrity = "a request with an integrity check is final once it failed";
    /// The attempt timeout passed.
    AttemptTimeout = "no headers within the attempt timeout";
    /// The deadline passed.
    Deadline = "the deadline of the call passed";
    /// The idle timeout passed.
    IdleTimeout = "the body was silent for longer than the idle timeout";
    /// The body broke off.
    BodyBroken = "the body ended early";
    /// fetch's opaque TypeError.
    Network = "no connection: refused, reset, DNS, TLS or CORS";
    /// The same, and the browser says offline.
    Offline = "no connection, and the browser says it is offline";
    /// The page's Content Security Policy.
    Blocked = "blocked by the page's Content Security Policy";
    /// The request itself is wrong.
    CallerBug = "the request itself cannot be sent";
    /// The caller's signal.
    Aborted = "the caller aborted";
    /// `expect`.
    UnexpectedType = "not the content type that the call expects";
    /// Pause or cool-down that the server asked for.
    ServerHold = "held: the server asked for a pause";
    /// The breaker is open, or its probe is under way.
    BreakerHold = "held: the circuit breaker waits for its endpoint to recover";
    /// The endpoint may be failing.
    DoubtHold = "held: the endpoint may be failing, one attempt at a time";
    /// The breaker refuses.
    BreakerOpen = "the circuit breaker is open";
    /// The bulkhead has a place in its queue.
    Queued = "waiting for a place: as many calls of this rule are in flight as it allows";
    /// The bulkhead has none.
    Full = "no place: too many calls of this rule are in flight and waiting";
    /// Out of tokens.
    NoBudget = "the retry budget of this endpoint is spent";
    /// The first attempt takes unusually long.
    Slow = "no answer yet, and it takes longer than usual";
    /// Another attempt was first.
    Overtaken = "another attempt was first";
    /// 401.
    Refresh = "who is signed in is refreshed";
    /// The refresh came in between.
    Refreshed = "who is signed in was refreshed";
    /// The refresh failed.
    RefreshFailed = "who is signed in could not be refreshed";
    /// The browser is online again.
    Online = "the browser is online again";
    /// A body that stalled is fetched again.
    BodyAgain = "the body stalled before any byte was handed out";
    /// A body that stalled goes on where it was.
    BodyResumed = "the body stalled and goes on by Range";
    /// Try again.
    Person = "the person asked to try again now";
    /// A fresh copy.
    CopyFresh = "a stored copy is fresh: the network was not asked";
    /// A copy that the network will replace.
    CopyMeanwhile = "a stored copy is served while the network is still asked";
    /// A copy in place of a failure.
    CopyInstead = "a stored copy stands in for the answer";
    /// It would be held.
    CopyRather = "a stored copy is there sooner than the network would be";
    /// There is none.
    NoCopy = "no stored copy may stand in";
    /// The caller's fallback.
    StoodIn = "what the caller named stands in for the answer";
    /// It failed.
    FallbackFailed = "what the caller named could not stand in";
    /// The outbox has it.
    Stored = "stored, to be sent later";
    /// It could not be stored.
    NotStored = "it could not be stored to be sent later";
    /// Order within a lane.
    Behind = "earlier writes of its lane wait to be sent";
    /// A feature is reduced.
    FeatureReduced = "its feature is reduced: a stored copy is good enough";
    /// A feature is off.
    FeatureOff = "its feature is off: nothing is sent";
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds since the call's start.
    pub at: Millis,
    /// The step.
    pub what: What,
    /// Why.
    pub why: Why,
    /// The HTTP status, 0 where there is none.
    pub status: u16,
    /// The length of a wait, ms.
    pub delay: Option<Millis>,
    /// The number of the endpoint, counted from 1; 0: the request's own.
    pub endpoint: u32,
}

/// At most so many steps are kept: 20 attempts with all that goes with them.
const MAX_ENTRIES: usize = 96;

/// The steps of one call, in order.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    started: Instant,
    entries: Vec<Entry>,
}

impl Timeline {
    /// Starts anew, keeping the memory.
    pub fn start(&mut self, now: Instant) {
        self.started = now;
        self.entries.clear();
        self.push(now, What::Start, Why::Plain, 0, None);
    }

    /// Adds a step.
    pub fn push(&mut self, now: Instant, what: What, why: Why, status: u16, delay: Option<Millis>) {
        if self.entries.len() < MAX_ENTRIES {
            let at = now.saturating_sub(self.started);
            self.entries.push(Entry { at, what, why, status, delay, endpoint: 0 });
        }
    }

    /// Says where the last step went.
    pub fn at_endpoint(&mut self, endpoint: u32) {
        if let Some(last) = self.entries.last_mut() {
            last.endpoint = endpoint;
        }
    }

    /// When the call started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The steps so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
