//! A ledger that honours Idempotency-Keys: each key has its effect once, and the order of effects can be read. What tests of
//! writes look at: none lost, none twice, all in order, the same bytes under the same key.

use std::collections::{BTreeMap, HashMap};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::log::{Captured, Head};
use super::orders::{problem, reply};
use super::script::Step;

/// Keys, and effects of one lane.
const MOST: usize = 20_000;

/// What was written in one scenario.
#[derive(Default)]
pub(super) struct Ledger {
    /// Texts by lane, in the order of their effects.
    lanes: BTreeMap<String, Vec<String>>,
    /// Digest and answer of each key.
    keys: HashMap<String, (String, Value)>,
    /// Writes under a key that had its effect before.
    repeats: u64,
    /// Those with other bytes than before.
    altered: u64,
    /// Those without a key: each has an effect.
    keyless: u64,
}

impl Ledger {
    /// `POST /api/ledger/{lane}` writes a line, `GET /api/ledger` tells all.
    pub(super) fn answer(&mut self, head: &Head, body: &Captured, lane: Option<&str>) -> Step {
        match (head.method.as_str(), lane) {
            ("GET", None) => reply(
                StatusCode::OK,
                &json!({
                    "lanes": self.lanes, "keys": self.keys.len(), "repeats": self.repeats, "altered": self.altered,
                    "keyless": self.keyless,
                }),
            ),
            ("POST", Some(lane)) if !lane.is_empty() => self.write(head, body, lane),
            _ => problem(StatusCode::METHOD_NOT_ALLOWED, json!({ "title": "This cannot be done here" })),
        }
    }

    fn write(&mut self, head: &Head, body: &Captured, lane: &str) -> Step {
        let key = head
            .headers
            .get("idempotency-key")
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        if let Some((digest, answer)) = key.as_ref().and_then(|key| self.keys.get(key)) {
            self.repeats += 1;
            if *digest != body.sha256 {
                self.altered += 1;
                let title = "This Idempotency-Key was used for another write";
                return problem(StatusCode::UNPROCESSABLE_ENTITY, json!({ "title": title }));
            }
            return reply(StatusCode::OK, answer);
        }
        let effects = self.lanes.entry(lane.to_owned()).or_default();
        if effects.len() >= MOST || self.keys.len() >= MOST {
            return problem(StatusCode::INSUFFICIENT_STORAGE, json!({ "title": "No room for more" }));
        }
        effects.push(String::from_utf8_lossy(&body.start).into_owned());
        let answer = json!({ "lane": lane, "number": effects.len() });
        match key {
            Some(key) => drop(self.keys.insert(key, (body.sha256.clone(), answer.clone()))),
            None => self.keyless += 1,
        }
        reply(StatusCode::OK, &answer)
    }
}
