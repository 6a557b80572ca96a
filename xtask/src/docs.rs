//! `cargo xtask docs`: pages of the documentation from the core's tables; as a suite, whether they are what the tables say.

use anyhow::Result;

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::report::Tally;

const PACKAGE: &str = "steadfetch-docs";

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let check = args.switch("--check");
    args.finish()?;
    if run(paths, check)? { Ok(()) } else { Err(failure::told()) }
}

pub(crate) fn suite(paths: &Paths, _: &[String]) -> Result<Tally> {
    Ok(Tally::check(run(paths, true)?))
}

fn run(paths: &Paths, check: bool) -> Result<bool> {
    let mut cargo = process::cargo(&paths.root);
    process::run(cargo.args(["build", "--quiet", "--package", PACKAGE]))?;
    let mut program = process::command(paths.cargo_target.join("debug").join(PACKAGE), &paths.root);
    program.arg("docs").args(check.then_some("--check"));
    Ok(process::status(&mut program)?.success())
}
