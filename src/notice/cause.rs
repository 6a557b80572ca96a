//! What counts as the same trouble, and what proves that it is over.

use super::Call;
use crate::fault::Kind;
use alloc::borrow::ToOwned;
use alloc::string::String;

/// The key of a notice: failures with the same cause are one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The browser is offline, whatever the call's endpoint.
    Offline,
    /// The browser's storage is full.
    Storage,
    /// The endpoint doesn't answer, or answers that it can't serve now: one trouble, however it shows.
    Outage {
        /// The endpoint's number.
        endpoint: u32,
    },
    /// The endpoint wants the person to sign in.
    SignIn {
        /// The endpoint's number.
        endpoint: u32,
    },
    /// One rule's calls fail at an endpoint that serves others.
    Lane {
        /// The kind of failure.
        kind: Kind,
        /// The endpoint's number.
        endpoint: u32,
        /// The rule's number.
        rule: u32,
    },
    /// The request itself can't be served; other requests say nothing about it.
    Request {
        /// The kind of failure.
        kind: Kind,
        /// The endpoint's number.
        endpoint: u32,
        /// The rule's number.
        rule: u32,
        /// What the person was doing.
        intent: Option<String>,
        /// The element of the page that it was about.
        anchor: Option<u32>,
    },
    /// A feature is reduced or off.
    Feature {
        /// Its number.
        number: u32,
        /// Its name.
        name: String,
    },
    /// Several causes came up while nobody looked, or more of them than anybody wants to be told.
    Summary,
    /// Named by the app.
    App(String),
    /// Raised by the app without a name: each one is a cause of its own.
    Own(u32),
}

impl Cause {
    /// What all writes wait for: the card of this trouble tells of them, too. Of an outage, nobody knows whether theirs is the
    /// same server.
    pub(super) fn delays_writes(&self) -> bool {
        matches!(self, Cause::Offline)
    }

    /// A word for it: the app's own name, or the family of failures.
    pub fn name(&self) -> &str {
        match self {
            Cause::Offline => Kind::Offline.name(),
            Cause::Storage => Kind::StorageFull.name(),
            Cause::Summary => "summary",
            Cause::Outage { .. } => "outage",
            Cause::SignIn { .. } => Kind::SignInRequired.name(),
            Cause::Lane { kind, .. } | Cause::Request { kind, .. } => kind.name(),
            Cause::App(name) | Cause::Feature { name, .. } => name,
            Cause::Own(_) => "app",
        }
    }

    /// The number of the feature that it is about.
    pub(super) fn feature(&self) -> Option<u32> {
        match self {
            Cause::Feature { number, .. } => Some(*number),
            _ => None,
        }
    }

    /// The endpoint where it was met, where it is about one.
    pub fn endpoint(&self) -> Option<u32> {
        match self {
            Cause::Outage { endpoint }
            | Cause::SignIn { endpoint }
            | Cause::Lane { endpoint, .. }
            | Cause::Request { endpoint, .. } => Some(*endpoint),
            _ => None,
        }
    }

    /// The cause of a call's failure; `None` for what is never shown.
    pub(super) fn of(call: &Call<'_>, kind: Kind) -> Option<Cause> {
        let (endpoint, rule) = (call.endpoint, call.rule);
        Some(match kind {
            Kind::Cancelled | Kind::Internal => return None,
            Kind::Offline => Cause::Offline,
            Kind::StorageFull => Cause::Storage,
            Kind::Unreachable
            | Kind::Timeout
            | Kind::Stalled
            | Kind::Overloaded
            | Kind::Unavailable
            | Kind::CircuitOpen
            | Kind::DeadlineTooShort => Cause::Outage { endpoint },
            Kind::SignInRequired => Cause::SignIn { endpoint },
            Kind::ServerError
            | Kind::RateLimited
            | Kind::QuotaExceeded
            | Kind::BadResponse
            | Kind::BusyHere => Cause::Lane { kind, endpoint, rule },
            Kind::NotAllowed
            | Kind::NotFound
            | Kind::Conflict
            | Kind::RejectedInput
            | Kind::TooLarge
            | Kind::UnavailableHere
            | Kind::OutdatedClient => Cause::Request {
                kind,
                endpoint,
                rule,
                intent: call.intent.map(str::to_owned),
                anchor: call.notify.anchor(),
            },
        })
    }

    /// Whether a failure of this kind belongs to a card that lives already, as its consequence or another face of it.
    pub(super) fn explains(&self, call: &Call<'_>, kind: Kind) -> bool {
        match self {
            Cause::Outage { endpoint } => kind == Kind::ServerError && *endpoint == call.endpoint,
            // A wait that the deadline can't hold is most often the one that a rate limit asked for.
            Cause::Lane { kind: Kind::RateLimited, endpoint, rule } => {
                kind == Kind::DeadlineTooShort && *endpoint == call.endpoint && *rule == call.rule
            }
            _ => false,
        }
    }

    /// Whether it is what a breaker counts: the trouble of an endpoint, which a feature's card may stand for.
    pub(super) fn is_endpoints(&self) -> bool {
        matches!(self, Cause::Outage { .. } | Cause::Lane { kind: Kind::ServerError, .. })
    }

    /// Whether a call that ended well proves that this is over.
    pub(super) fn disproved_by(&self, call: &Call<'_>, authorised: bool) -> bool {
        match self {
            Cause::Offline => true,
            Cause::Outage { endpoint } => *endpoint == call.endpoint,
            Cause::SignIn { endpoint } => authorised && *endpoint == call.endpoint,
            Cause::Lane { endpoint, rule, .. } => *endpoint == call.endpoint && *rule == call.rule,
            Cause::Request { kind, endpoint, rule, intent, anchor } => {
                // The same rule may serve other objects, to which the person has access: only the same intent counts, or
                // the same element.
                let named = matches!(kind, Kind::Conflict | Kind::RejectedInput | Kind::TooLarge);
                *endpoint == call.endpoint
                    && *rule == call.rule
                    && intent.as_deref() == call.intent
                    && *anchor == call.notify.anchor()
                    && (named || intent.is_some() || anchor.is_some())
            }
            _ => false,
        }
    }

    /// Whether its end is news. What the person put right needs no comment: the card just closes.
    pub(super) fn says_recovery(&self) -> bool {
        !matches!(self, Cause::Request { .. } | Cause::Storage)
    }

    /// Whether its end is told in words that hold for the end of others like it, too.
    pub(super) fn is_recovery_of_all(&self) -> bool {
        matches!(self, Cause::Offline | Cause::Outage { .. } | Cause::Lane { .. })
    }

    /// Whether it stays closed after the person closed it, until it recovers. What no success disproves would then
    /// never be shown again.
    pub(super) fn outlives_dismissal(&self) -> bool {
        matches!(
            self,
            Cause::Offline
                | Cause::Outage { .. }
                | Cause::SignIn { .. }
                | Cause::Lane { .. }
                | Cause::Feature { .. }
        )
    }
}
