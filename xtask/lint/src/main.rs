//! `cargo xtask lint-policy` builds and runs this.

mod read;
mod table;

use std::process::ExitCode;

use steadfetch::policy::lint::{Level, lint};

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(file), None) = (words.next(), words.next()) else {
        return fail("name one JSON file", "cargo xtask lint-policy FILE", 2);
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            return fail(&format!("cannot read {file}: {error}"), "name a JSON file that is there", 2);
        }
    };
    match read::read(&text) {
        Ok(None) => {
            println!("{file}: the kill switch is on (\"enabled\": false): all calls pass through");
            ExitCode::SUCCESS
        }
        Ok(Some(rules)) => {
            let findings = lint(&rules);
            print!("{}", table::table(&findings));
            ExitCode::from(u8::from(findings.iter().any(|finding| finding.level == Level::Error)))
        }
        Err(problems) => {
            for problem in &problems {
                eprintln!("{file}: {problem}");
            }
            let count = problems.len();
            fail(&format!("{count} problem{} in {file}", if count == 1 { "" } else { "s" }), "see above", 1)
        }
    }
}

fn fail(cause: &str, fix: &str, exit: u8) -> ExitCode {
    eprintln!("error: {cause}\n  fix: {fix}");
    ExitCode::from(exit)
}
