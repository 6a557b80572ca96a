//! esbuild's account of the bundles: what loads with what, and which source each byte came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::paths::Paths;

/// Files of `pkg/dist`, by name.
pub(super) struct Bundles {
    outputs: BTreeMap<String, Output>,
}

struct Output {
    /// Names of other outputs that this one imports at once.
    at_once: Vec<String>,
    /// Names of outputs that it loads when it needs them.
    later: Vec<String>,
    /// The source that it was made for, if it is no chunk that others share.
    entry: Option<String>,
    /// Bytes by source.
    sources: BTreeMap<String, u64>,
}

impl Bundles {
    pub(super) fn read(paths: &Paths) -> Result<Self> {
        let file = paths.work.join("bundle.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).context("esbuild's metafile")
    }

    fn parse(text: &str) -> Result<Self> {
        let meta: Value = serde_json::from_str(text)?;
        let listed = meta.get("outputs").and_then(Value::as_object).context("no outputs in it")?;
        let outputs = listed.iter().map(|(path, output)| (name(path), Output::new(output))).collect();
        Ok(Self { outputs })
    }

    /// An output and what it imports at once, and so on.
    pub(super) fn at_once(&self, entry: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![entry.to_owned()];
        while let Some(name) = open.pop() {
            let Some(output) = self.outputs.get(&name) else { continue };
            if found.insert(name) {
                open.extend(output.at_once.iter().cloned());
            }
        }
        found
    }

    /// An output, what it imports at once, and the engine that it loads for every app.
    pub(super) fn with_engine(&self, entry: &str) -> BTreeSet<String> {
        let first = self.at_once(entry);
        let mut all = first.clone();
        for engine in self.later(&first) {
            all.extend(self.at_once(&engine));
        }
        all
    }

    /// Beyond these: what is loaded only for apps that ask for it, by the sources of the parts.
    pub(super) fn on_demand(&self, loaded: &BTreeSet<String>) -> Vec<(String, BTreeSet<String>)> {
        let mut parts = BTreeSet::new();
        let mut open = self.later(loaded);
        // A part may load others.
        while let Some(part) = open.pop_first() {
            if !loaded.contains(&part) && parts.insert(part.clone()) {
                open.extend(self.later(&BTreeSet::from([part])));
            }
        }
        let named = |part: String| {
            let source = self.outputs.get(&part)?.entry.clone()?;
            Some((source, self.at_once(&part).difference(loaded).cloned().collect()))
        };
        parts.into_iter().filter_map(named).collect()
    }

    fn later(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        names
            .iter()
            .filter_map(|name| self.outputs.get(name))
            .flat_map(|output| output.later.clone())
            .collect()
    }

    /// Bytes by source over some outputs, most first.
    pub(super) fn sources(&self, names: &BTreeSet<String>) -> Vec<(String, u64)> {
        let mut sum: BTreeMap<String, u64> = BTreeMap::new();
        for output in names.iter().filter_map(|name| self.outputs.get(name)) {
            for (source, bytes) in &output.sources {
                *sum.entry(source.clone()).or_default() += bytes;
            }
        }
        let mut list: Vec<_> = sum.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
        list.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        list
    }
}

impl Output {
    fn new(output: &Value) -> Self {
        let imports = |dynamic: bool| {
            let list = output.get("imports").and_then(Value::as_array).into_iter().flatten();
            list.filter(|import| {
                (import.get("kind").and_then(Value::as_str) == Some("dynamic-import")) == dynamic
            })
            .filter_map(|import| import.get("path").and_then(Value::as_str).map(name))
            .collect()
        };
        let sources = output.get("inputs").and_then(Value::as_object).into_iter().flatten();
        Self {
            at_once: imports(false),
            later: imports(true),
            entry: output.get("entryPoint").and_then(Value::as_str).map(source),
            sources: sources
                .filter_map(|(path, input)| Some((source(path), input.get("bytesInOutput")?.as_u64()?)))
                .collect(),
        }
    }
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// esbuild names sources from `pkg/` on; the generated ones by what they are.
fn source(path: &str) -> String {
    match path.trim_start_matches("../") {
        base64 if base64.ends_with("wasm/wasm-base64.js") => "Wasm as base64".into(),
        below if below.len() < path.len() => below.into(),
        _ => format!("pkg/{path}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const META: &str = r#"{ "outputs": {
        "dist/index.js": {
            "imports": [{ "path": "dist/chunk-A.js", "kind": "import-statement" }, { "path": "dist/engine.js", "kind": "dynamic-import" }],
            "inputs": { "src/index.ts": { "bytesInOutput": 40 } } },
        "dist/engine.js": {
            "imports": [{ "path": "dist/chunk-A.js", "kind": "import-statement" }, { "path": "dist/drill-B.js", "kind": "dynamic-import" }],
            "inputs": { "../target/steadfetch/wasm/wasm-base64.js": { "bytesInOutput": 900 }, "../src/browser/a.ts": { "bytesInOutput": 0 } } },
        "dist/drill-B.js": { "imports": [], "entryPoint": "../src/browser/drill.ts", "inputs": {} },
        "dist/chunk-A.js": { "imports": [], "inputs": { "../src/browser/driver.ts": { "bytesInOutput": 60 } } }
    } }"#;

    #[test]
    fn tells_what_loads_at_once_from_what_loads_later() {
        let bundles = Bundles::parse(META).unwrap();
        let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>();
        assert_eq!(names(bundles.at_once("index.js")), ["chunk-A.js", "index.js"]);
        let loaded = bundles.with_engine("index.js");
        assert_eq!(
            bundles.on_demand(&loaded),
            [("src/browser/drill.ts".to_owned(), BTreeSet::from(["drill-B.js".to_owned()]))]
        );
        assert_eq!(names(loaded), ["chunk-A.js", "engine.js", "index.js"]);
    }

    #[test]
    fn sums_bytes_by_source() {
        let bundles = Bundles::parse(META).unwrap();
        let sources = bundles.sources(&bundles.with_engine("index.js"));
        let expected = [("Wasm as base64", 900), ("src/browser/driver.ts", 60), ("pkg/src/index.ts", 40)];
        assert_eq!(sources, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    }
}
