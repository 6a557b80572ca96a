//! The kinds of failure and what each one means to people.

use crate::names::{names, nth};

/// Who or what can make it work again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recovery {
    /// It recovers by itself; waiting is enough.
    Automatic,
    /// The person can fix it.
    User,
    /// Only the people who run the service can.
    Operator,
    /// Nothing will change it.
    None,
}

/// What a failure means for the person's task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// Nobody waits for it.
    None,
    /// A copy, fallback or reduced feature stood in.
    Degraded,
    /// What the person asked for failed.
    Blocked,
    /// A write that is neither sent nor stored.
    DataAtRisk,
}

/// The first thing that the person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Action {
    Wait,
    Retry,
    SignIn,
    Edit,
    Contact,
    Report,
    CheckStatus,
    Upgrade,
    Reload,
    GoBack,
    FreeSpace,
    None,
}

/// How loudly a notice speaks, from nothing to a bar across the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Surface {
    Silent,
    Inline,
    Toast,
    Banner,
}

/// Whether a stored copy or a fallback may stand in for such a failure. `status`: 0 where there was no answer.
pub const fn stands_in(kind: Kind, status: u16) -> bool {
    status == 500 || is_kept(kind)
}

/// Whether an outbox keeps a write that met this.
pub const fn is_kept(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Offline
            | Kind::Unreachable
            | Kind::Timeout
            | Kind::Stalled
            | Kind::Overloaded
            | Kind::Unavailable
            | Kind::RateLimited
            | Kind::CircuitOpen
            | Kind::BusyHere
            | Kind::DeadlineTooShort
    )
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $recovery:ident, $action:ident, $surface:ident;)*) => {
        /// What went wrong, once for the whole library.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $kind),* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Every name, with a bar between them.
            pub(crate) const NAMES: &'static str = concat!($($name, "|"),*);

            /// The kind of this name.
            pub fn named(name: &str) -> Option<Kind> {
                crate::names::position(Kind::NAMES, name).and_then(|at| Kind::ALL.get(at)).copied()
            }

            /// The name in the public API, e.g. `rate-limited`.
            pub fn name(self) -> &'static str {
                self.code().get(3..).unwrap_or_default()
            }

            /// The stable code that people can quote, e.g. `SF-rate-limited`.
            pub fn code(self) -> &'static str {
                nth(concat!($("SF-", $name, "|"),*), self as usize)
            }

            /// Who can make it work again.
            pub const fn recovery(self) -> Recovery {
                match self { $(Kind::$kind => Recovery::$recovery),* }
            }

            /// The person's first action.
            pub const fn action(self) -> Action {
                match self { $(Kind::$kind => Action::$action),* }
            }

            /// Where a notice about it starts.
            pub const fn surface(self) -> Surface {
                match self { $(Kind::$kind => Surface::$surface),* }
            }
        }
    };
}

kinds! {
    /// The browser says offline and an attempt failed.
    Offline = "offline", Automatic, Wait, Banner;
    /// Refused, reset, DNS, TLS, CORS or CSP: fetch's opaque TypeError.
    Unreachable = "unreachable", Automatic, Retry, Toast;
    /// No headers within the attempt timeout or the deadline; status 408.
    Timeout = "timeout", Automatic, Retry, Toast;
    /// The body was idle longer than the idle timeout, or ended early.
    Stalled = "stalled", Automatic, Retry, Toast;
    /// 503, 529.
    Overloaded = "overloaded", Automatic, Wait, Toast;
    /// 425, 502, 504, 520–524.
    Unavailable = "unavailable", Automatic, Wait, Toast;
    /// Every other 5xx.
    ServerError = "server-error", Operator, Retry, Toast;
    /// 429.
    RateLimited = "rate-limited", Automatic, Wait, Toast;
    /// 402.
    QuotaExceeded = "quota-exceeded", User, Upgrade, Banner;
    /// 401 that a refresh could not mend.
    SignInRequired = "sign-in-required", User, SignIn, Banner;
    /// 403 and every 4xx without a kind of its own.
    NotAllowed = "not-allowed", Operator, Contact, Toast;
    /// 404, 410.
    NotFound = "not-found", None, GoBack, Inline;
    /// 409, 412, 428.
    Conflict = "conflict", User, Reload, Inline;
    /// 400, 422.
    RejectedInput = "rejected-input", User, Edit, Inline;
    /// 413, 414, 431.
    TooLarge = "too-large", User, Edit, Inline;
    /// 451.
    UnavailableHere = "unavailable-here", None, Contact, Banner;
    /// 426.
    OutdatedClient = "outdated-client", User, Reload, Banner;
    /// Refused here because the circuit breaker is open.
    CircuitOpen = "circuit-open", Automatic, Wait, Toast;
    /// Refused here because the bulkhead is full.
    BusyHere = "busy-here", Automatic, Wait, Silent;
    /// Refused here because a wait would exceed the deadline.
    DeadlineTooShort = "deadline-too-short", Automatic, Retry, Toast;
    /// Not the content type that the call expects.
    BadResponse = "bad-response", Operator, Report, Toast;
    /// Quota reached while writing cache or outbox.
    StorageFull = "storage-full", User, FreeSpace, Toast;
    /// The caller aborted.
    Cancelled = "cancelled", None, None, Silent;
    /// A fault of this library.
    Internal = "internal", Automatic, None, Silent;
}

names!(Recovery { Automatic = "automatic", User = "user", Operator = "operator", None = "none" });
names!(Impact { None = "none", Degraded = "degraded", Blocked = "blocked", DataAtRisk = "data-at-risk" });
names!(Surface { Silent = "silent", Inline = "inline", Toast = "toast", Banner = "banner" });
names!(Action {
    Wait = "wait",
    Retry = "retry",
    SignIn = "sign-in",
    Edit = "edit",
    Contact = "contact",
    Report = "report",
    CheckStatus = "check-status",
    Upgrade = "upgrade",
    Reload = "reload",
    GoBack = "go-back",
    FreeSpace = "free-space",
    None = "none",
});
