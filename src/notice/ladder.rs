//! How loudly, how soon and how gravely a fault speaks.

use super::{Notify, Severity};
use crate::fault::{Impact, Kind, Surface};
use crate::time::Millis;

/// Offline is said after so long: a train's tunnel is not worth a banner.
pub const OFFLINE_DELAY: Millis = 3_000;

/// Trouble that lasts so long moves from a toast to a banner.
pub const LASTS: Millis = 30_000;

/// Where a failing call's notice starts.
pub(super) fn start(kind: Kind, impact: Impact, notify: Notify) -> Surface {
    match notify {
        Notify::Silent => Surface::Silent,
        _ if matches!(kind, Kind::Cancelled | Kind::Internal) => Surface::Silent,
        Notify::At(_) if kind.surface() < Surface::Banner => Surface::Inline,
        Notify::Toast => Surface::Toast,
        Notify::At(_) | Notify::Banner => Surface::Banner,
        // Nobody waits for it.
        Notify::Auto if impact == Impact::None => Surface::Silent,
        Notify::Auto => drawable(kind.surface(), None),
    }
}

/// The nearest surface that has a place on the screen: a hint needs an element to sit at, a toast stands in for it.
pub(super) fn drawable(surface: Surface, anchor: Option<u32>) -> Surface {
    match surface {
        Surface::Inline if anchor.is_none() => Surface::Toast,
        other => other,
    }
}

/// How long trouble must last before it is shown.
pub(super) fn delay(kind: Kind, usual: Millis) -> Millis {
    match kind {
        Kind::Offline => usual.max(OFFLINE_DELAY),
        _ => usual,
    }
}

/// Whether it moves to a banner when it lasts.
pub(super) fn escalates(kind: Kind) -> bool {
    matches!(kind, Kind::Unreachable | Kind::Unavailable)
}

/// How grave it is; `ended`: a call failed for good.
pub(super) fn severity(kind: Kind, impact: Impact, ended: bool) -> Severity {
    match (impact, kind) {
        (Impact::DataAtRisk, _) => Severity::Error,
        (_, Kind::BusyHere) => Severity::Info,
        (Impact::None | Impact::Degraded, _) => Severity::Warning,
        (
            _,
            Kind::Offline
            | Kind::RateLimited
            | Kind::QuotaExceeded
            | Kind::SignInRequired
            | Kind::OutdatedClient,
        ) => Severity::Warning,
        _ if ended => Severity::Error,
        _ => Severity::Warning,
    }
}

/// How much a kind says about an outage; the one that says most names the card.
pub(super) fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::CircuitOpen | Kind::DeadlineTooShort => 0,
        Kind::ServerError => 1,
        Kind::Stalled => 2,
        Kind::Timeout => 3,
        Kind::Unreachable => 4,
        Kind::Unavailable => 5,
        Kind::Overloaded => 6,
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_starts_where_its_table_says() {
        for kind in Kind::ALL {
            let start = start(*kind, Impact::Blocked, Notify::Auto);
            match kind.surface() {
                Surface::Inline => assert_eq!(start, Surface::Toast, "{kind:?}"),
                other => assert_eq!(start, other, "{kind:?}"),
            }
        }
    }

    #[test]
    fn what_nobody_waits_for_is_silent_unless_the_call_asks() {
        assert_eq!(start(Kind::Timeout, Impact::None, Notify::Auto), Surface::Silent);
        assert_eq!(start(Kind::Timeout, Impact::None, Notify::Toast), Surface::Toast);
        assert_eq!(start(Kind::BusyHere, Impact::Blocked, Notify::Banner), Surface::Banner);
        assert_eq!(start(Kind::Cancelled, Impact::Blocked, Notify::Banner), Surface::Silent);
    }

    #[test]
    fn at_an_element_is_inline_but_for_what_is_said_to_everybody() {
        assert_eq!(start(Kind::Timeout, Impact::None, Notify::At(1)), Surface::Inline);
        assert_eq!(start(Kind::BusyHere, Impact::Blocked, Notify::At(1)), Surface::Inline);
        assert_eq!(start(Kind::Offline, Impact::Blocked, Notify::At(1)), Surface::Banner);
        assert_eq!(start(Kind::Cancelled, Impact::Blocked, Notify::At(1)), Surface::Silent);
    }

    #[test]
    fn data_at_risk_is_always_an_error_and_a_wait_never_is() {
        for kind in Kind::ALL {
            assert_eq!(severity(*kind, Impact::DataAtRisk, false), Severity::Error);
            assert!(severity(*kind, Impact::Blocked, false) < Severity::Error, "{kind:?}");
        }
        assert_eq!(severity(Kind::Timeout, Impact::Blocked, true), Severity::Error);
        assert_eq!(severity(Kind::Offline, Impact::Blocked, true), Severity::Warning);
    }
}
