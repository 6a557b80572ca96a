//! The headers of a Response that policies look at.

use alloc::string::String;
use web_sys::{Response, ResponseType};

use crate::call::Answer;
use crate::policy::server_time::TimingHeaders;

/// Reads what decides how a call goes on. `wall`: the client's clock, epoch ms.
pub(super) fn read(response: &Response, wall: u64) -> (Answer, Option<String>) {
    let headers = response.headers();
    let get = |name: &str| headers.get(name).ok().flatten();
    let either = |name: &str, legacy: &str| get(name).or_else(|| get(legacy));
    let status = response.status();
    let mut answer = Answer { status, ..Answer::default() };
    if matches!(status, 413 | 429 | 503) {
        let (retry_after, date) = (get("retry-after"), get("date"));
        let rate_limit = get("ratelimit");
        let remaining = either("ratelimit-remaining", "x-ratelimit-remaining");
        let reset = either("ratelimit-reset", "x-ratelimit-reset");
        let timing = TimingHeaders {
            retry_after: retry_after.as_deref(),
            rate_limit: rate_limit.as_deref(),
            rate_limit_remaining: remaining.as_deref(),
            rate_limit_reset: reset.as_deref(),
            date: date.as_deref(),
        };
        answer.server_wait = timing.wait(wall);
        answer.timing_hidden = retry_after.is_none() && response.type_() == ResponseType::Cors;
    }
    (answer, get("content-type"))
}
