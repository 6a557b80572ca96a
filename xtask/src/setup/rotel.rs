//! rotel, an OpenTelemetry collector from PyPI, for the test that sends to a real one. Where it cannot be had that test is skipped, on
//! CI it fails, and nothing else is lost: so what goes wrong here is told, and no error.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::network;
use crate::paths::Paths;
use crate::process;
use crate::progress;

/// Versions and hashes, as pip wants them.
const WANTED: &str = "tests/e2e/rotel.txt";

const VENV: &str = "python3 -m venv --clear target/otel/venv";
const PIP: &str =
    "target/otel/venv/bin/python -m pip install --require-hashes --only-binary=:all: -r tests/e2e/rotel.txt";

/// The program, installed where it is missing or another version is there; else why not, and what to do.
pub(crate) fn ensure(paths: &Paths) -> Result<PathBuf, String> {
    let wanted = fs::read_to_string(paths.join(WANTED)).map_err(|error| format!("{WANTED}: {error}"))?;
    let installed = paths.join("target/otel/installed.txt");
    if let Some(program) = program(paths)
        && fs::read_to_string(&installed).is_ok_and(|text| text == wanted)
    {
        return Ok(program);
    }
    let done = progress::step("install rotel, an OpenTelemetry collector, with pip", || install(paths));
    done.map_err(|error| format!("{error}; by hand: {VENV} && {PIP}"))?;
    let program = program(paths).ok_or_else(|| "pip has installed a rotel without its program".to_owned())?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", paths.show(&installed)))?;
    Ok(program)
}

fn program(paths: &Paths) -> Option<PathBuf> {
    let versions = fs::read_dir(paths.join("target/otel/venv/lib")).ok()?;
    let places = versions.flatten().map(|version| version.path().join("site-packages/rotel/rotel-agent"));
    places.into_iter().find(|place| place.is_file())
}

fn install(paths: &Paths) -> Result<()> {
    run(paths, VENV, &[])?;
    run(paths, PIP, &["--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"])
}

fn run(paths: &Paths, line: &str, more: &[&str]) -> Result<()> {
    let mut words = line.split(' ');
    let program = words.next().unwrap_or_default();
    // Of our own environment by its path, which a folder to run in must not change.
    let program = if program.contains('/') { paths.join(program) } else { program.into() };
    let Ok(output) = process::command(&program, &paths.root).args(words).args(more).output() else {
        bail!("there is no {}", program.display());
    };
    if output.status.success() {
        return Ok(());
    }
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    bail!("{}", why(&said))
}

/// Why it failed, in the tools' words for it.
fn why(said: &str) -> String {
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no word");
    if said.contains("No module named venv") || said.contains("ensurepip is not available") {
        return "python3 has no module venv (on Debian: apt-get install -y python3-venv)".into();
    }
    if network::is_missing(said)
        || said.contains("ConnectTimeoutError")
        || said.contains("NewConnectionError")
    {
        return "pip has rotel to download, and there is no network".into();
    }
    if said.contains("No matching distribution") {
        return "there is no rotel for this machine and its Python".into();
    }
    if said.contains("DO NOT MATCH THE HASHES") {
        return format!("what pip got is not what {WANTED} names");
    }
    format!("it cannot be installed: {}", last.trim())
}

#[cfg(test)]
mod tests {
    use super::why;

    #[test]
    fn says_what_is_missing() {
        for (said, word) in [
            ("/usr/bin/python3: No module named venv", "apt-get install -y python3-venv"),
            (
                "The virtual environment was not created successfully because ensurepip is not available.",
                "python3-venv",
            ),
            (
                "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found for rotel",
                "no network",
            ),
            ("ERROR: No matching distribution found for rotel==0.0.1a15", "for this machine"),
            ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "rotel.txt names"),
            ("\nOSError: no space left on device\n", "no space left on device"),
        ] {
            assert!(why(said).contains(word), "{said}: {}", why(said));
        }
    }
}
