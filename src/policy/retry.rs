//! Which failures of which requests are tried again.

use super::settings::Settings;
use crate::fault::retried_by_default;
use crate::list::contains;

/// Methods that may be sent twice (RFC 9110 §9.2.2, and QUERY of draft-ietf-httpbis-safe-method-w-body).
pub const REPEATABLE_METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY"];

/// Whether a request with this method may be sent twice without an Idempotency-Key.
pub fn repeats(policy: &Settings, method: &str) -> bool {
    match &policy.methods {
        Some(methods) => methods.iter().any(|named| named.eq_ignore_ascii_case(method)),
        None => is_idempotent(method),
    }
}

/// Whether a second request with this method changes nothing more.
pub fn is_idempotent(method: &str) -> bool {
    REPEATABLE_METHODS.iter().any(|named| named.eq_ignore_ascii_case(method))
}

/// Whether an answer with this status is tried again; `server_time`: it said when to come back.
pub fn repeats_status(policy: &Settings, status: u16, server_time: bool) -> bool {
    match &policy.statuses {
        Some(statuses) => contains(statuses, status),
        None => retried_by_default(status, server_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_a7_methods() {
        let policy = Settings::built_in();
        assert!(["GET", "get", "Put", "QUERY"].iter().all(|method| repeats(&policy, method)));
        assert!(["POST", "PATCH", "post", "CONNECT", ""].iter().all(|method| !repeats(&policy, method)));
        let mut named = policy.clone();
        named.methods = Some(vec![String::from("POST")].into());
        assert!(repeats(&named, "post") && !repeats(&named, "GET"));
    }

    #[test]
    fn a5_default_statuses_and_413_only_with_a_servers_time() {
        let policy = Settings::built_in();
        for status in [408, 425, 429, 500, 502, 503, 504, 520, 524, 529] {
            assert!(repeats_status(&policy, status, false), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413, 422, 501, 505, 511, 525, 599] {
            assert!(!repeats_status(&policy, status, false), "{status}");
        }
        assert!(repeats_status(&policy, 413, true));
        let mut named = policy.clone();
        named.statuses = Some(vec![418].into());
        assert!(repeats_status(&named, 418, false) && !repeats_status(&named, 503, false));
    }
}
