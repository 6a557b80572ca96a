//! Counts of tests that really ran, read from each runner's own words.

use std::fmt;
use std::ops::AddAssign;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Passed and failed; of those that passed, the ones that needed a second try; and those that could not run here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) flaky: u64,
    pub(crate) skipped: u64,
    /// "failed: …" or "flaky: …", with the first line of why, for whoever has nothing but the end of a long log.
    pub(crate) named: Vec<String>,
}

impl Tally {
    /// One check that is not a test runner's.
    pub(crate) fn check(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed), ..Self::default() }
    }

    /// A run that ended badly without naming a failed test (it did not compile, or the runner broke) is one failure.
    pub(crate) fn and_run(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
        self.skipped += other.skipped;
        self.named.extend(other.named);
    }
}

/// The closing line.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.flaky > 0 {
            write!(f, ", {} flaky", self.flaky)?;
        }
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

/// A line of libtest or of wasm-bindgen's runner: "test result: ok. 15 passed; 0 failed; 0 ignored; ...".
pub(crate) fn rust_result(line: &str) -> Option<Tally> {
    let counts = line.trim().strip_prefix("test result: ")?;
    let (_, counts) = counts.split_once(". ")?;
    let count = |word: &str| {
        counts.split(';').find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")?, ..Tally::default() })
}

/// A failed test's line of libtest ("test a::b ... FAILED") or of wasm-bindgen's runner ("test a::b ... FAIL").
pub(crate) fn rust_failure(line: &str) -> Option<String> {
    let (name, outcome) = line.trim().strip_prefix("test ")?.rsplit_once(" ... ")?;
    outcome.starts_with("FAIL").then(|| format!("failed: {name}"))
}

/// Playwright's JSON report. A test that passed at its second try has passed: real browsers on a busy machine miss a beat now
/// and then. It counts as flaky too.
pub(crate) fn playwright_result(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).context("Playwright's report is no JSON")?;
    let count = |name: &str| report.pointer(&format!("/stats/{name}")).and_then(Value::as_u64);
    let broken = report.get("errors").and_then(Value::as_array).map_or(0, Vec::len) as u64;
    let flaky = count("flaky").unwrap_or(0);
    Ok(Tally {
        passed: count("expected").context("Playwright's report has no counts")? + flaky,
        failed: count("unexpected").unwrap_or(0) + broken,
        flaky,
        skipped: count("skipped").unwrap_or(0),
        named: report.get("suites").map(playwright_names).unwrap_or_default(),
    })
}

/// Those that failed and those that needed a second try, by file, line and title. Suites hold suites.
fn playwright_names(suites: &Value) -> Vec<String> {
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    let mut names = Vec::new();
    for suite in suites.as_array().into_iter().flatten() {
        for spec in list(suite, "specs") {
            for test in list(&spec, "tests") {
                let outcome = match text(&test, "status").as_str() {
                    "unexpected" => "failed",
                    "flaky" => "flaky",
                    _ => continue,
                };
                let line = spec.get("line").and_then(Value::as_u64).unwrap_or(0);
                let results = list(&test, "results");
                let why = results.iter().find_map(|result| result.pointer("/error/message")?.as_str());
                let why = why.map_or(String::new(), |why| format!(": {}", first_line(why)));
                names.push(format!(
                    "{outcome}: {}:{line} {}{why}",
                    text(&spec, "file"),
                    text(&spec, "title")
                ));
            }
        }
        names.extend(playwright_names(suite.get("suites").unwrap_or(&Value::Null)));
    }
    names
}

/// Without the colours of a terminal.
fn first_line(text: &str) -> String {
    let mut plain = String::new();
    let mut in_escape = false;
    for c in text.lines().next().unwrap_or_default().chars() {
        match c {
            '\u{1b}' => in_escape = true,
            _ if in_escape => in_escape = !c.is_ascii_alphabetic(),
            _ => plain.push(c),
        }
    }
    plain.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_libtest() {
        let line =
            "test result: ok. 15 passed; 0 failed; 3 ignored; 0 measured; 2 filtered out; finished in 0.03s";
        assert_eq!(rust_result(line), Some(Tally { passed: 15, ..Tally::default() }));
        let line =
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s";
        assert_eq!(rust_result(line), Some(Tally { passed: 4, failed: 2, ..Tally::default() }));
    }

    #[test]
    fn reads_wasm_bindgens_runner() {
        let line = "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 filtered out; finished in 0.00s";
        assert_eq!(rust_result(line), Some(Tally { passed: 1, failed: 1, ..Tally::default() }));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["test a ... ok", "running 3 tests", "no tests to run!", "test result: ok"] {
            assert_eq!(rust_result(line), None, "{line}");
        }
    }

    #[test]
    fn reads_playwright() {
        let report = r#"{"errors":[],"stats":{"expected":7,"skipped":2,"unexpected":1,"flaky":1}}"#;
        let tally = Tally { passed: 8, failed: 1, flaky: 1, skipped: 2, named: Vec::new() };
        assert_eq!(playwright_result(report).unwrap(), tally);
        let broken =
            r#"{"errors":[{"message":"no tests found"}],"stats":{"expected":0,"unexpected":0,"flaky":0}}"#;
        assert_eq!(playwright_result(broken).unwrap(), Tally { failed: 1, ..Tally::default() });
        assert!(playwright_result("Error").is_err());
        assert!(playwright_result("{}").is_err());
    }

    #[test]
    fn names_what_failed_and_what_was_flaky_with_its_first_words() {
        let report = r#"{"stats":{"expected":1,"unexpected":1,"flaky":1},"suites":[{"file":"a.spec.ts","specs":[
            {"title":"A1 works","file":"a.spec.ts","line":3,"tests":[{"status":"expected","results":[{}]}]},
            {"title":"A2 breaks","file":"a.spec.ts","line":9,"tests":[{"status":"unexpected","results":[
                {"error":{"message":"\u001b[31mError\u001b[39m: no card\nmore"}},{"error":{"message":"later"}}]}]}
        ],"suites":[{"specs":[
            {"title":"A3 once","file":"a.spec.ts","line":20,"tests":[{"status":"flaky","results":[{},{}]}]}]}]}]}"#;
        let named = playwright_result(report).unwrap().named;
        assert_eq!(named, ["failed: a.spec.ts:9 A2 breaks: Error: no card", "flaky: a.spec.ts:20 A3 once"]);
        assert_eq!(rust_failure("test a::b ... FAILED"), Some("failed: a::b".to_owned()));
        assert_eq!(rust_failure("test a::b ... FAIL"), Some("failed: a::b".to_owned()));
        assert_eq!(rust_failure("test a::b ... ok"), None);
    }

    #[test]
    fn a_broken_run_counts_as_one_failure_and_named_failures_as_themselves() {
        assert_eq!(Tally::default().and_run(false).to_string(), "0 passed, 1 failed");
        let tally = |failed| Tally { passed: 4, failed, ..Tally::default() };
        assert_eq!(tally(0).and_run(false).to_string(), "4 passed, 1 failed");
        assert_eq!(tally(2).and_run(false).to_string(), "4 passed, 2 failed");
        assert_eq!(tally(0).and_run(true).to_string(), "4 passed, 0 failed");
    }

    #[test]
    fn flaky_and_skipped_tests_are_named_in_every_sum() {
        let mut all = Tally::check(true);
        all += Tally { passed: 8, failed: 0, flaky: 2, skipped: 1, named: vec!["flaky: A1".to_owned()] };
        assert_eq!(all.to_string(), "9 passed, 0 failed, 2 flaky, 1 skipped");
        assert_eq!(all.named, ["flaky: A1"]);
    }
}
