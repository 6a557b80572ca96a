//! Child processes: a missing program and a failed run both say what to do.

use std::ffi::OsStr;
use std::io::{self, BufRead as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::failure;

/// `node` in a folder, without a child's prompts.
pub(crate) fn node(dir: &Path) -> Command {
    command("node", dir)
}

/// The very cargo that runs this command.
pub(crate) fn cargo(dir: &Path) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), dir);
    // What `cargo run` sets for this program is no business of a build below it.
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

pub(crate) fn command(program: impl AsRef<OsStr>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs with the output shown, however the run ends.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| not_started(command, &error))
}

/// Runs with the output shown; an error when the run fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() {
        return Ok(());
    }
    bail!("`{}` failed ({status})", line(command))
}

/// Runs with the output kept back, however the run ends.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command.output().map_err(|error| not_started(command, &error))
}

/// Runs with the output kept back; shown only when the run fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result<Output> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(output);
    }
    eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    bail!("`{}` failed ({})", line(command), output.status)
}

/// Runs with the output shown, and hands each line of the standard output to `seen`.
pub(crate) fn stream(command: &mut Command, mut seen: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let mut lines = io::BufReader::new(child.stdout.take().context("a child without output")?);
    let mut line = Vec::new();
    // By bytes: a test may print anything.
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        seen(text.trim_end());
        line.clear();
    }
    Ok(child.wait()?)
}

/// Runs and gives back the standard output as text.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = run_quietly(command)?;
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no text", line(command)))
}

fn not_started(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    if error.kind() != io::ErrorKind::NotFound {
        return anyhow!("`{program}` did not start: {error}");
    }
    if command.get_current_dir().is_some_and(|dir| !dir.is_dir()) {
        return anyhow!(
            "`{program}` did not start: its folder {:?} does not exist",
            command.get_current_dir()
        );
    }
    let fix = match &*program {
        "node" | "npm" => "install Node 20.19 or newer: https://nodejs.org/en/download",
        _ => "install Rust: https://rustup.rs",
    };
    failure::missing(format!("`{program}` was not found"), fix)
}

/// The command as one would type it, shortened to what names it.
fn line(command: &Command) -> String {
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut words = vec![program];
    words.extend(command.get_args().take(8).map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_missing_program_says_so() {
        let error = run(&mut command("no-such-program-at-all", Path::new("."))).unwrap_err();
        assert!(error.to_string().contains("`no-such-program-at-all` was not found"));
    }

    #[test]
    fn a_failed_run_is_an_error_that_names_the_command() {
        let mut command = command("cargo", Path::new("."));
        command.arg("no-such-subcommand").stderr(Stdio::null());
        assert!(run(&mut command).unwrap_err().to_string().starts_with("`cargo no-such-subcommand` failed"));
    }
}
