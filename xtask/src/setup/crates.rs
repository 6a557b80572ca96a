//! Crates from their registry, all before the first build: a missing network then has one clear message.

use anyhow::Result;

use super::network;
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;
use crate::stamp::Step;

pub(super) fn ensure(paths: &Paths) -> Result<()> {
    let lock = paths.join("Cargo.lock");
    Step::new(&paths.stamps(), "crates")
        // Another home of cargo's has its own store of crates.
        .fact(std::env::var("CARGO_HOME").unwrap_or_default())
        .inputs([paths.join("Cargo.toml"), paths.join("xtask/Cargo.toml"), lock.clone()])
        .outputs([lock])
        .run(|| progress::step("fetch crates", || fetch(paths)))?;
    Ok(())
}

fn fetch(paths: &Paths) -> Result<()> {
    let mut cargo = process::cargo(&paths.root);
    cargo.args(["fetch", "--quiet", "--target", "wasm32-unknown-unknown", "--target", "host-tuple"]);
    let output = process::output(&mut cargo)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if network::is_missing(&said) {
        return Err(network::failure("cargo", "cargo fetch"));
    }
    eprint!("{said}");
    Err(failure::failed("cargo could not fetch the crates of Cargo.lock", "see cargo's message above"))
}
