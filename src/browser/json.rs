//! Objects for JavaScript, written as JSON text: one text crosses the border instead of every member on its own.

use alloc::string::String;

use crate::policy::options::push_integer;

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
        for char in text.chars() {
            match char {
                '"' | '\\' => self.0.push('\\'),
                '\0'..' ' => {
                    // Of the control characters these are named by their code: \u0000 to \u001f.
                    self.0.push_str("\\u00");
                    self.0.push(if char < '\u{10}' { '0' } else { '1' });
                    self.0.push(char::from_digit(char as u32 & 15, 16).unwrap_or('0'));
                    continue;
                }
                _ => {}
            }
            self.0.push(char);
        }
        self.0.push('"');
    }
}
