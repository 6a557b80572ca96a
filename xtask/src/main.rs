//! `cargo xtask`: sets up, builds, serves, tests and measures Steadfetch.

mod args;
mod build;
mod failure;
mod paths;
mod process;
mod progress;
mod stamp;

use std::process::ExitCode;

use args::Args;
use paths::Paths;

const USAGE: &str = "\
usage: cargo xtask <command>

  build [--dev | --release]   Wasm, glue and bundles into pkg/ (default: --dev)
";

fn main() -> ExitCode {
    failure::quiet_panics();
    match run(Args::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

fn run(mut args: Args) -> anyhow::Result<()> {
    let paths = Paths::find()?;
    match args.word().as_deref() {
        Some("build") => build::command(&paths, args),
        None | Some("help" | "--help" | "-h") => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(failure::usage(format!("there is no command `{other}`"))),
    }
}
