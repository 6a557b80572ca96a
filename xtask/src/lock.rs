//! One at a time: two runs that write the same files wait for each other.

use std::fs::{self, File};

use anyhow::{Context as _, Result};

use crate::paths::Paths;

/// Waits until nobody else holds the lock of that name, and holds it until the file is dropped.
pub(crate) fn hold(paths: &Paths, name: &str) -> Result<File> {
    fs::create_dir_all(&paths.work).with_context(|| format!("cannot create {}", paths.work.display()))?;
    let file = File::create(paths.work.join(name).with_extension("lock"))?;
    if file.try_lock().is_err() {
        println!("  waiting for another {name} ...");
        file.lock()?;
    }
    Ok(file)
}
