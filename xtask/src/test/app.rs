//! A fresh Vite app with the packed package installed, as a reader of the README would have.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::pack;
use crate::paths::Paths;
use crate::process;
use crate::progress;

/// The app's folders.
pub(super) struct App {
    /// What Vite built.
    pub(super) dist: PathBuf,
    /// The package as it was installed.
    pub(super) package: PathBuf,
}

/// Copies the template, packs and installs the package, and builds.
pub(super) fn build(paths: &Paths) -> Result<App> {
    let dir = paths.join("target/e2e-app");
    progress::step("make a fresh app with the packed package", || {
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        copy(&paths.join("tests/e2e/app"), &dir)?;
        let packed = pack::pack(paths)?;
        let mut npm = process::command("npm", &dir);
        npm.args(["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"])
            .arg(&packed.tarball);
        process::run_quietly(&mut npm)?;
        anyhow::Ok(())
    })?;
    let package = dir.join("node_modules/steadfetch");
    let installed = fs::symlink_metadata(&package).context("the package was not installed")?;
    ensure!(installed.is_dir(), "the app uses the workspace's package and not the packed one");

    progress::step("build the app", || {
        let mut vite = process::node(&dir);
        vite.arg(paths.join("node_modules/vite/bin/vite.js")).args(["build", "--logLevel", "warn"]);
        process::run(&mut vite)
    })?;
    Ok(App { dist: dir.join("dist"), package })
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        if entry.file_name() == "node_modules" {
            continue;
        }
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(())
}
