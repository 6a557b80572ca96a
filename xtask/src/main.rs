//! `cargo xtask`: sets up, builds, serves, tests, measures and simulates Steadfetch.

mod args;
mod bench;
mod build;
mod catalogs;
mod demo;
mod docs;
mod failure;
mod fuzz;
mod lint_policy;
mod lock;
mod pack;
mod paths;
mod process;
mod progress;
mod report;
mod server;
mod serving;
mod setup;
mod simulate;
mod stamp;
mod test;

extern crate alloc;

use std::process::ExitCode;

use args::Args;
use paths::Paths;

const USAGE: &str = "\
usage: cargo xtask <command>

  setup                          everything that this machine needs for the rest
  build [--dev | --release]      Wasm and bundles into pkg/ (default: --dev)
  demo [--port N] [--dev]        the demo site with its fault server; --dev reloads on edits
  test [--only SUITE] [-- ...]   format, types, package, docs, native, fleet, shell, demo, e2e, bench; words after -- go to it
  drill FILE                     a drill in the demo, in seconds: what people see of it and when, and whether that is expected
  kills [--count N] [--seed N]   pages killed while their outbox sends, 200 of them: nothing lost, nothing twice
  bench size [--check]           what each entry weighs, part by part; --check fails beyond a limit,
             [--functions N]     and --functions lists the N largest functions of the Wasm instead
  bench fetch [...]              CPU and memory per call in Chromium, beside other libraries
  bench cache [...]              hits of stored copies in Chromium, beside Workbox
  fuzz TARGET [--seconds N]      redact, message, options or border under libFuzzer (fuzz/), 30 s by default
              [--seed N]
  bench notices [...]            200 failures at once in Chromium, beside libraries for toasts
  bench telemetry [--quick]      CPU per call with telemetry off and on, beside OpenTelemetry's fetch instrumentation;
                  [--check]      --check fails beyond 5 % of a core at 10 000 calls a minute, or where memory grows
  simulate [--quick] [...]       a fleet of clients on the core, beside other policies, under failures: `simulate --help`
  docs [--check]                 docs/faults from the tables of the core; --check says which pages are stale
  lint-policy FILE               what a client's options or a policy document (JSON) come to: worst case, load, what looks wrong
  lint-catalog [FILE...]         whether catalogs keep the rules for words; without a file, the built-in ones
  lint-catalog --pseudo FILE     a catalog in the pseudo-locale en-XA, for layouts
  serve [--port N] [--site DIR]  the fault server alone, for so long where --for says so
        [--mount /PATH=DIR]... [--for SECONDS]
";

fn main() -> ExitCode {
    failure::quiet_panics();
    match run(Args::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

fn run(mut args: Args) -> anyhow::Result<()> {
    let paths = Paths::find()?;
    let command = args.word();
    // The simulation, and the benches in a browser, say more about themselves.
    let tells_itself = match command.as_deref() {
        Some("simulate") => true,
        Some("bench") => !matches!(args.next(), None | Some("size" | "--help" | "-h")),
        _ => false,
    };
    if !tells_itself && (args.switch("--help") || args.switch("-h")) {
        print!("{}", usage_of(command.as_deref().unwrap_or_default()));
        return Ok(());
    }
    match command.as_deref() {
        Some("bench") => bench::command(&paths, args),
        Some("test") => test::command(&paths, args),
        Some("docs") => docs::command(&paths, args),
        Some("drill") => test::drill(&paths, args),
        Some("kills") => test::kills(&paths, args),
        Some("demo") => demo::command(&paths, args),
        Some("simulate") => simulate::command(&paths, args),
        Some("lint-catalog") => catalogs::command(&paths, args),
        Some("lint-policy") => lint_policy::command(&paths, args),
        Some("fuzz") => fuzz::command(&paths, args),
        Some("serve") => server::run_cli(args.into_words()),
        Some("setup") => setup::command(&paths, args),
        Some("build") => build::command(&paths, args),
        None | Some("help" | "--help" | "-h") => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(failure::usage(format!("there is no command `{other}`"))),
    }
}

/// The lines about one command, with those that go on about it; all, where there is no such command.
fn usage_of(command: &str) -> String {
    let mut about = String::new();
    let mut inside = false;
    for line in USAGE.lines() {
        if !line.starts_with("     ") {
            inside = line.split_whitespace().next() == Some(command);
        }
        if inside {
            about += line;
            about += "\n";
        }
    }
    if about.is_empty() { USAGE.to_owned() } else { about }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_about_a_command_is_its_lines() {
        let about = usage_of("fuzz");
        assert!(
            about.starts_with("  fuzz TARGET [--seconds N]") && about.ends_with("[--seed N]\n"),
            "{about}"
        );
        assert_eq!(usage_of("bench").lines().count(), 7);
        assert_eq!(usage_of("nothing"), USAGE);
    }
}
