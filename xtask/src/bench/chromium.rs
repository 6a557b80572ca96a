//! What is measured in Chromium, beside other libraries: `cargo xtask bench fetch`, CPU time and memory per call
//! (`tests/bench/fetch.mjs`), `cargo xtask bench cache`, hits of stored copies (`tests/bench/cache.mjs`), and `cargo xtask bench notices`,
//! many failures at once (`tests/bench/notices.mjs`).

use anyhow::Result;

use crate::args::Args;
use crate::build::{self, Profile};
use crate::paths::Paths;
use crate::process;
use crate::setup;

pub(super) fn command(paths: &Paths, script: &str, args: Args) -> Result<()> {
    setup::to_build(paths)?;
    let browsers = setup::to_test(paths)?;
    build::run(paths, Profile::Release)?;
    // Where the person stands: files among its arguments are named from there.
    let mut bench = process::node(&std::env::current_dir()?);
    bench
        .arg(paths.join("tests/bench").join(script))
        .args(args.into_words())
        .env("CHROMIUM", browsers.chromium);
    process::run(&mut bench)
}
