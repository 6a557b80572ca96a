//! `cargo xtask fuzz redact`: makes up texts around made-up secrets until its time is over. A loop of its own with a seed, since
//! cargo-fuzz needs a nightly compiler, which a build of this project does not.

use anyhow::{Context as _, Result};

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;
use crate::process;

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let mut number = |name: &str, default: &str| -> Result<String> {
        let text = args.value(name)?.unwrap_or_else(|| default.to_owned());
        text.parse::<u64>().map_err(|_| failure::usage(format!("`{name}` needs a number")))?;
        Ok(text)
    };
    let (seconds, seed) = (number("--seconds", "30")?, number("--seed", "1")?);
    let target = args.word();
    args.finish()?;
    if target.as_deref() != Some("redact") {
        return Err(failure::usage("say what: `cargo xtask fuzz redact`"));
    }
    let mut cargo = process::cargo(&paths.root);
    cargo.args(["test", "--package", "steadfetch", "--test", "redact", "fuzz::", "--", "--nocapture"]);
    cargo.env("FUZZ_SECONDS", seconds).env("FUZZ_SEED", &seed);
    process::run(&mut cargo).with_context(|| format!("something leaks; `--seed {seed}` shows it again"))
}
