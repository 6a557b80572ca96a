//! TypeScript, strict, over the package, the demo and the tests; each project is one check.

use anyhow::Result;

use crate::paths::Paths;
use crate::process;
use crate::progress;
use crate::report::Tally;

const PROJECTS: [&str; 6] = [".", "www", "tests/types", "tests/consumer", "tests/e2e", "tests/bench"];

pub(super) fn run(paths: &Paths, _: &[String]) -> Result<Tally> {
    let mut tally = Tally::default();
    for project in PROJECTS {
        let config = paths.join(project).join("tsconfig.json");
        if !config.exists() {
            continue;
        }
        let mut tsc = process::node(&paths.root);
        tsc.arg(paths.join("node_modules/typescript/bin/tsc")).arg("--project").arg(config);
        let compiled = progress::step(&format!("types of {project}"), || process::run(&mut tsc));
        tally += Tally::check(compiled.is_ok());
    }
    Ok(tally)
}
