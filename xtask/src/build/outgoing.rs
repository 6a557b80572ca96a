//! The third Wasm file: what all data that leaves the page passes.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{Profile, optimize, wasm};
use crate::paths::Paths;
use crate::stamp::Step;

/// What it is made of; the rest of the core is not in it.
const SOURCES: [&str; 11] = [
    "Cargo.toml",
    "build.rs",
    "src/browser/buffer.rs",
    "src/browser/json.rs",
    "src/browser/mod.rs",
    "src/browser/outgoing.rs",
    "src/browser/tree.rs",
    "src/lib.rs",
    "src/policy",
    "src/standalone.rs",
    "src/telemetry",
];

/// Cargo's own folder for it: the files have one name.
fn target(paths: &Paths) -> PathBuf {
    paths.cargo_target.join("outgoing")
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Result<Step> {
    Ok(wasm::compiling(paths, profile, "outgoing")?
        .inputs(SOURCES.map(|path| paths.join(path)))
        .outputs([paths.outgoing()]))
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    wasm::compile(paths, profile, "outgoing", &target(paths))?;
    let folder = paths.outgoing();
    fs::create_dir_all(&folder)?;
    let to = folder.join("outgoing.wasm");
    let wasm = optimize::small(paths, profile, &wasm::output_in(&target(paths), profile), &to)?;
    fs::write(to, &wasm)?;
    optimize::inline(&wasm, &folder, "outgoing-base64")
}
