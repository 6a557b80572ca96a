//! Compiles the catalog that is built in, so that no parser has to ship. A mistake in it fails the build and says where it is.

// The compiler is shared with the crate, which uses and exports more of it.
#![allow(dead_code, unreachable_pub, unused_imports)]

use std::path::Path;
use std::{env, fs, process};

use serde_json::Value;

#[path = "src/catalog/code.rs"]
mod code;
#[path = "src/catalog/compile/mod.rs"]
mod compile;

extern crate alloc;

use compile::{Problem, Source};

/// The others are loaded when they are asked for: `cargo xtask build` compiles them.
const ENGLISH: &str = "catalogs/en.json";

fn main() {
    for path in ["build.rs", ENGLISH, "src/catalog/code.rs", "src/catalog/compile"] {
        println!("cargo::rerun-if-changed={path}");
    }
    if let Err(report) = catalog(Path::new(ENGLISH)) {
        eprintln!("{report}");
        process::exit(1);
    }
}

fn catalog(path: &Path) -> Result<(), String> {
    let failed = |reason: String| format!("{}: {reason}", path.display());
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let json: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let code = source(&json).and_then(|source| compile::compile(&source)).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| failed(problem.to_string())).collect();
        lines.join("\n")
    })?;
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let name = path.file_stem().ok_or_else(|| failed("a catalog needs a name".to_owned()))?;
    let target = Path::new(&folder).join(name).with_extension("catalog");
    fs::write(&target, code).map_err(|error| format!("{}: {error}", target.display()))
}

/// A catalog in its public form: `{ locale, voice, messages: { id: { slot: source } } }`.
fn source(json: &Value) -> Result<Source, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut string = |value: &Value, id: &str, slot: &str| {
        value.as_str().map(str::to_owned).unwrap_or_else(|| {
            problems.push(Problem::new(id, slot, 0, format!("expected a string, got {value}")));
            String::new()
        })
    };
    let locale = string(&json["locale"], "", "");
    let voice = string(&json["voice"], "", "");
    let mut messages = Vec::new();
    let mut shapeless = Vec::new();
    match json["messages"].as_object() {
        None => shapeless.push(Problem::new("", "", 0, "“messages” must be an object")),
        Some(entries) => {
            for (id, slots) in entries {
                if !slots.is_object() {
                    shapeless.push(Problem::new(id, "", 0, "expected an object of slots"));
                }
                let slots = slots.as_object().into_iter().flatten();
                let slots = slots.map(|(slot, text)| (slot.clone(), string(text, id, slot))).collect();
                messages.push((id.clone(), slots));
            }
        }
    }
    problems.extend(shapeless);
    if problems.is_empty() { Ok(Source { locale, voice, messages }) } else { Err(problems) }
}
