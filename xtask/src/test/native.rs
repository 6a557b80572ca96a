//! Rust tests on this machine: unit, integration, property and documentation tests of the whole workspace.

use anyhow::Result;

use crate::paths::Paths;
use crate::process;
use crate::report::{self, Tally};

pub(super) fn run(paths: &Paths, words: &[String]) -> Result<Tally> {
    let mut cargo = process::cargo(&paths.root);
    // The test runner has no tests, and much to compile.
    cargo.args(["test", "--workspace", "--exclude", "wasm-test-runner", "--no-fail-fast"]).args(words);
    counted(&mut cargo)
}

/// Runs, shows and counts what libtest or wasm-bindgen's runner prints.
pub(super) fn counted(cargo: &mut std::process::Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let status = process::stream(cargo, |line| {
        if let Some(result) = report::rust_result(line) {
            tally += result;
        }
        tally.named.extend(report::rust_failure(line));
    })?;
    Ok(tally.and_run(status.success()))
}
