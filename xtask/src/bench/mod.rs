//! `cargo xtask bench`: what the package weighs, and what a call costs.

mod compress;
mod fetch;
mod metafile;
pub(crate) mod size;
mod table;
mod wasm_parts;

use anyhow::Result;

use crate::args::Args;
use crate::failure;
use crate::paths::Paths;

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    match args.word().as_deref() {
        Some("size") => size::command(paths, args),
        Some("fetch") => fetch::command(paths, args),
        Some(other) => Err(failure::usage(format!("there is no bench `{other}`: choose size or fetch"))),
        None => Err(failure::usage("which bench: size or fetch?")),
    }
}
