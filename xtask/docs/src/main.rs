//! `cargo xtask docs` builds and runs this: pages of the documentation from the tables that the core uses.
//!
//! `steadfetch-docs FOLDER [--check]`: writes `faults/*.md` into the documentation's folder, or says which of them are stale.

// A JSON value without a member is null.
#![allow(clippy::indexing_slicing)]

mod faults;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (Some(folder), check) = (words.first(), words.iter().any(|word| word == "--check")) else {
        return fail("name the documentation's folder", "cargo xtask docs", 2);
    };
    let folder = Path::new(folder).join("faults");
    let pages = match faults::pages() {
        Ok(pages) => pages,
        Err(problems) => return fail(&problems.join("; "), "correct src/fault/pages.json", 1),
    };
    let stale = match stale(&folder, &pages) {
        Ok(stale) => stale,
        Err(error) => return fail(&error, "look at the folder", 1),
    };
    if check {
        for name in &stale {
            println!("  stale: {}", folder.join(name).display());
        }
        return match stale.len() {
            0 => ExitCode::SUCCESS,
            count => fail(&format!("{count} pages are not what the tables say"), "cargo xtask docs", 1),
        };
    }
    match write(&folder, &pages, &stale) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, "look at the folder", 1),
    }
}

/// Pages that differ from what is there, and files that no page is behind.
fn stale(folder: &Path, pages: &[(String, String)]) -> Result<Vec<String>, String> {
    let mut stale: Vec<String> = Vec::new();
    for (name, text) in pages {
        if std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            stale.push(name.clone());
        }
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let name = entry.map_err(|error| error.to_string())?.file_name().to_string_lossy().into_owned();
        if !pages.iter().any(|(known, _)| *known == name) {
            stale.push(name);
        }
    }
    Ok(stale)
}

fn write(folder: &Path, pages: &[(String, String)], stale: &[String]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in stale {
        let path = folder.join(name);
        match pages.iter().find(|(known, _)| known == name) {
            Some((_, text)) => std::fs::write(&path, text),
            None => std::fs::remove_file(&path),
        }
        .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("  {}", path.display());
    }
    Ok(())
}

fn fail(cause: &str, fix: &str, exit: u8) -> ExitCode {
    eprintln!("error: {cause}\n  fix: {fix}");
    ExitCode::from(exit)
}
