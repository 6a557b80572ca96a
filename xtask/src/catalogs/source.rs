//! Catalogs as files: `{ locale, voice, messages: { id: { slot: source } } }`, or an array of them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::compile::{Problem, Source};

/// Reads a file. Else what is wrong with it, where it is known.
pub(super) fn read(path: &Path) -> Result<Vec<Source>, Vec<Problem>> {
    let whole = |reason: String| vec![Problem::new("", "", 0, reason)];
    let text = fs::read_to_string(path).map_err(|error| whole(error.to_string()))?;
    let json: Value = serde_json::from_str(&text).map_err(|error| whole(format!("not JSON: {error}")))?;
    match &json {
        Value::Array(catalogs) => {
            let read: Result<Vec<_>, _> = catalogs.iter().map(source).collect();
            read
        }
        catalog => Ok(vec![source(catalog)?]),
    }
}

fn source(json: &Value) -> Result<Source, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = |value: &Value, id: &str, slot: &str, what: &str| {
        value.as_str().map(str::to_owned).unwrap_or_else(|| {
            problems.push(Problem::new(id, slot, 0, format!("{what} must be a string, not {value}")));
            String::new()
        })
    };
    let locale = text(&json["locale"], "", "", "“locale”");
    let voice = match &json["voice"] {
        Value::Null => "plain".to_owned(),
        voice => text(voice, "", "", "“voice”"),
    };
    let mut messages = Vec::new();
    let mut shapeless = Vec::new();
    match json["messages"].as_object() {
        None => shapeless.push(Problem::new("", "", 0, "“messages” must be an object")),
        Some(entries) => {
            for (id, slots) in entries {
                let Some(slots) = slots.as_object() else {
                    shapeless.push(Problem::new(id, "", 0, "expected an object of slots"));
                    continue;
                };
                let slots = slots.iter().map(|(slot, value)| (slot.clone(), text(value, id, slot, "a slot")));
                messages.push((id.clone(), slots.collect()));
            }
        }
    }
    problems.extend(shapeless);
    if problems.is_empty() { Ok(Source { locale, voice, messages }) } else { Err(problems) }
}
