//! The headers of a Response that policies look at.

use alloc::string::String;
use wasm_bindgen::prelude::*;

use crate::call::Answer;
use crate::policy::server_time::TimingHeaders;

#[wasm_bindgen]
extern "C" {
    /// The browser's own.
    pub type Response;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Response) -> u16;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &Response) -> String;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Response) -> Headers;

    type Headers;

    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;
}

/// Reads what decides how a call goes on. `wall`: the client's clock, epoch ms.
pub(super) fn read(response: &Response, wall: u64) -> (Answer, Option<String>) {
    let headers = response.headers();
    let either = |name: &str, legacy: &str| headers.get(name).or_else(|| headers.get(legacy));
    let status = response.status();
    let mut answer = Answer { status, ..Answer::default() };
    if matches!(status, 413 | 429 | 503) {
        let (retry_after, date) = (headers.get("retry-after"), headers.get("date"));
        let rate_limit = headers.get("ratelimit");
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
        answer.timing_hidden = retry_after.is_none() && response.kind() == "cors";
    }
    (answer, headers.get("content-type"))
}
