//! Chromium and the ChromeDriver of the same version.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{install, tools};
use crate::failure;
use crate::paths::Paths;
use crate::process;

/// What the browser tests drive.
#[derive(Debug, Clone)]
pub(crate) struct Browsers {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
    /// Chromium's own version line.
    pub(crate) version: String,
}

/// Flags for a browser that runs unattended, also where its network is closed.
pub(crate) const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const CHROMIUM_NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-headless-shell",
];

const CHROMIUM_PLACES: [&str; 4] = [
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
];

const DRIVER_PLACES: [&str; 3] =
    ["/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver"];

/// Finds a pair; installs one where that is allowed.
pub(super) fn ensure(paths: &Paths) -> Result<Browsers> {
    let found = Found::here(paths);
    if let Some(pair) = found.pair() {
        return Ok(pair);
    }
    // What somebody chose and does not work is theirs to mend: nothing is installed in its place.
    for variable in ["CHROME", "CHROMEDRIVER"] {
        if let Some(program) = chosen(variable).filter(|program| version(program, &paths.root).is_none()) {
            return Err(failure::missing(
                format!("{variable} names {}, which does not run", program.display()),
                format!("set {variable} to the program's path, or unset it"),
            ));
        }
    }
    if let Some(why_not) = install::refused() {
        return Err(failure::missing(found.what_is_missing(), why_not));
    }
    println!("  {}", found.what_is_missing());
    install::run(paths)?;
    let found = Found::here(paths);
    found.pair().ok_or_else(|| failure::missing(found.what_is_missing(), install::by_hand()))
}

/// One program, and its version line.
type Program = (PathBuf, String);

struct Found {
    chromiums: Vec<Program>,
    drivers: Vec<Program>,
}

impl Found {
    fn here(paths: &Paths) -> Self {
        Self {
            chromiums: versions(paths, candidates("CHROME", &CHROMIUM_NAMES, &CHROMIUM_PLACES)),
            drivers: versions(paths, candidates("CHROMEDRIVER", &["chromedriver"], &DRIVER_PLACES)),
        }
    }

    /// The first browser that a driver fits.
    fn pair(&self) -> Option<Browsers> {
        self.chromiums.iter().find_map(|(chromium, version)| {
            let (driver, _) = self.drivers.iter().find(|(_, other)| major(other) == major(version))?;
            Some(Browsers {
                chromium: chromium.clone(),
                chromedriver: driver.clone(),
                version: version.clone(),
            })
        })
    }

    fn what_is_missing(&self) -> String {
        match (self.chromiums.first(), self.drivers.first()) {
            (None, None) => "Chromium and ChromeDriver were not found".into(),
            (None, Some(_)) => "Chromium was not found".into(),
            (Some(_), None) => "ChromeDriver was not found".into(),
            (Some((_, chromium)), Some((_, driver))) => {
                format!("the browser and its driver differ in version: {chromium}, {driver}")
            }
        }
    }
}

/// What the variable names and nothing else, or else the usual names and places.
fn candidates(variable: &str, names: &[&str], places: &[&str]) -> Vec<PathBuf> {
    if let Some(program) = chosen(variable) {
        return vec![program];
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = Vec::new();
    for name in names {
        found.extend(env::split_paths(&path).map(|dir| dir.join(name)));
    }
    found.extend(places.iter().map(PathBuf::from));
    found.retain(|file| file.is_file());
    found
}

fn chosen(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn versions(paths: &Paths, programs: Vec<PathBuf>) -> Vec<Program> {
    let mut known: Vec<Program> = Vec::new();
    for program in programs {
        if known.iter().any(|(other, _)| *other == program) {
            continue;
        }
        if let Some(version) = version(&program, &paths.root) {
            known.push((program, version));
        }
    }
    known
}

fn version(program: &Path, dir: &Path) -> Option<String> {
    let output = process::command(program, dir).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    major(&text).map(|_| text)
}

fn major(version: &str) -> Option<u32> {
    tools::number(version).map(|(major, _)| major)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn programs(list: &[(&str, &str)]) -> Vec<Program> {
        list.iter().map(|(path, version)| (path.into(), (*version).to_owned())).collect()
    }

    #[test]
    fn takes_the_first_browser_that_a_driver_fits() {
        let found = Found {
            chromiums: programs(&[("/a", "Chromium 150.0.1.2"), ("/b", "Google Chrome 151.0.3.4")]),
            drivers: programs(&[("/d", "ChromeDriver 151.0.9.9 (abc)")]),
        };
        let pair = found.pair().unwrap();
        assert_eq!((pair.chromium, pair.chromedriver), ("/b".into(), "/d".into()));
    }

    #[test]
    fn says_which_of_the_two_is_missing_or_that_they_differ() {
        let browser = programs(&[("/a", "Chromium 150.0.1.2")]);
        let driver = programs(&[("/d", "ChromeDriver 149.0.9.9")]);
        let said = |chromiums: &[Program], drivers: &[Program]| {
            let found = Found { chromiums: chromiums.to_vec(), drivers: drivers.to_vec() };
            assert!(found.pair().is_none());
            found.what_is_missing()
        };
        assert_eq!(said(&[], &[]), "Chromium and ChromeDriver were not found");
        assert_eq!(said(&[], &driver), "Chromium was not found");
        assert_eq!(said(&browser, &[]), "ChromeDriver was not found");
        assert!(said(&browser, &driver).contains("differ in version"));
    }
}
