//! `cargo xtask bench size`: what each entry weighs, part by part, and whether it keeps its limits.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};

use super::compress::{self, Size};
use super::metafile::Bundles;
use super::table::{self, bytes, share};
use super::wasm_parts;
use crate::args::Args;
use crate::build::{self, Profile};
use crate::failure;
use crate::paths::Paths;
use crate::report::Tally;
use crate::setup;

/// A sum that must stay below its limit, in bytes of brotli.
struct Limit {
    name: &'static str,
    brotli: u64,
    /// Where it is to get.
    target: u64,
    /// What it must not grow beyond meanwhile: checks fail above it.
    limit: u64,
}

impl Limit {
    fn kept(&self) -> bool {
        self.brotli <= self.limit
    }
}

const FIRST_FETCH: u64 = 6_000;
const SLIM: u64 = 36_000;
/// All of it does not fit the target; this is what it may weigh meanwhile, so that nothing grows unseen.
const SLIM_SO_FAR: u64 = 99_500;

pub(super) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let check = args.switch("--check");
    let functions = args.value("--functions")?.map(|count| count.parse()).transpose();
    let functions = functions.map_err(|_| failure::usage("`--functions` needs a number"))?;
    args.finish()?;
    setup::to_build(paths)?;
    build::run(paths, Profile::Release)?;
    if let Some(count) = functions {
        return print_functions(paths, count);
    }
    let broken = measure(paths)?.iter().filter(|limit| !limit.kept()).count();
    if check && broken > 0 {
        bail!("{broken} of the size limits broken");
    }
    Ok(())
}

/// The limits as checks, for `cargo xtask test`.
pub(crate) fn suite(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut tally = Tally::default();
    for limit in measure(paths)? {
        tally += Tally::check(limit.kept());
    }
    Ok(tally)
}

/// Prints every table, and gives back the limits.
fn measure(paths: &Paths) -> Result<Vec<Limit>> {
    let bundles = Bundles::read(paths)?;
    let sizes = Sizes { paths };
    let wasm = sizes.of(&BTreeSet::from(["steadfetch.wasm".to_owned()]))?;
    let index = bundles.at_once("index.js");
    let later: BTreeSet<String> = bundles.with_engine("index.js").difference(&index).cloned().collect();
    let slim = bundles.with_engine("slim.js");
    let mut slim_in_all = sizes.of(&slim)?;
    slim_in_all += wasm;

    let mut entries = vec![
        ("steadfetch: before the first call".to_owned(), sizes.of(&index)?),
        ("steadfetch: loaded on first use".to_owned(), sizes.of(&later)?),
        ("steadfetch/auto: before the first call".to_owned(), sizes.of(&bundles.at_once("auto.js"))?),
        ("steadfetch/slim: JS".to_owned(), sizes.of(&slim)?),
        ("steadfetch/wasm".to_owned(), wasm),
        ("steadfetch/slim and steadfetch/wasm".to_owned(), slim_in_all),
        ("steadfetch/worker".to_owned(), sizes.of(&bundles.at_once("worker.js"))?),
        ("steadfetch/worker-telemetry".to_owned(), sizes.of(&bundles.at_once("worker-telemetry.js"))?),
    ];
    for name in ["react", "vue", "sonner", "element", "sentry", "health"] {
        entries.push((
            format!("steadfetch/{name}: beside a client"),
            sizes.of(&bundles.at_once(&format!("{name}.js")))?,
        ));
    }
    for (source, names) in bundles.on_demand(&slim) {
        entries.push((format!("on demand: {source}"), sizes.of(&names)?));
    }
    let row = |(name, size): &(String, Size)| {
        vec![name.clone(), bytes(size.raw), bytes(size.gzip), bytes(size.brotli)]
    };
    table::print(
        "Entries, bytes",
        &["entry", "min", "gzip", "brotli"],
        &entries.iter().map(row).collect::<Vec<_>>(),
    );
    print_sources("JS before the first call, by source", &bundles.sources(&index));
    print_sources("JS of steadfetch/slim, by source", &bundles.sources(&slim));
    print_wasm(paths)?;

    let limits = vec![
        Limit {
            name: "before the first call",
            brotli: sizes.of(&index)?.brotli,
            target: FIRST_FETCH,
            limit: FIRST_FETCH,
        },
        Limit { name: "slim and Wasm in all", brotli: slim_in_all.brotli, target: SLIM, limit: SLIM_SO_FAR },
    ];
    let row = |limit: &Limit| {
        let word = match (limit.kept(), limit.brotli <= limit.target) {
            (false, _) => "BROKEN",
            (true, false) => "kept, target missed",
            (true, true) => "kept",
        };
        vec![
            limit.name.to_owned(),
            bytes(limit.brotli),
            bytes(limit.target),
            bytes(limit.limit),
            word.to_owned(),
        ]
    };
    table::print(
        "Limits, bytes of brotli",
        &["what", "is", "target", "limit", ""],
        &limits.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(limits)
}

struct Sizes<'a> {
    paths: &'a Paths,
}

impl Sizes<'_> {
    /// The sum over files of `pkg/dist`, each compressed alone, as they are served.
    fn of(&self, names: &BTreeSet<String>) -> Result<Size> {
        let dist = self.paths.join("pkg/dist");
        let files: Vec<_> = names.iter().map(|name| dist.join(name)).collect();
        let mut sum = Size::default();
        for size in compress::sizes(self.paths, &files)? {
            sum += size;
        }
        Ok(sum)
    }
}

fn print_sources(title: &str, sources: &[(String, u64)]) {
    let whole = sources.iter().map(|(_, bytes)| bytes).sum();
    let row = |(name, size): &(String, u64)| vec![name.clone(), bytes(*size), share(*size, whole)];
    table::print(title, &["source", "min", "share"], &sources.iter().map(row).collect::<Vec<_>>());
}

/// The largest functions, to see what is worth a look.
fn print_functions(paths: &Paths, count: usize) -> Result<()> {
    let parts = wasm_parts::functions(&read_named(paths)?)?;
    let whole = parts.iter().map(|part| part.bytes.len() as u64).sum();
    let row = |part: &wasm_parts::Part| {
        let size = part.bytes.len() as u64;
        vec![part.name.clone(), bytes(size), share(size, whole)]
    };
    let rows: Vec<_> = parts.iter().take(count).map(row).collect();
    table::print("Wasm, by function", &["function", "bytes", "share"], &rows);
    Ok(())
}

fn read_named(paths: &Paths) -> Result<Vec<u8>> {
    let named = build::named(paths)?;
    fs::read(&named).with_context(|| format!("cannot read {}", named.display()))
}

/// The last column is each part compressed by itself: the whole is smaller than their sum.
fn print_wasm(paths: &Paths) -> Result<()> {
    let parts = wasm_parts::parts(&read_named(paths)?)?;
    let dir = paths.work.join("wasm-parts");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir)?;
    let mut files = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let file = dir.join(index.to_string());
        fs::write(&file, &part.bytes)?;
        files.push(file);
    }
    let whole = parts.iter().map(|part| part.bytes.len() as u64).sum();
    let sizes = compress::sizes(paths, &files)?;
    let rows: Vec<_> = parts
        .iter()
        .zip(sizes)
        .map(|(part, size)| {
            vec![part.name.clone(), bytes(size.raw), share(size.raw, whole), bytes(size.brotli)]
        })
        .collect();
    table::print("Wasm, by module", &["part", "bytes", "share", "brotli alone"], &rows);
    Ok(())
}
