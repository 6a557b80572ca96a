//! How a command fails: one line with the cause, one with the fix, and never a stack trace.

use std::fmt;
use std::process::ExitCode;

use anyhow::Error;

/// A failure whose fix is known. `exit` 2 means that the machine or the command line needs a change, 1 that the work failed.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: String,
    fix: Option<String>,
    exit: u8,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Failure {}

/// Something on this machine is missing: says what, and the exact command that brings it.
pub(crate) fn missing(cause: impl Into<String>, fix: impl Into<String>) -> Error {
    Failure { cause: cause.into(), fix: Some(fix.into()), exit: 2 }.into()
}

/// The work itself failed, and there is something to do about it.
pub(crate) fn failed(cause: impl Into<String>, fix: impl Into<String>) -> Error {
    Failure { cause: cause.into(), fix: Some(fix.into()), exit: 1 }.into()
}

/// The command line is wrong.
pub(crate) fn usage(cause: impl Into<String>) -> Error {
    Failure { cause: cause.into(), fix: Some("see `cargo xtask help`".into()), exit: 2 }.into()
}

/// The work failed, and its output has said so: nothing is to follow its last line.
pub(crate) fn told() -> Error {
    passed_on(1)
}

/// A program of ours failed with this exit code, and has said why.
pub(crate) fn passed_on(exit: u8) -> Error {
    Failure { cause: String::new(), fix: None, exit }.into()
}

/// Prints an error as its cause and its fix.
pub(crate) fn report(error: &Error) -> ExitCode {
    let cause = one_line(&format!("{error:#}"));
    if !cause.is_empty() {
        eprintln!("error: {cause}");
    }
    let known = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    if let Some(fix) = known.and_then(|failure| failure.fix.as_deref()) {
        eprintln!("  fix: {fix}");
    }
    ExitCode::from(known.map_or(1, |failure| failure.exit))
}

/// A panic in here or in a library is reported like any other error, in one line.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        let place = info.location().map(|place| format!(" ({place})")).unwrap_or_default();
        eprintln!("error: a bug in xtask or a library of it: {}{place}", one_line(text));
    }));
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_cause_is_one_line() {
        assert_eq!(one_line("a\n\n  b\n"), "a b");
    }

    #[test]
    fn the_fix_is_found_below_added_context() {
        let error = Err::<(), _>(missing("no x", "get x")).context("while y").err();
        let found = error.as_ref().and_then(|e| e.downcast_ref::<Failure>());
        assert!(found.is_some_and(|failure| failure.fix.as_deref() == Some("get x") && failure.exit == 2));
    }
}
