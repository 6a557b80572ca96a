//! Bytes that no encoder of ours wrote come out of the border's decoder as something, and what comes out is judged like any other:
//! as options, and as a record of which nothing leaves that the table does not list.

#![no_main]
// The shell is built for Wasm alone; its decoder is taken in here by its files, of which it needs a part.
#![allow(dead_code, unsafe_code)]

extern crate alloc;

use libfuzzer_sys::fuzz_target;
use steadfetch::policy::options::{Options, Value};
use steadfetch::telemetry::redact::{FIELDS, Privacy};

#[path = "../../src/list.rs"]
mod list;

#[path = "../../src/policy"]
mod policy {
    pub use steadfetch::policy::options;
    pub mod text;
}

#[path = "../../src/browser"]
mod browser {
    mod buffer;
    mod json;
    mod tree;

    pub fn read(bytes: &[u8]) -> steadfetch::policy::options::Value {
        tree::read(bytes)
    }

    pub fn problems(found: &[steadfetch::policy::options::Problem]) -> String {
        tree::problems(found)
    }
}

/// The decoder stops at this depth.
const DEEPEST: usize = 17;

fuzz_target!(|bytes: &[u8]| {
    let value = browser::read(bytes);
    assert!(depth(&value) <= DEEPEST + 1, "{value:?}");
    if let Err(problems) = Options::read(&value) {
        let said: serde_json::Value =
            serde_json::from_str(&browser::problems(&problems)).expect("problems are JSON");
        assert_eq!(said.as_array().map(Vec::len), Some(problems.len()));
    }
    let passed = Privacy::read(value.member("privacy"), "https://app.example").record(&value);
    listed(&passed, "");
});

fn depth(value: &Value) -> usize {
    let below = match value {
        Value::List(items) => items.iter().map(depth).max(),
        Value::Map(members) => members.iter().map(|(_, member)| depth(member)).max(),
        _ => None,
    };
    1 + below.unwrap_or(0)
}

/// Every leaf stands in a place that has a row in the table.
fn listed(value: &Value, path: &str) {
    match value {
        Value::List(items) => items.iter().for_each(|item| listed(item, path)),
        Value::Map(members) => {
            for (name, member) in members {
                listed(member, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") });
            }
        }
        Value::Absent => {}
        _ => {
            let parent = path.rsplit_once('.').map(|(parent, _)| format!("{parent}.*"));
            let known = |field: &str| field == path || parent.as_deref() == Some(field);
            assert!(FIELDS.iter().any(|field| known(field.path)), "{path} leaves");
        }
    }
}
