//! Rust to Wasm, through cargo.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Profile;
use crate::paths::Paths;
use crate::process;
use crate::stamp::Step;

const TARGET: &str = "wasm32-unknown-unknown";

/// What cargo writes.
pub(super) fn output(paths: &Paths, profile: Profile) -> PathBuf {
    output_in(&paths.cargo_target, profile)
}

pub(super) fn output_in(target: &Path, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    target.join(TARGET).join(folder).join("steadfetch.wasm")
}

pub(super) fn step(paths: &Paths, profile: Profile) -> Result<Step> {
    Ok(compiling(paths, profile, "wasm")?
        .inputs(["Cargo.toml", ".cargo", "build.rs", "src", "catalogs"].map(|path| paths.join(path)))
        .skipping(".ts")
        .skipping(".md")
        .outputs([output(paths, profile)]))
}

/// A step that depends on the compiler.
pub(super) fn compiling(paths: &Paths, profile: Profile, name: &str) -> Result<Step> {
    let compiler = process::read(process::command("rustc", &paths.root).arg("--version"))?;
    Ok(super::step(paths, profile, name).fact(compiler).fact(std::env::var("RUSTFLAGS").unwrap_or_default()))
}

pub(super) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    compile(paths, profile, "standalone", &paths.cargo_target)
}

/// With a feature, into a folder.
pub(super) fn compile(paths: &Paths, profile: Profile, feature: &str, target: &Path) -> Result<()> {
    let mut cargo = process::cargo(&paths.root);
    cargo.args(["build", "--package", "steadfetch", "--lib", "--features", feature, "--target", TARGET]);
    cargo.arg("--target-dir").arg(target);
    if profile == Profile::Release {
        cargo.args(["--release", "--config", &remapped_paths(&paths.root)]);
    }
    process::run(&mut cargo)
}

/// Panic messages name source files: without this machine's folders, which the package should not carry.
fn remapped_paths(root: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=", root.display())];
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=", home.join("registry/src").display()));
    }
    let quoted: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    format!("target.{TARGET}.rustflags=[{}]", quoted.join(","))
}
