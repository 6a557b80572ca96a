//! Time limits: per attempt, between body chunks, and for the whole call.

use crate::time::Millis;

/// One time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Limit {
    /// No limit.
    #[default]
    Off,
    /// Ours; it does not hold for requests with large or streamed bodies, since sending counts.
    BuiltIn(Millis),
    /// Set by an option; it always holds.
    Set(Millis),
}

impl Limit {
    /// The limit for a request; `slow_body`: its body is larger than 64 KB, streamed, or of unknown size.
    pub fn of(self, slow_body: bool) -> Option<Millis> {
        match self {
            Limit::Off => None,
            Limit::BuiltIn(_) if slow_body => None,
            Limit::BuiltIn(limit) | Limit::Set(limit) => Some(limit),
        }
    }
}

/// The time limits of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// From sending to headers, for each attempt. Default 10 s.
    pub attempt: Limit,
    /// The longest silence between body chunks; asks for a watched body. Default off.
    pub idle: Limit,
    /// From the call to headers, all attempts and waits included. Default 30 s.
    pub total: Limit,
    /// Whether `total` covers the body too; asks for a watched body.
    pub total_covers_body: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            attempt: Limit::BuiltIn(10_000),
            idle: Limit::Off,
            total: Limit::BuiltIn(30_000),
            total_covers_body: false,
        }
    }
}

impl Limits {
    /// Whether these limits need to see the body go by.
    pub fn watch_body(&self) -> bool {
        self.idle != Limit::Off || (self.total_covers_body && self.total != Limit::Off)
    }
}

/// The `deadline` option: a limit, or an object.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum DeadlinePatch {
    Total(Limit),
    Object { total: Millis, body: Option<bool> },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d9_built_in_limits_spare_slow_bodies() {
        assert_eq!(Limit::BuiltIn(10).of(false), Some(10));
        assert_eq!(Limit::BuiltIn(10).of(true), None);
        assert_eq!(Limit::Set(10).of(true), Some(10));
        assert_eq!(Limit::Off.of(false), None);
    }
}
