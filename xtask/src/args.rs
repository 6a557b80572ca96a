//! Command-line words: taken one by one, and an error for whatever is left.

use anyhow::Result;

use crate::failure;

/// The words after `cargo xtask` that were not taken yet.
pub(crate) struct Args {
    words: Vec<String>,
    /// What follows a lone `--`.
    rest: Vec<String>,
}

impl Args {
    pub(crate) fn from_env() -> Self {
        Self::new(std::env::args().skip(1))
    }

    pub(crate) fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.into_iter().collect();
        let rest = match words.iter().position(|word| word == "--") {
            Some(at) => {
                let rest = words.split_off(at);
                rest.into_iter().skip(1).collect()
            }
            None => Vec::new(),
        };
        Self { words, rest }
    }

    /// Takes the first word.
    pub(crate) fn word(&mut self) -> Option<String> {
        if self.words.is_empty() { None } else { Some(self.words.remove(0)) }
    }

    /// The first word, which stays.
    pub(crate) fn next(&self) -> Option<&str> {
        self.words.first().map(String::as_str)
    }

    /// Takes a switch such as `--release`; true when it was there.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let with_equals = format!("{name}=");
        let Some(at) = self.words.iter().position(|word| word == name || word.starts_with(&with_equals))
        else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&with_equals) {
            return Ok(Some(value.to_owned()));
        }
        match self.words.get(at) {
            Some(next) if !next.starts_with("--") => Ok(Some(self.words.remove(at))),
            _ => Err(failure::usage(format!("`{name}` needs a value"))),
        }
    }

    /// Takes what follows a lone `--`.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.rest)
    }

    /// Takes all that is left, for a command that parses its own words.
    pub(crate) fn into_words(self) -> Vec<String> {
        [self.words, self.rest].concat()
    }

    /// An error when a word was not understood.
    pub(crate) fn finish(self) -> Result<()> {
        match self.words.first().or(self.rest.first()) {
            Some(word) => Err(failure::usage(format!("`{word}` is not understood here"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn takes_words_switches_and_values() {
        let mut args = args("demo --port 8080 --dev --host=::1 -- -x --dev");
        assert_eq!(args.word().as_deref(), Some("demo"));
        assert_eq!(args.value("--port").unwrap().as_deref(), Some("8080"));
        assert_eq!(args.value("--host").unwrap().as_deref(), Some("::1"));
        assert!(args.switch("--dev"));
        assert!(!args.switch("--dev"), "a switch is taken once, and never from behind `--`");
        assert_eq!(args.rest(), ["-x", "--dev"]);
        args.finish().unwrap();
    }

    #[test]
    fn a_value_that_is_missing_is_an_error() {
        assert!(args("--port").value("--port").is_err());
        assert!(args("--port --dev").value("--port").is_err());
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert!(args("--prot 1").finish().unwrap_err().to_string().contains("--prot"));
        assert!(args("-- x").finish().is_err());
    }
}
