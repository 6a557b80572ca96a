//! Wasm to JS glue and types, through wasm-bindgen as a library: its version is that of our own Cargo.lock.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::{Bindgen, Output};

use super::shorten::Names;
use super::{Profile, wasm};
use crate::paths::Paths;
use crate::stamp::Step;

/// Glue and Wasm as wasm-bindgen writes them.
fn folder(paths: &Paths) -> PathBuf {
    paths.work.join("bindgen")
}

/// The Wasm before optimisation.
pub(super) fn wasm(paths: &Paths) -> PathBuf {
    folder(paths).join("steadfetch_bg.wasm")
}

/// What each export is called in the Wasm that ships, for tests that reach into it.
fn exports(paths: &Paths) -> PathBuf {
    paths.work.join("exports.json")
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Step {
    super::step(paths, profile, "glue").inputs([wasm::output(paths, profile)]).outputs([
        wasm(paths),
        paths.glue().join("steadfetch.js"),
        paths.glue().join("steadfetch.d.ts"),
        exports(paths),
    ])
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    let out = folder(paths);
    fs::create_dir_all(&out)?;
    fs::create_dir_all(paths.glue())?;
    let mut output = Bindgen::new()
        .input_path(wasm::output(paths, profile))
        .out_name("steadfetch")
        .web(true)?
        .typescript(true)
        // A new instance after a trap.
        .reset_state_function(true)
        // No `new URL(..., import.meta.url)`: a bundler would ship the Wasm a second time.
        .omit_default_module_path(true)
        .generate_output()
        .context("wasm-bindgen failed")?;
    let names = shorten(&mut output);
    output.emit(&out).context("wasm-bindgen failed")?;

    let glue = names.apply(output.js())?.replace(MODULE, SHORT_MODULE);
    fs::write(paths.glue().join("steadfetch.js"), glue)?;
    fs::write(exports(paths), names.exports_as_json())?;
    fs::copy(out.join("steadfetch.d.ts"), paths.glue().join("steadfetch.d.ts"))?;
    Ok(())
}

/// The module that the Wasm imports from, in the glue's import object.
const MODULE: &str = "\"./steadfetch_bg.js\"";
const SHORT_MODULE: &str = "\"a\"";

fn shorten(output: &mut Output) -> Names {
    let mut names = Names::default();
    let module = output.wasm_mut();
    for import in module.imports.iter_mut().filter(|import| MODULE.trim_matches('"') == import.module) {
        import.module = SHORT_MODULE.trim_matches('"').to_owned();
        import.name = names.import(&import.name);
    }
    // The memory keeps its name: it is of use beyond the glue.
    for export in module.exports.iter_mut().filter(|export| export.name != "memory") {
        export.name = names.export(&export.name);
    }
    names
}
