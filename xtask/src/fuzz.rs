//! `cargo xtask fuzz TARGET`: a target of `fuzz/` under libFuzzer, through cargo-fuzz, until its time is over. What instruments the
//! code works with any toolchain; AddressSanitizer, which would need a nightly one, finds nothing where there is no `unsafe`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;

const TARGETS: [&str; 4] = ["redact", "message", "options", "border"];
/// Of cargo-fuzz.
const VERSION: &str = "0.13.2";

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let mut number = |name: &str, default: &str| -> Result<String> {
        let text = args.value(name)?.unwrap_or_else(|| default.to_owned());
        text.parse::<u32>().map_err(|_| failure::usage(format!("`{name}` needs a number")))?;
        Ok(text)
    };
    // libFuzzer takes 0 for "draw one".
    let (seconds, seed) = (number("--seconds", "30")?, number("--seed", "1")?);
    let target = args.word().filter(|target| TARGETS.contains(&target.as_str()));
    args.finish()?;
    let target = target.ok_or_else(|| {
        failure::usage(format!("say what: `cargo xtask fuzz TARGET`, one of {}", TARGETS.join(", ")))
    })?;
    let home = paths.cargo_target.join("fuzz");
    let corpus = home.join("corpus").join(&target);
    let found = home.join("found").join(&target);
    for dir in [&corpus, &found] {
        fs::create_dir_all(dir)?;
    }
    let mut fuzz = process::command(program(paths)?, &paths.root);
    fuzz.args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none", "--target-dir"]);
    fuzz.arg(&home).arg(&target).arg(&corpus);
    let seeds = paths.join("fuzz/seeds").join(&target);
    if seeds.is_dir() {
        fuzz.arg(seeds);
    }
    let prefix = format!("-artifact_prefix={}/", found.display());
    let bounds = [format!("-max_total_time={seconds}"), format!("-seed={seed}"), prefix];
    fuzz.arg("--").args(["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]).args(bounds);
    process::run(&mut fuzz).with_context(|| format!("`{target}` found something: {}", paths.show(&found)))
}

/// cargo-fuzz, brought where it is not there.
fn program(paths: &Paths) -> Result<PathBuf> {
    let root = paths.cargo_target.join("fuzz/tools");
    let program = root.join("bin/cargo-fuzz");
    if !program.exists() {
        progress::step("install cargo-fuzz", || {
            let mut cargo = process::cargo(&paths.root);
            cargo.args(["install", "cargo-fuzz", "--locked", "--quiet", "--version", VERSION, "--root"]);
            process::run(cargo.arg(&root))
        })?;
    }
    Ok(program)
}
