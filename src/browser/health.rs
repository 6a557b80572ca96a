//! What `health` tells of endpoints and people, as a plain object.

use alloc::string::String;

use super::json::Json;
use crate::engine::{Clocks, Engine};
use crate::policy::settings::Settings;

/// `{ origins, people }` in the form of the public API.
pub(super) fn health(engine: &Engine, clocks: Clocks) -> String {
    let policy = Settings::complete(&engine.lanes().rules().defaults);
    let mut json = Json::new();
    json.open("", "{");
    json.open("origins", "[");
    for number in 0..engine.endpoints().len() {
        let Some(endpoint) = engine.endpoints().get(number as u32) else { continue };
        json.open("", "{");
        json.text("origin", &endpoint.url);
        json.text("state", endpoint.standing(clocks.now).name());
        json.text("breaker", endpoint.breaker.state().name());
        json.number("calls", endpoint.traffic.calls.into());
        json.number("attempts", endpoint.traffic.attempts.into());
        json.open("failures", "{");
        for (kind, count) in endpoint.traffic.failures() {
            json.number(kind.name(), count.into());
        }
        json.close("}");
        for (name, percent) in [("p50", 50), ("p95", 95), ("p99", 99)] {
            json.maybe_number(name, endpoint.latency.percentile(percent));
        }
        json.number("budget", endpoint.budget.tokens(&policy) as u64);
        json.maybe_number("retryAt", endpoint.retry_at(clocks.now).map(|at| clocks.epoch(at)));
        json.close("}");
    }
    json.close("]");
    let people = engine.people();
    json.open("people", "{");
    for (name, count) in [
        ("helped", people.helped),
        ("waited", people.waited),
        ("failed", people.failed),
        ("noticesShown", engine.notices.shown_total()),
    ] {
        json.number(name, count.into());
    }
    json.close("}");
    json.close("}");
    json.done()
}
