//! Compressed sizes, by the encoders that servers use: those of Node's zlib.

use std::ops::AddAssign;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::paths::Paths;
use crate::process;

/// Bytes as they are, and as a server would send them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) raw: u64,
    pub(super) gzip: u64,
    pub(super) brotli: u64,
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// The sizes of files, in their order.
pub(super) fn sizes(paths: &Paths, files: &[PathBuf]) -> Result<Vec<Size>> {
    let mut node = process::node(&paths.root);
    node.args(["--input-type=module", "--eval", include_str!("compress.mjs"), "--"]).args(files);
    let printed = process::read(&mut node)?;
    let sizes: Vec<[u64; 3]> = serde_json::from_str(&printed).context("the compressor's answer")?;
    ensure!(
        sizes.len() == files.len(),
        "the compressor answered for {} of {} files",
        sizes.len(),
        files.len()
    );
    Ok(sizes.into_iter().map(|[raw, gzip, brotli]| Size { raw, gzip, brotli }).collect())
}
