//! The purity rule: outside `src/browser` the core names nothing of the web, reads no clock and draws no randomness.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// Words that betray I/O, time or the web, with what to use in their place.
const FORBIDDEN: [(&str, &str); 13] = [
    ("wasm_bindgen", "src/browser"),
    ("js_sys", "src/browser"),
    ("web_sys", "src/browser"),
    ("gloo", "src/browser"),
    ("std::time", "an Instant as input"),
    ("SystemTime", "an Instant as input"),
    ("std::fs", "input"),
    ("std::net", "input"),
    ("std::thread", "one state machine"),
    ("std::env", "options"),
    ("rand::", "crate::random"),
    ("println!", "the timeline"),
    ("HashMap", "a collection whose order does not depend on a random seed"),
];

/// Calls that may panic on what comes from outside.
const PANICKING: [&str; 5] = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!("];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // The compiler of catalogs runs at build time only.
            if !path.ends_with("src/browser") && !path.ends_with("catalog/compile") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("standalone.rs")
        {
            found.push(path);
        }
    }
}

/// The code of a file without its comments and its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let shipped = text.split("#[cfg(test)]").next().unwrap();
    shipped.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn core() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20, "the core was not found");
    found.into_iter().map(|path| (path.clone(), code(&path))).collect()
}

#[test]
fn the_core_knows_neither_web_nor_clock_nor_chance() {
    for (path, code) in core() {
        for (word, instead) in FORBIDDEN {
            assert!(!code.contains(word), "{} names {word}; use {instead}", path.display());
        }
    }
}

#[test]
fn the_core_never_panics_on_purpose() {
    for (path, code) in core() {
        for call in PANICKING {
            assert!(!code.contains(call), "{} calls {call}", path.display());
        }
    }
}

#[test]
fn policies_and_faults_know_nothing_above_them() {
    for (path, code) in core() {
        let text = path.to_string_lossy();
        let above: &[&str] = if text.contains("/src/fault/") {
            &["policy", "call", "engine", "notice", "catalog", "telemetry"]
        } else if text.contains("/src/policy/") {
            &["call", "engine", "notice", "catalog", "telemetry"]
        } else if text.contains("/src/call/") {
            &["engine", "notice", "catalog"]
        } else {
            &[]
        };
        for module in above {
            assert!(!code.contains(&format!("crate::{module}")), "{text} knows {module}");
        }
    }
}
