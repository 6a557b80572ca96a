//! Brings Chromium and ChromeDriver where this machine allows it: as root, on Debian, through apt.

use std::fs;

use anyhow::Result;

use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;

/// The browser, its driver, and a font: without one, text has no width.
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-liberation"];

/// Why nothing can be installed from here, as the thing to do instead; none when it can.
pub(super) fn refused() -> Option<String> {
    (!may_install(&read("/etc/os-release"), &read("/proc/self/status"))).then(by_hand)
}

/// The exact command for this machine.
pub(super) fn by_hand() -> String {
    if is_debian(&read("/etc/os-release")) {
        let become_root = if is_root(&read("/proc/self/status")) { "" } else { "sudo " };
        return format!(
            "{become_root}apt-get update && {become_root}apt-get install -y {}",
            PACKAGES.join(" ")
        );
    }
    if cfg!(target_os = "macos") {
        return "brew install --cask chromium chromedriver".into();
    }
    "install Chrome and ChromeDriver of the same version (https://googlechromelabs.github.io/chrome-for-testing/) \
     and set CHROME and CHROMEDRIVER to the two programs"
        .into()
}

pub(super) fn run(paths: &Paths) -> Result<()> {
    let apt = |words: &[&str]| {
        let mut apt = process::command("apt-get", &paths.root);
        apt.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(&mut apt)
    };
    progress::step("install Chromium and ChromeDriver with apt-get", || {
        // Mirrors that do not answer leave the lists as they are: the install itself decides.
        let _ = apt(&["update", "--quiet"]);
        let mut words = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
        words.extend(PACKAGES);
        apt(&words)
    })
    .map_err(|_| {
        failure::missing(
            "apt-get could not install Chromium (its own messages stand above)",
            format!("see that this machine has a network, then run: {}", by_hand()),
        )
    })
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn may_install(os_release: &str, status: &str) -> bool {
    is_debian(os_release) && is_root(status)
}

/// Ubuntu counts not: its package only points to a snap.
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line == "ID=debian")
}

/// The effective user id, second of four, in `/proc/self/status`.
fn is_root(status: &str) -> bool {
    status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .and_then(|ids| ids.split_whitespace().nth(1))
        .is_some_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
    const UBUNTU: &str = "ID=ubuntu\nID_LIKE=debian\n";
    const ROOT: &str = "Name:\txtask\nUid:\t0\t0\t0\t0\n";
    const PERSON: &str = "Name:\txtask\nUid:\t1000\t1000\t1000\t1000\n";

    #[test]
    fn installs_only_as_root_on_debian() {
        assert!(may_install(DEBIAN, ROOT));
        assert!(!may_install(DEBIAN, PERSON));
        assert!(!may_install(UBUNTU, ROOT));
        assert!(!may_install("", ""));
    }
}
