//! `cargo xtask simulate` builds and runs this.

use std::process::ExitCode;

fn main() -> ExitCode {
    match steadfetch_simulate::cli::command(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}\n  fix: see `cargo xtask simulate --help`");
            ExitCode::from(2)
        }
    }
}
