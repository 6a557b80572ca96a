//! Short names between the glue and the Wasm: wasm-bindgen's carry hashes, which do not compress.

use std::collections::HashMap;

use anyhow::{Result, bail};

/// Old names to new ones.
#[derive(Default)]
pub(super) struct Names {
    pub(super) imports: HashMap<String, String>,
    pub(super) exports: HashMap<String, String>,
}

impl Names {
    /// The new name of an import.
    pub(super) fn import(&mut self, old: &str) -> String {
        short(&mut self.imports, old)
    }

    /// The new name of an export.
    pub(super) fn export(&mut self, old: &str) -> String {
        short(&mut self.exports, old)
    }

    /// The exports, old name to new one, as a JSON object. Both are plain identifiers: nothing is to be escaped.
    pub(super) fn exports_as_json(&self) -> String {
        let members: Vec<String> =
            self.exports.iter().map(|(old, new)| format!("\"{old}\": \"{new}\"")).collect();
        format!("{{ {} }}\n", members.join(", "))
    }

    /// The glue with the new names: imports as keys of the import object, exports as members of `wasm`.
    pub(super) fn apply(&self, glue: &str) -> Result<String> {
        let mut text = String::with_capacity(glue.len());
        let mut met = 0;
        let mut rest = glue;
        while let Some(start) = rest.find(is_word) {
            let (before, from) = rest.split_at(start);
            let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
            text.push_str(before);
            let import = self.imports.get(word).filter(|_| after.starts_with(':'));
            let export = self.exports.get(word).filter(|_| member_of_wasm(&text));
            met += usize::from(import.is_some());
            text.push_str(import.or(export).map_or(word, String::as_str));
            rest = after;
        }
        text.push_str(rest);
        if met != self.imports.len() {
            bail!(
                "the glue defines {met} of {} imports: wasm-bindgen writes it in another way now",
                self.imports.len()
            );
        }
        Ok(text)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// True when the text ends with the variable `wasm` and a dot.
fn member_of_wasm(text: &str) -> bool {
    text.strip_suffix("wasm.").is_some_and(|before| !before.ends_with(is_word))
}

fn short(names: &mut HashMap<String, String>, old: &str) -> String {
    let next = nth(names.len());
    names.entry(old.to_owned()).or_insert(next).clone()
}

/// a to z, A to Z, then two letters.
fn nth(mut index: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        if let Some(letter) = LETTERS.get(index % LETTERS.len()) {
            name.insert(0, char::from(*letter));
        }
        match (index / LETTERS.len()).checked_sub(1) {
            Some(next) => index = next,
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_short_and_differ() {
        assert_eq!([nth(0), nth(25), nth(26), nth(51), nth(52), nth(53)], ["a", "z", "A", "Z", "aa", "ab"]);
        let all: HashSet<String> = (0..5000).map(nth).collect();
        assert_eq!(all.len(), 5000);
    }

    #[test]
    fn renames_keys_and_members_and_nothing_else() {
        let mut names = Names::default();
        assert_eq!(names.import("__wbg_get_12"), "a");
        assert_eq!(names.export("core_tick"), "a");
        assert_eq!(names.export("core_tick_all"), "b");
        assert_eq!(names.export("core_tick"), "a", "the same name again");
        let glue = "const import0 = { __wbg_get_12: f };\nexport function core_tick() { wasm.core_tick(wasm.core_tick_all); other.core_tick; }";
        let expected =
            "const import0 = { a: f };\nexport function core_tick() { wasm.a(wasm.b); other.core_tick; }";
        assert_eq!(names.apply(glue).unwrap(), expected);
    }

    #[test]
    fn an_import_that_the_glue_does_not_define_is_an_error() {
        let mut names = Names::default();
        names.import("__wbg_get_12");
        assert!(names.apply("{ __wbg_get_123: f }").is_err());
    }
}
