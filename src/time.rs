//! Time as the core sees it: whole milliseconds that its caller hands in.

/// A length of time in milliseconds.
pub type Millis = u64;

/// A point on the client's monotonic clock: milliseconds since the client was created.
pub type Instant = u64;

/// The longest time limit that options accept: what a browser's timer can hold (2³¹ − 1 ms, 24.8 days).
pub const MAX_TIMER: Millis = 2_147_483_647;
