//! The timeline of one call: every step with its time and its reason, as numbers until somebody asks for words.

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
    Refused,
    Done,
}

impl What {
    /// The name in the public API.
    pub const fn name(self) -> &'static str {
        match self {
            What::Start => "start",
            What::Attempt => "attempt",
            What::Response => "response",
            What::Failure => "failure",
            What::Wait => "wait",
            What::Refused => "refused",
            What::Done => "done",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $why:ident = $words:literal;)*) => {
        /// Why a step was taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Why { $($(#[$doc])* $why),* }

        impl Why {
            /// The reason in plain words; empty where the step speaks for itself.
            pub const fn words(self) -> &'static str {
                match self { $(Why::$why => $words),* }
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
    /// Try again.
    Person = "the person asked to try again now";
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
            self.entries.push(Entry { at, what, why, status, delay });
        }
    }

    /// When the call started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The steps so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
