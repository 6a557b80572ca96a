//! One logical request as a state machine: [`Input`] in, [`Output`] out, no I/O.
//!
//! ```text
//! Fresh ─▶ Queued (bulkhead) ─▶ Held (endpoint) ─▶ Attempting ─▶ Waiting (retry) ─▶ Held, Attempting
//!                                                   │    ▲
//!                                                   │    └── Refreshing (401)
//!                                                   ├──▶ Reading ◀─▶ Recovering (watched body) ──▶ Done
//!                                                   └──▶ Done
//! ```
//! A call that nothing holds passes through the first two at once. One that a stored copy may answer begins as Looking; one that
//! failed is StandingIn while an outbox or its caller's fallback is asked to stand in (`machine/stand_in.rs`).
//! The caller hands in what happened and the time, then drains [`Call::output`] until it is empty. Each policy has its
//! place in the order of a call: deadline, admission, attempt (timeout), retry planning.

#![forbid(unsafe_code)]

mod attempt;
mod machine;
mod timers;

pub use crate::policy::feature::Level;
pub use machine::{Call, Context};
pub use timers::{Timer, TimerTable};

use crate::fault::Kind;
use crate::names::names;
use crate::policy::pacing::Quota;
use crate::time::Millis;

/// What is known about a request before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Its body is larger than 64 KB, streamed or of unknown size: built-in time limits do not hold.
    pub slow_body: bool,
    /// Its body can be sent only once.
    pub streamed: bool,
    /// It carries an Idempotency-Key.
    pub keyed: bool,
    /// It has `integrity` set.
    pub integrity: bool,
    /// Its method may be sent twice.
    pub repeatable: bool,
    /// Its method is idempotent: two of it may be under way at once.
    pub idempotent: bool,
    /// It changes something: its method is not a safe one.
    pub write: bool,
    /// It is a GET: a body that stalls may be fetched again.
    pub is_get: bool,
    /// The body of its answer must be watched.
    pub progress: bool,
    /// A stored copy is being looked for; [`Input::Copy`] says what was found.
    pub looks: bool,
    /// Its caller has something that stands in when everything else failed.
    pub fallback: bool,
    /// Earlier writes of its outbox lane wait: it goes behind them.
    pub behind: bool,
    /// Its first attempt is out already: it did not wait for the engine.
    pub sent: bool,
    /// Nobody waits for it.
    pub background: bool,
    /// How far its feature is on.
    pub level: Level,
}

/// A stored copy that may answer a call; one that may not counts as none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// It may be served without asking.
    pub fresh: bool,
    /// It may be served where the network fails.
    pub stale: bool,
    /// It may be served while the network is asked.
    pub meanwhile: bool,
    /// Its age, ms; unknown where the clock was set back.
    pub age: Option<Millis>,
}

impl Found {
    fn is_usable(self) -> bool {
        self.fresh || self.stale
    }
}

/// Where an answer comes from, by its name in the public API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Source {
    #[default]
    None,
    Network,
    Cache,
    StaleCache,
    Fallback,
    Outbox,
}

names!(Source {
    None = "none",
    Network = "network",
    Cache = "cache",
    StaleCache = "stale-cache",
    Fallback = "fallback",
    Outbox = "outbox",
});

/// The headers of an answer, as far as policies care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; 0 for opaque answers, which count as good.
    pub status: u16,
    /// How long the server asks to wait; read only from 413, 429 and 503.
    pub server_wait: Option<Millis>,
    /// The answer came cross-origin without a readable Retry-After.
    pub timing_hidden: bool,
    /// It has not the content type that the call expects.
    pub unexpected_type: bool,
    /// Its problem document says that it is of another kind than its status.
    pub named: Option<Kind>,
    /// What its RateLimit fields say; nothing where it comes out of a cache.
    pub quota: Quota,
    /// Its body can go on by Range: a strong ETag that can be read, and no content coding. Of a 206: it is all the rest of the
    /// body that goes on.
    pub resumable: bool,
}

/// Why an attempt ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// fetch's opaque TypeError.
    Network,
    /// The same, while the browser says it is offline.
    Offline,
    /// The page's Content Security Policy blocks the request.
    Blocked,
    /// The request itself cannot be sent: a bug of the caller's.
    CallerBug,
}

/// What can happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// It begins.
    Start(Request),
    /// This attempt has an answer.
    Response(u32, Answer),
    /// This attempt ended without one.
    Failed(u32, Failure),
    /// The bulkhead has a place for it.
    Place,
    /// What held it is over: it may ask again, after so long.
    Release(Millis),
    /// Who is signed in was refreshed, or could not be.
    Refreshed(bool),
    /// The browser is online again; a call that waits for that may go after so long.
    Online(Millis),
    /// The machine slept for so long: no time has passed for the call.
    Slept(Millis),
    /// A reader waits for the next chunk of a watched body.
    BodyWait,
    /// A chunk arrived.
    BodyChunk,
    /// The body is complete.
    BodyEnd,
    /// The body broke off.
    BodyFailed,
    /// The look-up of a stored copy is over.
    Copy(Found),
    /// What was asked to stand in did, or could not.
    StoodIn(bool),
    /// Time has passed.
    Timer,
    /// The person wants the next attempt now.
    RetryNow,
    /// The caller aborted.
    Abort,
}

/// How an attempt is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// As it is.
    Plain = 0,
    /// Beside another attempt: around the HTTP cache, which would make it wait for the first one.
    Hedge = 1,
    /// For the rest of a body that stalled.
    Resume = 2,
}

/// What the shell must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send the request.
    Send {
        /// Its number, counted from 1.
        attempt: u32,
        /// The number of the endpoint whose URL the path goes behind, counted from 1; 0: the request's own.
        to: u32,
        /// How.
        how: How,
    },
    /// Abort this attempt: it timed out, or another one was first.
    Cancel(u32),
    /// Let go of the answer's body, so that its connection is free again.
    Discard(u32),
    /// Refresh who is signed in, once for all calls.
    Refresh,
    /// The call ends with the last answer; its body is watched if asked for.
    Resolve {
        /// Whether the caller gets a watched body.
        watched: bool,
    },
    /// The watched body goes on with the last answer's.
    GoOn,
    /// The call ends with an error.
    Reject(Rejection),
    /// The stored copy is the answer.
    Serve {
        /// The network is still asked, for the next time.
        goes_on: bool,
    },
    /// The caller's own fallback is asked for an answer; [`Input::StoodIn`] says what came of it.
    Fallback,
    /// The outbox is asked to keep the request; [`Input::StoodIn`] says what came of it.
    Queue,
    /// The watched body ends with an error.
    BreakBody(Rejection),
}

/// How a call ends without an answer for its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The browser's own error of the last attempt.
    Native,
    /// A `DOMException` named `TimeoutError`.
    Timeout,
    /// An `HttpError` with the last answer.
    Http,
    /// The caller's own reason.
    Aborted,
    /// A TypeError in plain words: it was refused here, and never sent.
    Refused,
}
