//! `cargo xtask bench`: what the package weighs, and what a call costs.

mod chromium;
mod compress;
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
        Some("fetch") => chromium::command(paths, "fetch.mjs", args),
        Some("cache") => chromium::command(paths, "cache.mjs", args),
        Some("notices") => chromium::command(paths, "notices.mjs", args),
        Some(other) => {
            Err(failure::usage(format!("there is no bench `{other}`: choose size, fetch, cache or notices")))
        }
        None => Err(failure::usage("which bench: size, fetch, cache or notices?")),
    }
}
