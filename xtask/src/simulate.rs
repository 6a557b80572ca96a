//! `cargo xtask simulate`: builds the fleet simulation for speed and hands it all words.

use anyhow::Result;

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;
use crate::process;

/// The cargo profile of the workspace's Cargo.toml.
const PROFILE: &str = "simulate";
const PACKAGE: &str = "steadfetch-simulate";

pub(crate) fn command(paths: &Paths, args: Args) -> Result<()> {
    let status = run(paths, &args.into_words())?;
    match status.code() {
        Some(0) => Ok(()),
        code => Err(failure::passed_on(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))),
    }
}

/// The quick one; whether its limits hold.
pub(crate) fn quick(paths: &Paths) -> Result<bool> {
    Ok(run(paths, &["--quick".to_owned()])?.success())
}

fn run(paths: &Paths, words: &[String]) -> Result<std::process::ExitStatus> {
    let mut cargo = process::cargo(&paths.root);
    process::run(cargo.args(["build", "--quiet", "--profile", PROFILE, "--package", PACKAGE]))?;
    let program = paths.cargo_target.join(PROFILE).join(PACKAGE);
    // Files that it reads and writes are named from where the person stands.
    process::status(process::command(program, &std::env::current_dir()?).args(words))
}
