//! The tokens of the grammar: white space, names, identifiers, literals, escapes.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;

use super::error::{Error, ErrorKind};
use super::model::{Operand, Variable};
use super::names::{is_bidi, is_escapable, is_name_char, is_name_start, is_space};

pub(super) type Parsed<T> = Result<T, Error>;

/// The text in Unicode Normalization Form C, where that differs: names and keys are compared by it.
pub type Normalize = fn(&str) -> Option<String>;

/// A position in a message's source.
pub(super) struct Cursor<'s> {
    pub(super) source: &'s str,
    pub(super) at: usize,
    pub(super) normalize: Normalize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(source: &'s str, normalize: Normalize) -> Self {
        Cursor { source, at: 0, normalize }
    }

    /// A text as it is compared.
    pub(super) fn normal(&self, text: String) -> String {
        if text.is_ascii() { text } else { (self.normalize)(&text).unwrap_or(text) }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    pub(super) fn looks_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes past `text` if it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.looks_at(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn expect(&mut self, text: &str, place: &str) -> Parsed<()> {
        if self.eat(text) { Ok(()) } else { Err(self.wrong(&format!("expected “{text}” {place}"))) }
    }

    /// A syntax error at this position.
    pub(super) fn wrong(&self, expectation: &str) -> Error {
        let found = match self.peek() {
            Some('\0') => "found a NUL character".to_owned(),
            Some(char) => format!("found “{char}”"),
            None => "the message ends here".to_owned(),
        };
        self.error(ErrorKind::Syntax, self.at, format!("{expectation}, but {found}"))
    }

    pub(super) fn error(&self, kind: ErrorKind, at: usize, reason: impl Into<String>) -> Error {
        Error::new(kind, self.source, at, reason)
    }

    /// `o`, white space and bidi controls; whether it would do as `s` as well, which has white space in it.
    pub(super) fn space(&mut self) -> bool {
        let mut spaced = false;
        while let Some(char) = self.peek().filter(|char| is_space(*char) || is_bidi(*char)) {
            spaced |= is_space(char);
            self.next();
        }
        spaced
    }

    /// `name`, without the bidi controls around it.
    pub(super) fn name(&mut self, what: &str) -> Parsed<String> {
        if self.peek().is_some_and(is_bidi) {
            self.next();
        }
        if !self.peek().is_some_and(is_name_start) {
            return Err(self.wrong(&format!("expected {what}")));
        }
        let name = self.name_chars();
        let name = self.normal(name);
        if self.peek().is_some_and(is_bidi) {
            self.next();
        }
        Ok(name)
    }

    fn name_chars(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(is_name_char) {
            self.next();
        }
        self.source.get(start..self.at).unwrap_or_default().to_owned()
    }

    /// `identifier`: a name, or a namespace and a name.
    pub(super) fn identifier(&mut self, what: &str) -> Parsed<String> {
        let mut name = self.name(what)?;
        if self.eat(":") {
            name.push(':');
            name.push_str(&self.name("a name behind its namespace")?);
        }
        Ok(name)
    }

    /// `variable`
    pub(super) fn variable(&mut self) -> Parsed<Variable> {
        let at = self.at;
        self.expect("$", "before the name of a variable")?;
        Ok(Variable { name: self.name("the name of a variable")?, at })
    }

    pub(super) fn looks_at_literal(&self) -> bool {
        self.peek().is_some_and(|char| char == '|' || is_name_char(char))
    }

    /// `literal`
    pub(super) fn literal(&mut self) -> Parsed<String> {
        if self.looks_at("|") {
            return self.quoted();
        }
        if self.looks_at_literal() { Ok(self.name_chars()) } else { Err(self.wrong("expected a value")) }
    }

    /// `literal / variable`
    pub(super) fn value(&mut self) -> Parsed<Operand> {
        if self.looks_at("$") {
            self.variable().map(Operand::Variable)
        } else {
            self.literal().map(Operand::Literal)
        }
    }

    fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        self.next();
        let mut text = String::new();
        loop {
            match self.peek() {
                Some('\\') => text.push(self.escape()?),
                Some('\0') => return Err(self.wrong("expected anything else")),
                Some(char) => {
                    self.next();
                    if char == '|' {
                        return Ok(text);
                    }
                    text.push(char);
                }
                None => return Err(self.error(ErrorKind::Syntax, start, "this “|” is never closed")),
            }
        }
    }

    /// `escaped-char`
    pub(super) fn escape(&mut self) -> Parsed<char> {
        self.next();
        match self.peek().filter(|char| is_escapable(*char)) {
            Some(char) => {
                self.next();
                Ok(char)
            }
            None => Err(self.wrong("expected one of \\ { | } behind a backslash")),
        }
    }
}
