//! Time as the core sees it: whole milliseconds that its caller hands in.

/// A length of time in milliseconds.
pub type Millis = u64;

/// A point on the client's monotonic clock: milliseconds since the client was created.
pub type Instant = u64;

/// The instant so long after another one; where that does not fit, the last one there is.
// Written out everywhere, it would be larger than the call.
#[inline(never)]
pub fn later(at: Instant, wait: Millis) -> Instant {
    at.saturating_add(wait)
}

/// The longest time limit that options accept: what a browser's timer can hold (2³¹ − 1 ms, 24.8 days).
pub const MAX_TIMER: Millis = 2_147_483_647;

/// The earlier of two times, where there are any.
pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
