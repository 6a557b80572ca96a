//! Makes the Wasm small: binaryen's wasm-opt, then everything that no engine reads is dropped.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zopfli::{Format, Options};

use super::{Profile, sections, wasm};
use crate::paths::Paths;
use crate::process;
use crate::stamp::Step;

/// What rustc uses by default for this target, by name: `--all-features` makes modules that not every engine takes.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// For bytes after compression, by trial. While there is debug information (the standard library's), wasm-opt keeps from some
/// of its work. Few functions are inlined, since copies cost more than calls; neighbours with like names have like code, which
/// compresses well. Rust's stack lies first in memory, so that no data is below 1024. Zeros compress to nothing: leaving them
/// out cuts the data into segments, which do not. Neither do hints at alignment, which no engine heeds.
const PASSES: [&str; 16] = [
    "--strip-dwarf",
    "--gufa",
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size",
    "10",
    "--always-inline-max-function-size",
    "5",
    "--low-memory-unused",
    "--skip-pass=memory-packing",
    "--skip-pass=local-cse",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--dealign",
    "--reorder-functions-by-name",
];

/// The Wasm that ships.
pub(crate) fn shipped(paths: &Paths) -> PathBuf {
    paths.wasm().join("steadfetch.wasm")
}

/// The same with names, for `bench size`. Keeping them keeps wasm-opt from some of its work: this one is slightly larger.
pub(crate) fn named(paths: &Paths) -> Result<PathBuf> {
    let named = paths.work.join("named.wasm");
    let from = wasm::output(paths, Profile::Release);
    super::step(paths, Profile::Release, "name")
        .inputs([from.clone(), paths.join("package-lock.json")])
        .outputs([named.clone()])
        .run(|| optimise(paths, &from, &named, &["--debuginfo"]))?;
    Ok(named)
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Step {
    super::step(paths, profile, "optimise")
        .inputs([wasm::output(paths, profile), paths.join("package-lock.json")])
        .outputs([shipped(paths), paths.wasm().join("wasm-base64.js"), paths.wasm().join("wasm-base64.d.ts")])
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    fs::create_dir_all(paths.wasm())?;
    let from = wasm::output(paths, profile);
    let wasm = small(paths, profile, &from, &shipped(paths))?;
    fs::write(shipped(paths), &wasm)?;
    inline(&wasm, &paths.wasm(), "wasm-base64")
}

/// What is left of a Wasm file for a release.
pub(super) fn small(paths: &Paths, profile: Profile, from: &Path, to: &Path) -> Result<Vec<u8>> {
    match profile {
        Profile::Dev => Ok(fs::read(from)?),
        Profile::Release => {
            optimise(paths, from, to, &[])?;
            sections::without_custom(&fs::read(to)?)
        }
    }
}

/// A Wasm file as a module of base64.
pub(super) fn inline(wasm: &[u8], folder: &Path, name: &str) -> Result<()> {
    let module = format!("export default \"{}\";\n", STANDARD.encode(deflated(wasm)?));
    fs::write(folder.join(name).with_extension("js"), module)?;
    fs::write(
        folder.join(name).with_extension("d.ts"),
        "declare const base64: string;\nexport default base64;\n",
    )?;
    Ok(())
}

/// Base64 hides from a server's compression what is alike: what is compressed before stays a quarter smaller.
fn deflated(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    zopfli::compress(Options::default(), Format::Deflate, wasm, &mut compressed)?;
    Ok(compressed)
}

fn optimise(paths: &Paths, from: &Path, to: &Path, more: &[&str]) -> Result<()> {
    let mut wasm_opt = process::node(&paths.root);
    wasm_opt
        .arg(paths.join("node_modules/binaryen/bin/wasm-opt"))
        .args(FEATURES)
        .args(PASSES)
        .args(more)
        .arg(from)
        .arg("--output")
        .arg(to);
    process::run_quietly(&mut wasm_opt).context("wasm-opt failed")?;
    Ok(())
}
