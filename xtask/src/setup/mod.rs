//! `cargo xtask setup`: whatever a command needs on this machine, brought where that is allowed, else named with its fix.

pub(crate) mod browsers;
mod crates;
mod install;
mod network;
mod packages;
pub(crate) mod rotel;
mod rust_target;
mod tools;

use anyhow::Result;

use crate::args::Args;
use crate::paths::Paths;
use browsers::Browsers;

/// All of it: tools, the Wasm target, crates, npm packages, browsers, a collector.
pub(crate) fn command(paths: &Paths, args: Args) -> Result<()> {
    args.finish()?;
    for tool in tools::check(paths)? {
        println!("  {tool}");
    }
    to_build(paths)?;
    let browsers = to_test(paths)?;
    println!("  {} ({})", browsers.version, browsers.chromium.display());
    match rotel::ensure(paths) {
        Ok(program) => println!("  rotel ({})", paths.show(&program)),
        // One test needs it, and is skipped without it.
        Err(why) => {
            println!("  rotel is not there: {why}");
            println!("setup: all there, but for what tests/e2e/tests/collector.spec.ts needs");
            return Ok(());
        }
    }
    println!("setup: all there");
    Ok(())
}

/// What a build needs.
pub(crate) fn to_build(paths: &Paths) -> Result<()> {
    tools::node(paths)?;
    rust_target::ensure(paths)?;
    crates::ensure(paths)?;
    packages::ensure(paths)
}

/// What the tests need on top.
pub(crate) fn to_test(paths: &Paths) -> Result<Browsers> {
    browsers::ensure(paths)
}
