//! `cargo xtask build`: Rust to Wasm, Wasm and TypeScript to bundles in `pkg/`, each step only when something changed.

mod bundle;
mod optimize;
mod outgoing;
mod sections;
mod wasm;
mod words;

use std::time::Instant;

use anyhow::Result;

pub(crate) use optimize::named;

use crate::args::Args;
use crate::failure;
use crate::lock;
use crate::paths::Paths;
use crate::progress::{self, seconds};
use crate::setup;
use crate::stamp::Step;

/// How much work goes into the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build: no optimisation, names kept, source maps inline.
    Dev,
    /// What is published.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Release => "release",
        }
    }
}

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let (dev, release) = (args.switch("--dev"), args.switch("--release"));
    args.finish()?;
    if dev && release {
        return Err(failure::usage("choose one of --dev and --release"));
    }
    setup::to_build(paths)?;
    run(paths, if release { Profile::Release } else { Profile::Dev })
}

/// Builds what is out of date.
pub(crate) fn run(paths: &Paths, profile: Profile) -> Result<()> {
    let started = Instant::now();
    let _lock = lock::hold(paths, "build")?;
    let steps = [
        ("compile Rust to Wasm", wasm::step(paths, profile)?, wasm::run as Run),
        ("optimise the Wasm", optimize::step(paths, profile), optimize::run),
        ("compile the catalogs", words::catalogs_step(paths, profile), words::write_catalogs),
        ("compile the compiler of catalogs", words::step(paths, profile)?, words::run),
        ("compile what redacts", outgoing::step(paths, profile)?, outgoing::run),
        ("bundle the package", bundle::step(paths, profile), bundle::run),
    ];
    let mut ran = 0;
    for (name, step, work) in steps {
        ran += u32::from(step.run(|| progress::step(name, || work(paths, profile)))?);
    }
    match ran {
        0 => println!("build --{}: up to date", profile.name()),
        _ => println!("build --{}: done in {}", profile.name(), seconds(started.elapsed())),
    }
    Ok(())
}

type Run = fn(&Paths, Profile) -> Result<()>;

/// A step that also depends on how this build is put together.
fn step(paths: &Paths, profile: Profile, name: &str) -> Step {
    Step::new(&paths.stamps(), name)
        .fact(profile.name())
        .inputs([paths.join("xtask/src/build"), paths.join("Cargo.lock")])
}
