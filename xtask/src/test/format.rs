//! Prettier's view of everything that is not Rust.

use anyhow::Result;

use crate::paths::Paths;
use crate::process;
use crate::report::Tally;

pub(super) fn run(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut prettier = process::node(&paths.root);
    prettier.arg(paths.join("node_modules/prettier/bin/prettier.cjs")).args([
        "--check",
        "--log-level=warn",
        ".",
    ]);
    let passed = process::run(&mut prettier).is_ok();
    if !passed {
        println!("  fix: npm run format");
    }
    Ok(Tally::check(passed))
}
