//! Playwright against the packed package in a fresh app.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::app;
use crate::lock;
use crate::paths::Paths;
use crate::process;
use crate::report::{self, Tally};
use crate::server::Config;
use crate::serving::Serving;
use crate::setup;

pub(super) fn run(paths: &Paths, words: &[String]) -> Result<Tally> {
    match setup::rotel::ensure(paths) {
        Ok(program) => play(paths, words, &[("ROTEL", &program.to_string_lossy())]),
        Err(why) => {
            // On CI a test that vanishes is seen by nobody: there collector.spec fails with this reason.
            println!(
                "  there is no rotel: the test with a real collector (collector.spec) is skipped, on CI it fails. {why}"
            );
            play(paths, words, &[("ROTEL_MISSING", &why)])
        }
    }
}

pub(super) fn kills(paths: &Paths, count: &str, seed: &str) -> Result<Tally> {
    play(paths, &["j5-kills".to_owned()], &[("KILLS", count), ("SEED", seed)])
}

/// One drill in the demo; its report is printed.
pub(super) fn drill(paths: &Paths, file: &str) -> Result<Tally> {
    play(paths, &["drills.spec".to_owned(), "--reporter=list,json".to_owned()], &[("DRILL", file)])
}

fn play(paths: &Paths, words: &[String], more: &[(&str, &str)]) -> Result<Tally> {
    let browsers = setup::to_test(paths)?;
    let _lock = lock::hold(paths, "e2e")?;
    let app = app::build(paths)?;
    let serving = serve(app.dist.clone())?;
    let demo = demo(paths)?;
    let report = paths.work.join("playwright.json");
    let mut playwright = process::node(&paths.join("tests/e2e"));
    playwright
        .arg(paths.join("node_modules/@playwright/test/cli.js"))
        .args(["test", "--reporter=line,json"])
        .args(words)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("CHROMIUM", browsers.chromium)
        .env("APP_DIR", app.dist)
        .env("PACKAGE_DIR", app.package)
        .env("BASE_URL", serving.url())
        .env("FAULT_SERVER", serving.addresses())
        .envs(more.iter().copied());
    if let Some(demo) = &demo {
        playwright.env("DEMO_URL", demo.url());
    }
    counted(&mut playwright, &report)
}

/// A server of its own for each site: both want to be at `/`.
fn serve(site: PathBuf) -> Result<Serving> {
    Serving::start(Config { site: Some(site), idle_stop: None, ..Config::default() })
}

/// None where the suite `demo` could not build it: that one counts it.
fn demo(paths: &Paths) -> Result<Option<Serving>> {
    let site = paths.join("www/dist");
    if site.is_dir() { serve(site).map(Some) } else { Ok(None) }
}

fn counted(playwright: &mut std::process::Command, report: &Path) -> Result<Tally> {
    // An old report must not stand for a run that never came so far.
    let _ = fs::remove_file(report);
    let status = process::status(playwright)?;
    let text = fs::read_to_string(report).context("Playwright ended without its report")?;
    Ok(report::playwright_result(&text)?.and_run(status.success()))
}
