//! `cargo xtask setup`: whatever a command needs on this machine, brought where that is allowed, else named with its fix.

pub(crate) mod browsers;
mod crates;
mod install;
mod network;
mod packages;
mod rust_target;
mod tools;

use anyhow::Result;

use crate::args::Args;
use crate::paths::Paths;
use browsers::Browsers;

/// All of it: tools, the Wasm target, crates, npm packages, browsers.
pub(crate) fn command(paths: &Paths, args: Args) -> Result<()> {
    args.finish()?;
    for tool in tools::check(paths)? {
        println!("  {tool}");
    }
    to_build(paths)?;
    let browsers = to_test(paths)?;
    println!("  {} ({})", browsers.version, browsers.chromium.display());
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
