//! What `explain` tells, as a plain object.

use alloc::string::String;

use super::json::Json;
use crate::engine::{Clocks, Endpoints, Known};
use crate::fault::Fault;

/// An explanation in the form of the public API.
pub(super) fn explanation(known: &Known<'_>, endpoints: &Endpoints, call_id: &str, clocks: Clocks) -> String {
    let mut json = Json::new();
    json.open("", "{");
    json.text("callId", call_id);
    if let Some(known) = known.fault {
        fault(&mut json, "fault", known, clocks);
    }
    json.text("source", known.source.name());
    json.maybe_number("age", known.age);
    json.number("attempts", known.attempts.into());
    json.text("endpoint", known.endpoint);
    json.open("timeline", "[");
    let mut took = 0;
    for entry in known.timeline.entries() {
        took = entry.at;
        let why = entry.why.words();
        json.open("", "{");
        json.number("at", entry.at);
        json.text("what", entry.what.name());
        json.maybe_text("why", (!why.is_empty()).then_some(why));
        json.maybe_number("status", (entry.status > 0).then_some(entry.status.into()));
        json.maybe_number("delay", entry.delay);
        if let Some(number) = entry.endpoint.checked_sub(1) {
            json.text("endpoint", endpoints.url(number));
        }
        json.close("}");
    }
    json.close("]");
    json.number("duration", took);
    json.close("}");
    json.done()
}

/// A fault in the form of the public API.
pub(super) fn fault(json: &mut Json, name: &str, fault: &Fault, clocks: Clocks) {
    json.open(name, "{");
    json.text("kind", fault.kind.name());
    json.text("code", fault.kind.code());
    json.text("impact", fault.impact.name());
    json.text("recovery", fault.kind.recovery().name());
    json.text("action", fault.kind.action().name());
    json.maybe_number("status", fault.status.filter(|status| *status > 0).map(u64::from));
    json.maybe_number("retryAt", fault.retry_at.map(|at| clocks.epoch(at)));
    json.close("}");
}
