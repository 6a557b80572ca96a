//! `npm pack`: the tarball that people would install.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::paths::Paths;
use crate::process;

/// A packed package.
pub(crate) struct Packed {
    pub(crate) tarball: PathBuf,
    /// What is in it, by path below the package.
    pub(crate) files: Vec<String>,
}

/// Packs `pkg/`, which a release build has filled.
pub(crate) fn pack(paths: &Paths) -> Result<Packed> {
    let out = paths.work.join("pack");
    fs::create_dir_all(&out)?;
    let mut npm = process::command("npm", &paths.join("pkg"));
    npm.args(["pack", "--json", "--ignore-scripts", "--pack-destination"]).arg(&out);
    read(&process::read(&mut npm).context("`npm pack` failed")?, &out)
        .context("npm pack printed something new")
}

fn read(json: &str, out: &std::path::Path) -> Result<Packed> {
    let report: Value = serde_json::from_str(json)?;
    // A list in some versions of npm, an object by package name in others.
    let one = match &report {
        Value::Array(list) => list.first(),
        Value::Object(map) if map.contains_key("files") => Some(&report),
        Value::Object(map) => map.values().next(),
        _ => None,
    }
    .context("no package in it")?;
    let name = one.get("filename").and_then(Value::as_str).context("no file name in it")?;
    let files = one.get("files").and_then(Value::as_array).context("no files in it")?;
    let files = files.iter().filter_map(|file| Some(file.get("path")?.as_str()?.to_owned())).collect();
    Ok(Packed { tarball: out.join(name), files })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    #[test]
    fn reads_both_shapes_of_npms_report() {
        let one = r#"{"filename":"a-1.tgz","files":[{"path":"x.js"},{"path":"y.js"}]}"#;
        for report in [format!("[{one}]"), one.to_owned(), format!(r#"{{"a":{one}}}"#)] {
            let packed = read(&report, Path::new("/out")).unwrap();
            assert_eq!(
                (packed.tarball, packed.files),
                ("/out/a-1.tgz".into(), vec!["x.js".into(), "y.js".into()])
            );
        }
        assert!(read("[]", Path::new("/out")).is_err());
    }
}
