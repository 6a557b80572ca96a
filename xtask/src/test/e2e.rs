//! Playwright against the packed package in a fresh app.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::app;
use crate::paths::Paths;
use crate::process;
use crate::report::{self, Tally};
use crate::setup;

pub(super) fn run(paths: &Paths, words: &[String]) -> Result<Tally> {
    let browsers = setup::to_test(paths)?;
    let app = app::build(paths)?;
    let report = paths.work.join("playwright.json");
    let mut playwright = process::node(&paths.join("tests/e2e"));
    playwright
        .arg(paths.join("node_modules/@playwright/test/cli.js"))
        .args(["test", "--reporter=line,json"])
        .args(words)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("CHROMIUM", browsers.chromium)
        .env("APP_DIR", app.dist)
        .env("PACKAGE_DIR", app.package);
    counted(&mut playwright, &report)
}

fn counted(playwright: &mut std::process::Command, report: &Path) -> Result<Tally> {
    // An old report must not stand for a run that never came so far.
    let _ = fs::remove_file(report);
    let status = process::status(playwright)?;
    let text = fs::read_to_string(report).context("Playwright ended without its report")?;
    Ok(report::playwright_result(&text)?.and_run(status.success()))
}
