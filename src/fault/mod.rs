//! What went wrong: every failure is one [`Kind`], with a stable code, a recovery, a first action and a default surface.

mod kind;
mod status;

pub use kind::{Action, Impact, Kind, Recovery, Surface, is_kept, stands_in};
pub use status::{counts_for_breaker, kind_of_status, retried_by_default};

use crate::time::Instant;

/// One classified failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What happened.
    pub kind: Kind,
    /// What it means for the person.
    pub impact: Impact,
    /// The HTTP status behind it, where there was an answer.
    pub status: Option<u16>,
    /// When trying again may work.
    pub retry_at: Option<Instant>,
}

impl Fault {
    /// A fault of this kind that stops what the person asked for.
    pub fn blocking(kind: Kind) -> Self {
        Fault { kind, impact: Impact::Blocked, status: None, retry_at: None }
    }
}
