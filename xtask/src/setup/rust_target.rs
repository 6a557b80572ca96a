//! The standard library for `wasm32-unknown-unknown`.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::network;
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure(paths: &Paths) -> Result<()> {
    // Asks the compiler, so that a toolchain without rustup will do.
    let mut rustc = process::command("rustc", &paths.root);
    let dir = process::read(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        .context("the Rust compiler does not know its own targets")?;
    if Path::new(dir.trim()).is_dir() {
        return Ok(());
    }
    progress::step(&format!("add the Rust target {TARGET}"), || add(paths))
}

fn add(paths: &Paths) -> Result<()> {
    let by_hand = format!("rustup target add {TARGET}");
    let mut rustup = process::command("rustup", &paths.root);
    let Ok(output) = rustup.args(["target", "add", TARGET]).output() else {
        return Err(failure::missing(
            format!("the Rust target {TARGET} is not installed, and neither is rustup, which could add it"),
            format!("install rustup (https://rustup.rs), then run: {by_hand}"),
        ));
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if network::is_missing(&said) {
        return Err(network::failure("rustup", &by_hand));
    }
    eprint!("{said}");
    Err(failure::missing(format!("rustup could not add the Rust target {TARGET}"), by_hand))
}
