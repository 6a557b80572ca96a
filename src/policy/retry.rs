//! Which failures of which requests are tried again, and how often.

use crate::fault::retried_by_default;
use crate::time::Millis;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// Methods that may be sent twice (RFC 9110 §9.2.2, and QUERY of draft-ietf-httpbis-safe-method-w-body).
pub const REPEATABLE_METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY"];

/// When and how often to try again.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Attempts in all, the first one included; 1 to 20. Default 3.
    pub attempts: u32,
    /// Methods that are tried again, upper-case; `None`: [`REPEATABLE_METHODS`].
    pub methods: Option<Rc<Vec<String>>>,
    /// Statuses that are tried again; `None`: [`retried_by_default`].
    pub statuses: Option<Rc<Vec<u16>>>,
    /// First bound of the jitter, ms; `None`: by the kind of failure.
    pub base: Option<Millis>,
    /// Upper bound of the jitter, ms; `None`: by the kind of failure.
    pub cap: Option<Millis>,
    /// Whether an attempt that timed out is tried again. Default true.
    pub timeouts: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Retry { attempts: 3, methods: None, statuses: None, base: None, cap: None, timeouts: true }
    }
}

impl Retry {
    /// Lays the members that the options name over these.
    pub fn apply(&mut self, patch: &RetryPatch) {
        self.attempts = patch.attempts.unwrap_or(self.attempts);
        self.methods = patch.methods.clone().or_else(|| self.methods.take());
        self.statuses = patch.statuses.clone().or_else(|| self.statuses.take());
        self.base = patch.base.or(self.base);
        self.cap = patch.cap.or(self.cap);
        self.timeouts = patch.timeouts.unwrap_or(self.timeouts);
    }

    /// Whether a request with this method may be sent twice without an Idempotency-Key.
    pub fn repeats(&self, method: &str) -> bool {
        match &self.methods {
            Some(methods) => methods.iter().any(|named| named.eq_ignore_ascii_case(method)),
            None => REPEATABLE_METHODS.iter().any(|named| named.eq_ignore_ascii_case(method)),
        }
    }

    /// Whether an answer with this status is tried again; `server_time`: it said when to come back.
    pub fn repeats_status(&self, status: u16, server_time: bool) -> bool {
        match &self.statuses {
            Some(statuses) => statuses.contains(&status),
            None => retried_by_default(status, server_time),
        }
    }
}

/// The `retry` option: only what it names.
#[derive(Clone, Debug, PartialEq, Default)]
#[allow(missing_docs)]
pub struct RetryPatch {
    pub attempts: Option<u32>,
    pub methods: Option<Rc<Vec<String>>>,
    pub statuses: Option<Rc<Vec<u16>>>,
    pub base: Option<Millis>,
    pub cap: Option<Millis>,
    pub timeouts: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_a7_methods() {
        let retry = Retry::default();
        assert!(["GET", "get", "Put", "QUERY"].iter().all(|method| retry.repeats(method)));
        assert!(["POST", "PATCH", "post", "CONNECT", ""].iter().all(|method| !retry.repeats(method)));
        let named = Retry { methods: Some(vec![String::from("POST")].into()), ..Retry::default() };
        assert!(named.repeats("post") && !named.repeats("GET"));
    }

    #[test]
    fn a5_default_statuses_and_413_only_with_a_servers_time() {
        let retry = Retry::default();
        for status in [408, 425, 429, 500, 502, 503, 504, 520, 524, 529] {
            assert!(retry.repeats_status(status, false), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413, 422, 501, 505, 511, 525, 599] {
            assert!(!retry.repeats_status(status, false), "{status}");
        }
        assert!(retry.repeats_status(413, true));
        let named = Retry { statuses: Some(vec![418].into()), ..Retry::default() };
        assert!(named.repeats_status(418, false) && !named.repeats_status(503, false));
    }
}
