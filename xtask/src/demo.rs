//! `cargo xtask demo`: the demo site and the fault server behind it, on one origin.

use std::process::{Child, Command};

use anyhow::{Context as _, Result};

use crate::args::Args;
use crate::build::{self, Profile};
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;
use crate::report::Tally;
use crate::server::Config;
use crate::serving::Serving;
use crate::setup;
use crate::stamp::Step;

/// The port to try first.
const PORT: u16 = 4600;

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let port = match args.value("--port")? {
        Some(text) => text.parse().map_err(|_| failure::usage(format!("`{text}` is no port")))?,
        None => PORT,
    };
    let dev = args.switch("--dev");
    args.finish()?;
    setup::to_build(paths)?;
    if dev { develop(paths, port) } else { show(paths, port) }
}

/// The site as it would be deployed.
fn show(paths: &Paths, port: u16) -> Result<()> {
    build::run(paths, Profile::Release)?;
    build_site(paths)?;
    let config = Config { port, site: Some(paths.join("www/dist")), idle_stop: None, ..Config::default() };
    let serving = Serving::start(config)?;
    if let Some(note) = &serving.running.note {
        println!("  {note}");
    }
    println!("\nThe demo runs at {}\nCtrl-C stops it.", serving.url());
    serving.until_interrupted()
}

/// The demo builds: one check of `cargo xtask test`.
pub(crate) fn suite(paths: &Paths, _: &[String]) -> Result<Tally> {
    build_site(paths)?;
    Ok(Tally::check(true))
}

/// Builds `www/` when it or the package changed.
fn build_site(paths: &Paths) -> Result<()> {
    Step::new(&paths.stamps(), "www")
        .inputs([paths.join("pkg/dist")])
        .inputs(
            ["www", "drills", "docs", "README.md", "pkg/types", "pkg/package.json", "package-lock.json"]
                .map(|path| paths.join(path)),
        )
        .skipping("dist")
        .outputs([paths.join("www/dist")])
        .run(|| {
            progress::step("build the demo", || {
                let mut vite = vite(paths);
                vite.args(["build", "--logLevel", "warn"]);
                process::run(&mut vite)
            })
        })?;
    Ok(())
}

/// Vite's dev server in front, which reloads on edits and asks the fault server for the rest (`www/vite.config`).
fn develop(paths: &Paths, port: u16) -> Result<()> {
    build::run(paths, Profile::Dev)?;
    let serving = Serving::start(Config { idle_stop: None, ..Config::default() })?;
    let mut vite = vite(paths);
    vite.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    vite.env("FAULT_SERVER", serving.addresses());
    println!(
        "\nThe fault server runs at {}; Vite says where the demo is.\nCtrl-C stops both.",
        serving.url()
    );
    let _vite = Stopped(vite.spawn().context("Vite did not start")?);
    serving.until_interrupted()
}

fn vite(paths: &Paths) -> Command {
    let mut node = process::node(&paths.join("www"));
    node.arg(paths.join("node_modules/vite/bin/vite.js"));
    node
}

/// A child that ends with this command, also when only this command was told to.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
