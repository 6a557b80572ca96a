//! `cargo xtask lint-policy`: what a client's options or a policy document come to, by the core that ships.

use anyhow::Result;

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;
use crate::process;

const PACKAGE: &str = "steadfetch-lint";

pub(crate) fn command(paths: &Paths, args: Args) -> Result<()> {
    let mut cargo = process::cargo(&paths.root);
    process::run(cargo.args(["build", "--quiet", "--package", PACKAGE]))?;
    let program = paths.cargo_target.join("debug").join(PACKAGE);
    // The file is named from where the person stands.
    let status =
        process::status(process::command(program, &std::env::current_dir()?).args(args.into_words()))?;
    match status.code() {
        Some(0) => Ok(()),
        code => Err(failure::passed_on(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))),
    }
}
