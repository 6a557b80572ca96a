//! Up-to-date checks: a step is skipped when neither what it reads nor what it wrote has changed.
//!
//! A stamp holds two digests of file contents: of the inputs as they were before the step ran (so that an edit during the run
//! is not lost), and of the outputs after it (so that a file that was deleted or overwritten is made again).

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// One step's inputs, outputs and stamp file.
pub(crate) struct Step {
    stamp: PathBuf,
    facts: Vec<String>,
    inputs: BTreeSet<PathBuf>,
    skip: Vec<String>,
    outputs: Vec<PathBuf>,
}

impl Step {
    pub(crate) fn new(stamps: &Path, name: &str) -> Self {
        Self {
            stamp: stamps.join(name),
            facts: Vec::new(),
            inputs: BTreeSet::new(),
            skip: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Something other than a file that decides the outcome: a flag, a version.
    pub(crate) fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// Files, or folders with all below them; one that does not exist counts as such.
    pub(crate) fn inputs(mut self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        self.inputs.extend(paths);
        self
    }

    /// Leaves out input files whose name ends so.
    pub(crate) fn skipping(mut self, ending: &str) -> Self {
        self.skip.push(ending.to_owned());
        self
    }

    /// Files or folders that the step writes.
    pub(crate) fn outputs(mut self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        self.outputs.extend(paths);
        self
    }

    /// Runs the work unless it is up to date; tells whether it ran.
    pub(crate) fn run(&self, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        let inputs = self.digest_of_inputs()?;
        let known = fs::read_to_string(&self.stamp).unwrap_or_default();
        if let Some(outputs) = known.strip_prefix(&format!("{inputs:016x} "))
            && self.digest_of_outputs()?.is_some_and(|now| format!("{now:016x}") == outputs)
        {
            return Ok(false);
        }
        // A run that is cut off must not look done.
        match fs::remove_file(&self.stamp) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        work()?;
        let outputs = self
            .digest_of_outputs()?
            .with_context(|| format!("the step wrote none of its files ({:?})", self.outputs))?;
        if let Some(dir) = self.stamp.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(&self.stamp, format!("{inputs:016x} {outputs:016x}"))
            .with_context(|| format!("cannot write {}", self.stamp.display()))?;
        Ok(true)
    }

    fn digest_of_inputs(&self) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        for fact in &self.facts {
            add(&mut hasher, fact.as_bytes());
        }
        let skipped = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.skip.iter().any(|ending| name.ends_with(ending))
        };
        for path in &self.inputs {
            digest(&mut hasher, path, &skipped)?;
        }
        Ok(hasher.finish())
    }

    /// None when an output is missing.
    fn digest_of_outputs(&self) -> Result<Option<u64>> {
        let mut hasher = DefaultHasher::new();
        for path in &self.outputs {
            if !digest(&mut hasher, path, &|_| false)? {
                return Ok(None);
            }
        }
        Ok(Some(hasher.finish()))
    }
}

/// Adds a file's, or a folder's files', names and contents; false when nothing is there.
fn digest(hasher: &mut DefaultHasher, path: &Path, skipped: &dyn Fn(&Path) -> bool) -> Result<bool> {
    add(hasher, path.as_os_str().as_encoded_bytes());
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    if kind.is_file() {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        add(hasher, &content);
        return Ok(true);
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        entries.push(entry?.path());
    }
    entries.retain(|entry| !skipped(entry) && entry.file_name().is_none_or(|name| name != "node_modules"));
    entries.sort();
    let mut any = false;
    for entry in entries {
        any |= digest(hasher, &entry, skipped)?;
    }
    Ok(any)
}

/// The length goes first, so that two neighbours cannot be cut differently.
fn add(hasher: &mut DefaultHasher, bytes: &[u8]) {
    hasher.write_usize(bytes.len());
    hasher.write(bytes);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::cell::Cell;

    struct Dir(PathBuf);

    impl Dir {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("steadfetch-stamp-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(dir.join("in")).unwrap();
            fs::write(dir.join("in/a.rs"), "a").unwrap();
            Self(dir)
        }

        fn run(&self, fact: &str) -> bool {
            let ran = Cell::new(false);
            let said = Step::new(&self.0.join("stamps"), "step")
                .fact(fact)
                .inputs([self.0.join("in"), self.0.join("maybe")])
                .skipping(".ts")
                .outputs([self.0.join("out")])
                .run(|| {
                    ran.set(true);
                    Ok(fs::write(self.0.join("out"), "made")?)
                })
                .unwrap();
            assert_eq!(said, ran.get());
            said
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn runs_once_and_then_only_after_a_change() {
        let dir = Dir::new("changes");
        assert!(dir.run("x"));
        assert!(!dir.run("x"));

        fs::write(dir.0.join("in/a.rs"), "b").unwrap();
        assert!(dir.run("x"), "an input changed");
        assert!(dir.run("y"), "a fact changed");
        fs::write(dir.0.join("in/new.rs"), "").unwrap();
        assert!(dir.run("y"), "an input came");
        fs::remove_file(dir.0.join("in/new.rs")).unwrap();
        assert!(dir.run("y"), "an input went");
        fs::write(dir.0.join("maybe"), "").unwrap();
        assert!(dir.run("y"), "an input that was missing came");
        assert!(!dir.run("y"));

        fs::write(dir.0.join("in/a.ts"), "").unwrap();
        assert!(!dir.run("y"), "a file left out by its ending changes nothing");
    }

    #[test]
    fn runs_again_when_its_output_was_touched() {
        let dir = Dir::new("outputs");
        assert!(dir.run("x"));
        fs::write(dir.0.join("out"), "other").unwrap();
        assert!(dir.run("x"));
        fs::remove_file(dir.0.join("out")).unwrap();
        assert!(dir.run("x"));
        assert!(!dir.run("x"));
    }

    #[test]
    fn a_failed_run_leaves_no_stamp() {
        let dir = Dir::new("failure");
        assert!(dir.run("x"));
        fs::write(dir.0.join("in/a.rs"), "b").unwrap();
        let step =
            Step::new(&dir.0.join("stamps"), "step").inputs([dir.0.join("in")]).outputs([dir.0.join("out")]);
        assert!(step.run(|| anyhow::bail!("no")).is_err());
        fs::write(dir.0.join("in/a.rs"), "a").unwrap();
        assert!(dir.run("x"), "even with the former inputs back");
    }

    #[test]
    fn a_step_that_writes_nothing_is_an_error() {
        let dir = Dir::new("nothing");
        let step = Step::new(&dir.0.join("stamps"), "step").outputs([dir.0.join("never")]);
        assert!(step.run(|| Ok(())).is_err());
    }
}
