//! The Rust shell in headless Chromium: tests by wasm-bindgen-test, through ChromeDriver.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::native;
use crate::paths::Paths;
use crate::process;
use crate::progress;
use crate::report::Tally;
use crate::setup;
use crate::setup::browsers::{Browsers, FLAGS};

const TARGET: &str = "wasm32-unknown-unknown";

/// One test binary's time in the browser, in seconds.
const TIMEOUT: &str = "180";

pub(super) fn run(paths: &Paths, words: &[String]) -> Result<Tally> {
    let targets = targets(paths)?;
    if targets.is_empty() {
        println!("  there are no tests for the browser");
        return Ok(Tally::default());
    }
    let browsers = setup::to_test(paths)?;
    let runner = runner(paths)?;
    let mut cargo = process::cargo(&paths.root);
    cargo
        .args(["test", "--package", "steadfetch", "--target", TARGET, "--no-fail-fast"])
        .args(targets)
        .args(words)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &browsers.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(paths, &browsers)?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    native::counted(&mut cargo)
}

fn runner(paths: &Paths) -> Result<PathBuf> {
    progress::step("build the test runner", || {
        process::run(process::cargo(&paths.root).args(["build", "--package", "wasm-test-runner"]))
    })?;
    Ok(paths.cargo_target.join("debug").join(format!("wasm-test-runner{}", std::env::consts::EXE_SUFFIX)))
}

fn capabilities(paths: &Paths, browsers: &Browsers) -> Result<PathBuf> {
    let file = paths.work.join("webdriver.json");
    let options = json!({ "goog:chromeOptions": { "binary": browsers.chromium, "args": FLAGS } });
    fs::write(&file, options.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// The test targets that run in a browser: those that configure it. The others are native, and need not compile for Wasm.
fn targets(paths: &Paths) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    if mentions_tests(&paths.join("src"))? {
        targets.push("--lib".to_owned());
    }
    for entry in fs::read_dir(paths.join("tests"))? {
        let path = entry?.path();
        let is_target = path.extension().is_some_and(|ending| ending == "rs");
        if is_target && mentions_tests(&path)? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            targets.extend(["--test".to_owned(), name]);
        }
    }
    Ok(targets)
}

fn mentions_tests(path: &Path) -> Result<bool> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            if mentions_tests(&entry?.path())? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let is_rust = path.extension().is_some_and(|ending| ending == "rs");
    Ok(is_rust && fs::read_to_string(path)?.contains("wasm_bindgen_test_configure!"))
}
