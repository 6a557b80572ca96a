//! Objects for JavaScript, written as JSON text: one text crosses the border instead of every member on its own.

use alloc::string::String;

use crate::policy::options::push_integer;
use crate::policy::text::push_escaped;

/// What a JSON string may not have in it as it is.
const SPECIAL: &[u8] = b"\"\\\0\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

/// A text under way. Members of objects have a name; items of arrays, and the outermost value, have an empty one.
pub(super) struct Json(String);

impl Json {
    pub(super) fn new() -> Self {
        Json(String::new())
    }

    /// Begins an object with `{`, an array with `[`.
    pub(super) fn open(&mut self, name: &str, bracket: &str) {
        self.name(name);
        self.0.push_str(bracket);
    }

    /// Ends what was begun, with `}` or `]`.
    pub(super) fn close(&mut self, bracket: &str) {
        self.0.push_str(bracket);
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    pub(super) fn number(&mut self, name: &str, number: u64) {
        self.name(name);
        push_integer(&mut self.0, number);
    }

    pub(super) fn flag(&mut self, name: &str, flag: bool) {
        self.name(name);
        self.0.push_str(if flag { "true" } else { "false" });
    }

    /// Leaves the member out where there is no text.
    pub(super) fn maybe_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Leaves the member out where there is no number.
    pub(super) fn maybe_number(&mut self, name: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.number(name, number);
        }
    }

    /// The text.
    pub(super) fn done(self) -> String {
        self.0
    }

    fn name(&mut self, name: &str) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[')) {
            self.0.push(',');
        }
        if !name.is_empty() {
            self.quoted(name);
            self.0.push(':');
        }
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        push_escaped(&mut self.0, text, SPECIAL);
        self.0.push('"');
    }
}
