//! What to do about failures: one file per policy, and the options that set them.
//!
//! A [`Policy`] is complete: every layer (built-in ← `defaults` ← rule ← call) has been applied.

#![forbid(unsafe_code)]

pub mod backoff;
pub mod expect;
pub mod http_date;
pub mod limits;
pub mod options;

pub mod pattern;
pub mod retry;
pub mod server_time;
pub(crate) mod text;
pub mod url;

use limits::{DeadlinePatch, Limit, Limits};
use retry::{Retry, RetryPatch};

/// Everything that decides how one call is carried out.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Policy {
    /// Time limits.
    pub limits: Limits,
    /// When and how often to try again; `None`: never.
    pub retry: Option<Retry>,
    /// Whether an HTTP error status rejects instead of resolving.
    pub throw_http_errors: bool,
}

impl Policy {
    /// What holds where no option says otherwise.
    pub fn built_in() -> Self {
        Policy { limits: Limits::default(), retry: Some(Retry::default()), throw_http_errors: false }
    }

    /// Lays one layer of options over this policy.
    pub fn apply(&mut self, patch: &PolicyPatch) {
        let limits = &mut self.limits;
        if let Some(limit) = patch.attempt_timeout {
            limits.attempt = limit;
        }
        if let Some(limit) = patch.idle_timeout {
            limits.idle = limit;
        }
        match patch.deadline {
            Some(DeadlinePatch::Total(limit)) => limits.total = limit,
            Some(DeadlinePatch::Object { total, body }) => {
                limits.total = Limit::Set(total);
                limits.total_covers_body = body.unwrap_or(limits.total_covers_body);
            }
            None => {}
        }
        match &patch.retry {
            Some(Some(retry)) => self.retry.get_or_insert_default().apply(retry),
            Some(None) => self.retry = None,
            None => {}
        }
        if let Some(throw) = patch.throw_http_errors {
            self.throw_http_errors = throw;
        }
    }
}

/// One layer of options: only what it names. `Some(None)` stands for `false`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PolicyPatch {
    /// `attemptTimeout`.
    pub attempt_timeout: Option<Limit>,
    /// `idleTimeout`.
    pub idle_timeout: Option<Limit>,
    /// `deadline`.
    pub deadline: Option<DeadlinePatch>,
    /// `retry`.
    pub retry: Option<Option<RetryPatch>>,
    /// `throwHttpErrors`.
    pub throw_http_errors: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_merge_member_by_member() {
        let mut policy = Policy::built_in();
        policy.apply(&PolicyPatch {
            retry: Some(Some(RetryPatch { attempts: Some(5), ..RetryPatch::default() })),
            ..PolicyPatch::default()
        });
        policy.apply(&PolicyPatch {
            retry: Some(Some(RetryPatch { cap: Some(50), ..RetryPatch::default() })),
            attempt_timeout: Some(Limit::Off),
            ..PolicyPatch::default()
        });
        let retry = policy.retry.clone().unwrap_or_default();
        assert_eq!((retry.attempts, retry.cap), (5, Some(50)));
        assert_eq!(policy.limits.attempt, Limit::Off);
        assert_eq!(policy.limits.total, Limits::default().total);
    }

    #[test]
    fn an_object_over_false_starts_again_from_the_built_in_defaults() {
        let mut policy = Policy::built_in();
        let named = RetryPatch { attempts: Some(9), ..RetryPatch::default() };
        policy.apply(&PolicyPatch { retry: Some(Some(named)), ..PolicyPatch::default() });
        policy.apply(&PolicyPatch { retry: Some(None), ..PolicyPatch::default() });
        assert_eq!(policy.retry, None);
        let named = RetryPatch { base: Some(1), ..RetryPatch::default() };
        policy.apply(&PolicyPatch { retry: Some(Some(named)), ..PolicyPatch::default() });
        let retry = policy.retry.unwrap_or_default();
        assert_eq!((retry.attempts, retry.base), (Retry::default().attempts, Some(1)));
    }
}
