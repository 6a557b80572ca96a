//! Wasm to JS glue and types, through wasm-bindgen as a library: its version is that of our own Cargo.lock.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

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

pub(super) fn step(paths: &Paths, profile: Profile) -> Step {
    super::step(paths, profile, "glue").inputs([wasm::output(paths, profile)]).outputs([
        wasm(paths),
        paths.glue().join("steadfetch.js"),
        paths.glue().join("steadfetch.d.ts"),
    ])
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    let out = folder(paths);
    fs::create_dir_all(&out)?;
    fs::create_dir_all(paths.glue())?;
    Bindgen::new()
        .input_path(wasm::output(paths, profile))
        .out_name("steadfetch")
        .web(true)?
        .typescript(true)
        // A new instance after a trap.
        .reset_state_function(true)
        // No `new URL(..., import.meta.url)`: a bundler would ship the Wasm a second time.
        .omit_default_module_path(true)
        .generate(&out)
        .context("wasm-bindgen failed")?;
    for name in ["steadfetch.js", "steadfetch.d.ts"] {
        fs::copy(out.join(name), paths.glue().join(name))
            .with_context(|| format!("wasm-bindgen wrote no {name}"))?;
    }
    Ok(())
}
