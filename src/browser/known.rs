//! What `explain` tells, as a plain object.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::tree::Made;
use crate::engine::Known;
use crate::fault::Fault;
use crate::time::Instant;

/// The clocks of one moment.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    /// On the client's monotonic clock.
    pub now: Instant,
    /// Epoch milliseconds.
    pub wall: f64,
}

impl Clocks {
    /// An instant as epoch milliseconds.
    pub(super) fn epoch(self, at: Instant) -> f64 {
        self.wall + at as f64 - self.now as f64
    }
}

/// An explanation in the form of the public API.
pub(super) fn explanation(known: &Known<'_>, call_id: &str, clocks: Clocks) -> JsValue {
    let timeline = Array::new();
    for entry in known.timeline.entries() {
        let why = entry.why.words();
        let made = Made::new()
            .with("at", entry.at as f64)
            .with("what", entry.what.name())
            .with_some("why", (!why.is_empty()).then_some(why))
            .with_some("status", (entry.status > 0).then_some(entry.status))
            .with_some("delay", entry.delay.map(|delay| delay as f64));
        timeline.push(&made.into());
    }
    let took = known.timeline.entries().last().map_or(0, |entry| entry.at);
    Made::new()
        .with("callId", call_id)
        .with_some("fault", known.fault.map(|known| fault(known, clocks)))
        .with("source", if known.answered { "network" } else { "none" })
        .with("attempts", known.attempts)
        .with("endpoint", known.endpoint)
        .with("duration", took as f64)
        .with("timeline", timeline)
        .into()
}

/// A fault in the form of the public API.
pub(super) fn fault(fault: &Fault, clocks: Clocks) -> JsValue {
    Made::new()
        .with("kind", fault.kind.name())
        .with("code", fault.kind.code())
        .with("impact", fault.impact.name())
        .with("recovery", fault.kind.recovery().name())
        .with("action", fault.kind.action().name())
        .with_some("status", fault.status.filter(|status| *status > 0))
        .with_some("retryAt", fault.retry_at.map(|at| clocks.epoch(at)))
        .into()
}
