//! TypeScript and Wasm as base64 to what the package ships, through esbuild (`pkg/build.mjs`).

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Profile, optimize};
use crate::paths::Paths;
use crate::process;
use crate::stamp::Step;

/// What esbuild tells about where each output's bytes come from.
pub(crate) fn metafile(paths: &Paths) -> PathBuf {
    paths.work.join("bundle.json")
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Step {
    let read = [
        "pkg/src",
        "drills/schema.json",
        "pkg/build.mjs",
        "src",
        "catalogs/panels",
        "package-lock.json",
        "tsconfig.json",
    ];
    super::step(paths, profile, "bundle")
        .inputs(read.map(|path| paths.join(path)))
        .inputs([paths.wasm(), paths.catalogs(), paths.words(), paths.outgoing()])
        .skipping(".rs")
        .skipping(".md")
        .outputs([paths.join("pkg/dist"), metafile(paths)])
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    let dist = paths.join("pkg/dist");
    // Shared chunks carry a hash in their names: old ones would stay and be published.
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", paths.show(&dist)))?;
    }
    fs::create_dir_all(&dist)?;
    let mut esbuild = process::node(&paths.root);
    esbuild.arg(paths.join("pkg/build.mjs"));
    esbuild.arg(format!("--profile={}", profile.name()));
    esbuild.arg(format!("--wasm={}", paths.wasm().display()));
    esbuild.arg(format!("--catalogs={}", paths.catalogs().display()));
    esbuild.arg(format!("--words={}", paths.words().display()));
    esbuild.arg(format!("--outgoing={}", paths.outgoing().display()));
    esbuild.arg(format!("--metafile={}", metafile(paths).display()));
    process::run(&mut esbuild).context("the bundle of pkg/src failed")?;
    fs::copy(optimize::shipped(paths), dist.join("steadfetch.wasm"))?;
    Ok(())
}
