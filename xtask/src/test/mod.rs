//! `cargo xtask test`: set-up, a release build, then every suite, and one closing line.

mod app;
mod e2e;
mod fleet;
mod format;
mod native;
mod package;
mod shell;
mod types;

use std::time::Instant;

use anyhow::Result;

use crate::args::Args;
use crate::bench;
use crate::build::{self, Profile};
use crate::demo;
use crate::docs;
use crate::failure;
use crate::paths::Paths;
use crate::progress::seconds;
use crate::report::Tally;
use crate::setup;

/// `cargo xtask kills`: the test that kills pages in mid-send, as often as is asked for.
pub(crate) fn kills(paths: &Paths, mut args: Args) -> Result<()> {
    let count = args.value("--count")?.unwrap_or_else(|| "200".to_owned());
    let seed = args.value("--seed")?.unwrap_or_else(|| "1".to_owned());
    args.finish()?;
    if count.parse::<u32>().is_err() || seed.parse::<u32>().is_err() {
        return Err(failure::usage("`--count` and `--seed` are whole numbers"));
    }
    setup::to_build(paths)?;
    build::run(paths, Profile::Release)?;
    let tally = e2e::kills(paths, &count, &seed)?;
    println!("{tally}");
    if tally.failed > 0 { Err(failure::told()) } else { Ok(()) }
}

/// `cargo xtask drill FILE`: a drill in the demo, against a clock that is faked, and what people see of it.
pub(crate) fn drill(paths: &Paths, mut args: Args) -> Result<()> {
    let Some(file) = args.word() else { return Err(failure::usage("`drill` needs a file")) };
    args.finish()?;
    let path = std::path::absolute(&file)?;
    if !path.is_file() {
        return Err(failure::usage(format!("there is no file `{file}`")));
    }
    setup::to_build(paths)?;
    build::run(paths, Profile::Release)?;
    demo::suite(paths, &[])?;
    let tally = e2e::drill(paths, &path.to_string_lossy())?;
    if tally.failed > 0 { Err(failure::told()) } else { Ok(()) }
}

/// A suite gets the words after `--` when it was asked for alone.
type Suite = fn(&Paths, &[String]) -> Result<Tally>;

/// Cheap ones first.
const SUITES: [(&str, Suite); 10] = [
    ("format", format::run),
    ("types", types::run),
    ("package", package::run),
    ("docs", docs::suite),
    ("native", native::run),
    ("fleet", fleet::run),
    ("shell", shell::run),
    ("demo", demo::suite),
    ("e2e", e2e::run),
    ("bench", bench::size::suite),
];

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let only = args.value("--only")?;
    let rest = args.rest();
    args.finish()?;
    let names: Vec<&str> = SUITES.iter().map(|(name, _)| *name).collect();
    match only.as_deref() {
        Some(name) if !names.contains(&name) => {
            return Err(failure::usage(format!(
                "there is no suite `{name}`: choose one of {}",
                names.join(", ")
            )));
        }
        None if !rest.is_empty() => return Err(failure::usage("words after `--` need `--only <suite>`")),
        _ => {}
    }

    setup::to_build(paths)?;
    build::run(paths, Profile::Release)?;
    let mut all = Tally::default();
    let mut lines = Vec::new();
    for (name, suite) in SUITES.iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        println!("\n== {name}");
        let started = Instant::now();
        let tally = suite(paths, &rest).unwrap_or_else(|error| {
            failure::report(&error);
            Tally::check(false)
        });
        lines.push(format!("  {name:<8} {tally} in {}", seconds(started.elapsed())));
        all += tally;
    }
    println!("\n== all\n{}\n", lines.join("\n"));
    for named in &all.named {
        println!("  {named}");
    }
    println!("{all}");
    if all.failed > 0 { Err(failure::told()) } else { Ok(()) }
}
