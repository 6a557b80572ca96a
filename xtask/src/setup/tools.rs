//! Programs that must be there already.

use anyhow::Result;

use crate::failure;
use crate::paths::Paths;
use crate::process;

/// What the pinned npm packages run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Each tool with its version, or an error for the first one that is missing or too old.
pub(super) fn check(paths: &Paths) -> Result<Vec<String>> {
    let rust = [version(paths, "cargo")?, version(paths, "rustc")?];
    let node = [format!("node {}", node(paths)?), format!("npm {}", version(paths, "npm")?)];
    Ok(rust.into_iter().chain(node).collect())
}

/// Node's version, or an error when it is too old. (Cargo checks Rust's own against `rust-version`.)
pub(super) fn node(paths: &Paths) -> Result<String> {
    let node = version(paths, "node")?;
    if number(&node).is_some_and(|found| found >= OLDEST_NODE) {
        return Ok(node);
    }
    let (major, minor) = OLDEST_NODE;
    Err(failure::missing(
        format!("Node {node} is too old: {major}.{minor} or newer is needed"),
        "install a newer Node: https://nodejs.org/en/download",
    ))
}

fn version(paths: &Paths, program: &str) -> Result<String> {
    Ok(process::read(process::command(program, &paths.root).arg("--version"))?.trim().to_owned())
}

/// The first "major.minor" in a version line.
pub(super) fn number(text: &str) -> Option<(u32, u32)> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let mut parts = word.split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_number_in_a_version_line() {
        assert_eq!(number("v20.20.2"), Some((20, 20)));
        assert_eq!(number("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(number("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"), Some((156, 0)));
        assert_eq!(number("unknown"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(number("v9.9.0") < Some(OLDEST_NODE));
        assert!(number("v100.0.0") > Some(OLDEST_NODE));
    }
}
