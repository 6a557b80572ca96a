//! The third Wasm file's border: records that are about to leave the page, redacted. It shares nothing with the engine's instance.

// Exports have names of their own.
#![allow(unsafe_code)]

use super::buffer::{input, say, text};
use super::json::Json;
use super::tree;
use crate::policy::options::Value;
use crate::telemetry::redact::Privacy;

/// In the buffer: the page's origin, a NUL, then `{ privacy, records }` as a tree; afterwards `{ records, unknown }`: what of the
/// records may leave, and names in `privacy.fields` that no field has.
#[unsafe(no_mangle)]
extern "C" fn pass() -> u32 {
    let input = input();
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (origin, rest) = input.split_at_checked(end).unwrap_or_default();
    let given = tree::read(rest.get(1..).unwrap_or_default());
    let privacy = Privacy::read(given.member("privacy"), &text(origin));
    let mut json = Json::new();
    json.open("", "{");
    json.open("records", "[");
    for record in given.member("records").items() {
        write(&mut json, "", &privacy.record(record));
    }
    json.close("]");
    json.open("unknown", "[");
    for name in privacy.unknown() {
        json.text("", name);
    }
    json.close("]");
    json.close("}");
    say(json.done())
}

fn write(json: &mut Json, name: &str, value: &Value) {
    match value {
        Value::Map(members) => {
            json.open(name, "{");
            for (name, member) in members {
                write(json, name, member);
            }
            json.close("}");
        }
        Value::List(items) => {
            json.open(name, "[");
            for item in items {
                write(json, "", item);
            }
            json.close("]");
        }
        Value::Text(text) => json.text(name, text),
        Value::Number(number) => json.number(name, *number as u64),
        Value::Bool(flag) => json.flag(name, *flag),
        // Nothing else passes.
        _ => json.open(name, "{}"),
    }
}
