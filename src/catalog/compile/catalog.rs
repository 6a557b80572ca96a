//! Compiles a whole catalog, and says of everything wrong with it where it is.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::super::code;
use super::encode::write_number;
use super::{Normalize, encode, parse_with, set};

/// A catalog before it is compiled.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The language tag.
    pub locale: String,
    /// The voice.
    pub voice: String,
    /// Message ids, each with its slots: name and source.
    pub messages: Vec<(String, Vec<(String, String)>)>,
}

/// Something wrong with a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the message, empty where it concerns the whole.
    pub id: String,
    /// The slot, empty where it concerns the message.
    pub slot: String,
    /// The character in the slot's source, from 1; 0 where it concerns the whole slot.
    pub position: usize,
    /// What is wrong.
    pub reason: String,
}

impl Problem {
    /// `position` 0: the whole slot.
    pub fn new(id: &str, slot: &str, position: usize, reason: impl Into<String>) -> Self {
        Problem { id: id.to_owned(), slot: slot.to_owned(), position, reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.id.is_empty() {
            write!(f, "message “{}”, ", self.id)?;
        }
        if !self.slot.is_empty() {
            write!(f, "{}, ", self.slot)?;
        }
        if self.position > 0 {
            write!(f, "character {}, ", self.position)?;
        }
        f.write_str(&self.reason)
    }
}

/// Compiles a catalog, or says all that is wrong with it.
pub fn compile(source: &Source) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let out = compile_what_is_right(source, |_| None, &mut problems);
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Compiles the messages that are right, and says all that is wrong with the others.
pub fn compile_what_is_right(source: &Source, normalize: Normalize, problems: &mut Vec<Problem>) -> String {
    let mut out = code::VERSION.to_owned();
    for text in [&source.locale, &source.voice] {
        if text.is_empty() || write_text(text, &mut out).is_none() {
            problems.push(Problem::new("", "", 0, "locale and voice must not be empty or too long"));
        }
    }
    // Two bits: it always fits.
    let _ = write_number(direction(&source.locale), &mut out);
    let mut ids = Vec::new();
    for (id, slots) in &source.messages {
        let before = problems.len();
        if id.is_empty() || !set::insert(&mut ids, id.as_str()) {
            problems.push(Problem::new(id, "", 0, "an id must not be empty, nor there twice"));
        }
        let content = message(id, slots, normalize, problems);
        let mut entry = String::new();
        if write_text(id, &mut entry).and_then(|()| write_text(&content, &mut entry)).is_none() {
            problems.push(Problem::new(id, "", 0, "too long"));
        }
        if problems.len() == before {
            out.push_str(&entry);
        }
    }
    out
}

/// The slots of one message, compiled.
fn message(
    id: &str,
    slots: &[(String, String)],
    normalize: Normalize,
    problems: &mut Vec<Problem>,
) -> String {
    let mut seen = 0;
    for (name, _) in slots {
        match code::SLOTS.iter().position(|slot| slot == name) {
            Some(bit) if seen & (1 << bit) == 0 => seen |= 1 << bit,
            Some(_) => problems.push(Problem::new(id, name, 0, "this slot is there twice")),
            None => {
                let reason = format!("no such slot; there are {}", code::SLOTS.join(", "));
                problems.push(Problem::new(id, name, 0, reason));
            }
        }
    }
    if seen & 1 == 0 {
        problems.push(Problem::new(id, "title", 0, "a message needs a title"));
    }
    let mut out = String::new();
    let mut written = write_number(seen, &mut out);
    for slot in code::SLOTS {
        let Some((_, source)) = slots.iter().find(|(name, _)| name == slot) else { continue };
        let parsed = parse_with(source, normalize);
        let encoded = parsed.and_then(|message| encode(source, &message).map_err(|error| vec![error]));
        match encoded {
            Ok(encoded) => {
                for (name, position) in encoded.unknown {
                    let reason = format!("there is no function :{name}");
                    problems.push(Problem::new(id, slot, position, reason));
                }
                written = written.and_then(|()| write_text(&encoded.code, &mut out));
            }
            Err(errors) => problems.extend(errors.into_iter().map(|error| {
                let reason = format!("{} ({})", error.reason, error.kind.name());
                Problem::new(id, slot, error.position, reason)
            })),
        }
    }
    if written.is_none() {
        problems.push(Problem::new(id, "", 0, "too long"));
    }
    out
}

/// The direction that a language is written in, as its index in the compiled form's list.
pub fn direction(locale: &str) -> usize {
    const LANGUAGES: [&str; 14] =
        ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];
    const SCRIPTS: [&str; 8] = ["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"];
    let locale = locale.to_ascii_lowercase();
    let mut parts = locale.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let script =
        parts.next().filter(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let right_to_left = match script {
        Some(script) => SCRIPTS.contains(&script),
        None => LANGUAGES.contains(&language),
    };
    if right_to_left { 2 } else { 1 }
}

fn write_text(text: &str, out: &mut String) -> Option<()> {
    write_number(text.len(), out)?;
    out.push_str(text);
    Some(())
}
