//! What words other than plain English need: the built-in catalogs as modules, and the second Wasm file, which compiles and
//! formats an app's own.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{Profile, optimize, wasm};
use crate::catalogs;
use crate::paths::Paths;
use crate::stamp::Step;

/// What the second file is made of; the rest of the core is not in it.
const SOURCES: [&str; 11] = [
    "Cargo.toml",
    "build.rs",
    "src/catalog",
    "src/browser/buffer.rs",
    "src/browser/json.rs",
    "src/browser/locale.rs",
    "src/browser/mod.rs",
    "src/browser/words.rs",
    "src/lib.rs",
    "src/policy/text.rs",
    "src/standalone.rs",
];

/// Cargo's own folder for it: the two files have one name.
fn target(paths: &Paths) -> PathBuf {
    paths.cargo_target.join("words")
}

pub(super) fn catalogs_step(paths: &Paths, profile: Profile) -> Step {
    super::step(paths, profile, "catalogs")
        .inputs(
            ["catalogs", "src/catalog/compile", "src/catalog/code.rs", "xtask/src/catalogs"]
                .map(|path| paths.join(path)),
        )
        .outputs([paths.catalogs()])
}

pub(super) fn write_catalogs(paths: &Paths, _: Profile) -> Result<()> {
    catalogs::write_built_in(paths, &paths.catalogs())
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Result<Step> {
    Ok(wasm::compiling(paths, profile, "words")?
        .inputs(SOURCES.map(|path| paths.join(path)))
        .outputs([paths.words()]))
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    wasm::compile(paths, profile, "words", &target(paths))?;
    let folder = paths.words();
    fs::create_dir_all(&folder)?;
    let to = folder.join("words.wasm");
    let wasm = optimize::small(paths, profile, &wasm::output_in(&target(paths), profile), &to)?;
    fs::write(to, &wasm)?;
    optimize::inline(&wasm, &folder, "words-base64")
}
