//! The packed package: exactly the files that people need, and a manifest that bundlers and TypeScript understand.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::catalogs;
use crate::pack;
use crate::paths::Paths;
use crate::process;
use crate::report::Tally;

pub(super) fn run(paths: &Paths, _: &[String]) -> Result<Tally> {
    let packed = pack::pack(paths)?;
    let manifest =
        fs::read_to_string(paths.join("pkg/package.json")).context("cannot read pkg/package.json")?;
    let manifest: Value = serde_json::from_str(&manifest).context("pkg/package.json")?;

    let mut tally = Tally::default();
    let mut check = |name: &str, problems: Vec<String>| {
        println!("  {name}: {}", if problems.is_empty() { "ok" } else { "failed" });
        problems.iter().for_each(|problem| println!("    {problem}"));
        tally += Tally::check(problems.is_empty());
    };
    check("nothing but what the package needs", surplus(&packed.files));
    check("all that the manifest names", absent(&packed.files, &manifest));
    check("no dependencies", dependencies(&manifest));

    let mut publint = process::node(&paths.root);
    publint.arg(paths.join("node_modules/publint/src/cli.js")).args(["run", "--strict"]).arg(&packed.tarball);
    let lint = process::run(&mut publint);
    check("publint", lint.err().map(|error| error.to_string()).into_iter().collect());
    Ok(tally)
}

/// Entries that stand between a client and what the app draws with.
const ADAPTERS: [&str; 6] = ["element", "react", "vue", "sonner", "sentry", "health"];

/// What entries share or load later; each has a hash behind its name. Languages are such, too.
const CHUNKS: [&str; 13] = [
    "chunk",
    "runtime",
    "drill",
    "bodies",
    "flags",
    "hints",
    "outbox",
    "own-words",
    "panels",
    "remote-loader",
    "reports",
    "status",
    "words",
];

/// Files that have no business in the package.
fn surplus(files: &[String]) -> Vec<String> {
    let wanted = |file: &str| match file.split_once('/') {
        None => matches!(file, "package.json" | "README.md" | "LICENSE-MIT" | "LICENSE-APACHE"),
        Some(("dist", name)) => name == "steadfetch.wasm" || script(name),
        Some(("types", name)) => !name.contains('/') && name.ends_with(".d.ts"),
        Some(_) => false,
    };
    files.iter().filter(|file| !wanted(file)).map(|file| format!("{file} should not be in it")).collect()
}

fn script(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".js") else { return false };
    match stem.rsplit_once('-') {
        _ if stem == "worker-telemetry" => true,
        None => {
            matches!(stem, "index" | "slim" | "auto" | "engine" | "worker" | "drill")
                || ADAPTERS.contains(&stem)
        }
        Some((chunk, _)) => CHUNKS.contains(&chunk) || catalogs::is_language(chunk),
    }
}

/// What `exports` points to, and the README, when it is not packed.
fn absent(files: &[String], manifest: &Value) -> Vec<String> {
    let mut named = BTreeSet::from(["README.md".to_owned()]);
    if let Some(exports) = manifest.get("exports") {
        targets(exports, &mut named);
    }
    named
        .into_iter()
        .filter(|name| !files.contains(name))
        .map(|name| format!("{name} is not in it"))
        .collect()
}

fn targets(exports: &Value, named: &mut BTreeSet<String>) {
    match exports {
        Value::String(path) => {
            named.insert(path.trim_start_matches("./").to_owned());
        }
        Value::Object(map) => map.values().for_each(|value| targets(value, named)),
        _ => {}
    }
}

/// An app has the framework of an adapter, or does without that adapter.
fn dependencies(manifest: &Value) -> Vec<String> {
    let kinds = ["dependencies", "optionalDependencies", "bundleDependencies"];
    let has = kinds.iter().filter(|kind| manifest.get(**kind).is_some()).map(|kind| format!("it has {kind}"));
    let optional = |name: &str| {
        let about = manifest.get("peerDependenciesMeta").and_then(|all| all.get(name)?.get("optional"));
        about == Some(&Value::Bool(true))
    };
    let peers = manifest.get("peerDependencies").and_then(Value::as_object).into_iter().flatten();
    let needs = peers.filter(|(name, _)| !optional(name)).map(|(name, _)| format!("it needs {name}"));
    has.chain(needs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn files(list: &[&str]) -> Vec<String> {
        list.iter().map(|file| (*file).to_owned()).collect()
    }

    #[test]
    fn names_files_that_should_not_be_packed() {
        let good = [
            "package.json",
            "README.md",
            "dist/index.js",
            "dist/chunk-AB12.js",
            "dist/steadfetch.wasm",
            "types/a.d.ts",
        ];
        assert_eq!(surplus(&files(&good)), Vec::<String>::new());
        for bad in [
            "src/index.ts",
            "dist/index.js.map",
            "dist/old.js",
            "dist/a/index.js",
            "types/x.ts",
            ".env",
            "build.mjs",
        ] {
            assert_eq!(surplus(&files(&[bad])).len(), 1, "{bad}");
        }
    }

    #[test]
    fn names_exports_that_are_not_packed() {
        let manifest = json!({ "exports": { ".": { "types": "./types/index.d.ts", "default": "./dist/index.js" }, "./wasm": "./a.wasm" } });
        assert_eq!(
            absent(&files(&["README.md", "types/index.d.ts", "dist/index.js", "a.wasm"]), &manifest),
            Vec::<String>::new()
        );
        assert_eq!(
            absent(&files(&["README.md", "dist/index.js"]), &manifest),
            ["a.wasm is not in it", "types/index.d.ts is not in it"]
        );
    }

    #[test]
    fn names_each_kind_of_dependency() {
        assert_eq!(dependencies(&json!({ "name": "x" })), Vec::<String>::new());
        assert_eq!(dependencies(&json!({ "optionalDependencies": {} })).len(), 1);
        let peer = json!({ "peerDependencies": { "react": "19" } });
        assert_eq!(dependencies(&peer), ["it needs react"]);
        let meta = json!({ "react": { "optional": true } });
        let peer = json!({ "peerDependencies": { "react": "19" }, "peerDependenciesMeta": meta });
        assert_eq!(dependencies(&peer), Vec::<String>::new());
    }
}
