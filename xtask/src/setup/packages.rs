//! npm packages, exactly those of package-lock.json.

use std::fs;
use std::path::Path;
use std::process::Output;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::network;
use crate::failure;
use crate::paths::Paths;
use crate::process;
use crate::progress;

/// Installs what is missing; nothing when `node_modules` holds what the lock file says.
pub(super) fn ensure(paths: &Paths) -> Result<()> {
    let lock = paths.join("package-lock.json");
    if !lock.exists() {
        return npm(paths, "install");
    }
    let wanted = read(&lock).context("package-lock.json")?;
    // npm writes this one last, so that it tells of a finished install.
    let installed = read(&paths.join("node_modules/.package-lock.json")).unwrap_or_default();
    if covers(&installed, &wanted) { Ok(()) } else { npm(paths, "ci") }
}

fn read(path: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

/// True when each package of the lock file that is not optional is installed in that version.
fn covers(installed: &Value, wanted: &Value) -> bool {
    let Some(packages) = wanted.get("packages").and_then(Value::as_object) else { return false };
    packages.iter().filter(|(path, _)| path.contains("node_modules/")).all(|(path, package)| {
        let found = installed.get("packages").and_then(|packages| packages.get(path));
        let optional = package.get("optional").is_some() || package.get("devOptional").is_some();
        match found {
            Some(found) => {
                ["version", "integrity", "link"].iter().all(|key| found.get(key) == package.get(key))
            }
            None => optional,
        }
    })
}

fn npm(paths: &Paths, verb: &str) -> Result<()> {
    // No package here needs its install script; Playwright's browsers are not used.
    let mut npm = process::command("npm", &paths.root);
    npm.args([verb, "--ignore-scripts", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm.args(["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]);
    progress::step("install npm packages", || judge(&process::output(&mut npm)?, verb))
}

fn judge(output: &Output, verb: &str) -> Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let by_hand = format!("npm {verb}");
    if network::is_missing(&said) {
        return Err(network::failure("npm", &by_hand));
    }
    if said.contains("EUSAGE") && verb == "ci" {
        let fix = "npm install, and commit package-lock.json";
        return Err(failure::failed("package-lock.json does not fit the package.json files", fix));
    }
    eprint!("{said}");
    Err(failure::failed(format!("`{by_hand}` failed"), "see npm's message above"))
}

#[cfg(test)]
mod tests {
    use super::covers;
    use serde_json::{Value, json};

    fn lock(packages: Value) -> Value {
        json!({ "packages": packages })
    }

    #[test]
    fn what_is_installed_must_be_what_is_locked() {
        let wanted = lock(json!({
            "": { "name": "root" },
            "pkg": { "version": "0.1.0" },
            "node_modules/a": { "version": "1.0.0" },
            "node_modules/a-darwin": { "version": "1.0.0", "optional": true },
        }));
        assert!(covers(&lock(json!({ "node_modules/a": { "version": "1.0.0" } })), &wanted));
        assert!(
            !covers(&lock(json!({ "node_modules/a": { "version": "1.0.1" } })), &wanted),
            "another version"
        );
        assert!(!covers(&lock(json!({})), &wanted), "one is missing");
        assert!(!covers(&Value::Null, &wanted), "nothing is installed");
    }

    #[test]
    fn a_lock_file_without_packages_is_never_covered() {
        assert!(!covers(&lock(json!({})), &json!({})));
    }
}
