//! Where things lie in the workspace.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The workspace's folders that more than one command uses.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// What these commands make, other than Cargo's own output. Fixed: tsconfig.json names it.
    pub(crate) work: PathBuf,
    /// Cargo's target folder.
    pub(crate) cargo_target: PathBuf,
}

impl Paths {
    /// The root is the parent of this crate's folder.
    pub(crate) fn find() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&here).parent().context("xtask lies in no workspace")?.to_path_buf();
        let cargo_target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { work: root.join("target/steadfetch"), cargo_target, root })
    }

    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The Wasm that ships, and the same as base64 in a module.
    pub(crate) fn wasm(&self) -> PathBuf {
        self.work.join("wasm")
    }

    /// The built-in catalogs as modules.
    pub(crate) fn catalogs(&self) -> PathBuf {
        self.work.join("catalogs")
    }

    /// The Wasm file for an app's own catalogs, and the same as base64 in a module.
    pub(crate) fn words(&self) -> PathBuf {
        self.work.join("words")
    }

    /// The Wasm file that redacts what leaves the page, and the same as base64 in a module.
    pub(crate) fn outgoing(&self) -> PathBuf {
        self.work.join("outgoing")
    }

    pub(crate) fn stamps(&self) -> PathBuf {
        self.work.join("stamps")
    }

    /// A path for people: below the root where it is.
    pub(crate) fn show<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
