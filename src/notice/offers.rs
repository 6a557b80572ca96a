//! The next steps that a notice holds out: only ones that lead somewhere.

use super::trouble::Trouble;
use super::{Config, Offer};
use crate::fault::{Action, Kind};
use alloc::vec::Vec;

/// At most so many buttons: the next step and one beside it.
const MOST: usize = 2;

/// The steps for a fault, the first one first. `explained`: an incident that is known is behind it, which nobody has to report.
pub(super) fn offers(trouble: &Trouble, config: &Config, explained: bool) -> Vec<Offer> {
    let mut steps = Vec::new();
    let beside = if explained { Action::CheckStatus } else { beside(trouble.kind) };
    for step in [trouble.kind.action(), Action::Retry, beside] {
        let real = match step {
            Action::Retry => can_retry(trouble),
            Action::Reload | Action::GoBack => true,
            Action::CheckStatus => config.can_look(),
            Action::Report => !explained && (config.app_listens || config.reports),
            Action::SignIn | Action::Contact | Action::Upgrade | Action::FreeSpace => config.app_listens,
            // Nothing to press: the words say it.
            Action::Wait | Action::Edit | Action::None => false,
        };
        let step = Offer::Step(step);
        if real && steps.len() < MOST && !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps
}

/// Trying again now means something: calls wait, or the last one that failed may be sent again, and nobody asked for
/// patience.
fn can_retry(trouble: &Trouble) -> bool {
    let patience = trouble.available_at.is_some();
    match trouble.kind {
        Kind::RateLimited | Kind::Overloaded | Kind::CircuitOpen if patience => false,
        // Sent while the server counts, it only makes the wait longer.
        Kind::RateLimited => trouble.waiting == 0 && trouble.repeat.is_some(),
        Kind::Offline
        | Kind::Unreachable
        | Kind::Timeout
        | Kind::Stalled
        | Kind::Overloaded
        | Kind::Unavailable
        | Kind::ServerError
        | Kind::CircuitOpen
        | Kind::BusyHere
        | Kind::DeadlineTooShort
        | Kind::BadResponse => trouble.waiting > 0 || trouble.repeat.is_some(),
        // The same request would get the same answer.
        _ => false,
    }
}

/// The step beside the first one.
fn beside(kind: Kind) -> Action {
    match kind {
        Kind::Unavailable | Kind::Overloaded => Action::CheckStatus,
        Kind::ServerError => Action::Report,
        Kind::QuotaExceeded => Action::Contact,
        _ => Action::None,
    }
}
