//! Writes a message as compiled text.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::code;
use super::error::{Error, ErrorKind};
use super::model::{Body, Declaration, Expression, Key, Message, Operand, Part, Variable};

/// The functions that the formatter knows, and their codes.
const FUNCTIONS: &[(&str, usize)] = &[
    ("string", code::STRING),
    ("number", code::NUMBER),
    ("integer", code::INTEGER),
    ("percent", code::PERCENT),
    ("currency", code::CURRENCY),
    ("unit", code::UNIT),
    ("offset", code::OFFSET),
    ("date", code::DATE),
    ("time", code::TIME),
    ("datetime", code::DATETIME),
    // Names that no source can have.
    #[cfg(not(target_arch = "wasm32"))]
    ("test function", code::TEST_FUNCTION),
    #[cfg(not(target_arch = "wasm32"))]
    ("test select", code::TEST_SELECT),
    #[cfg(not(target_arch = "wasm32"))]
    ("test format", code::TEST_FORMAT),
];

/// Options of the reserved namespace that mean nothing in plain text.
const IGNORED: [&str; 2] = ["u:id", "u:locale"];

/// A compiled message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The compiled text.
    pub code: String,
    /// Functions that the formatter does not know, as (name, position from 1): such values show their fallback.
    pub unknown: Vec<(String, usize)>,
}

/// Compiles a message that [`parse`](super::parse()) accepted; `source` is where it came from.
pub fn encode(source: &str, message: &Message) -> Result<Encoded, Error> {
    let mut encoder = Encoder { source, declared: &[], unknown: Vec::new() };
    let code = encoder.message(message)?;
    Ok(Encoded { code, unknown: encoder.unknown })
}

struct Encoder<'m> {
    source: &'m str,
    /// The declarations that what is being written may refer to.
    declared: &'m [Declaration],
    unknown: Vec<(String, usize)>,
}

type Written = Result<(), Error>;

impl<'m> Encoder<'m> {
    fn message(&mut self, message: &'m Message) -> Result<String, Error> {
        let mut out = String::new();
        self.number(message.declarations.len(), &mut out)?;
        for (index, declaration) in message.declarations.iter().enumerate() {
            self.declared = message.declarations.get(..index).unwrap_or_default();
            self.text(&declaration.name, &mut out)?;
            self.expression(&declaration.value, &mut out)?;
        }
        self.declared = &message.declarations;
        match &message.body {
            Body::Pattern(pattern) => {
                self.number(0, &mut out)?;
                self.pattern(pattern, &mut out)?;
            }
            Body::Match { selectors, variants } => {
                if selectors.len() > code::MAX_SELECTORS {
                    return Err(self.too_large("too many selectors"));
                }
                self.number(selectors.len(), &mut out)?;
                for selector in selectors {
                    let index = self.declaration(selector).unwrap_or_default();
                    self.number(index, &mut out)?;
                }
                self.number(variants.len(), &mut out)?;
                for variant in variants {
                    for key in &variant.keys {
                        match key {
                            Key::CatchAll => self.number(0, &mut out)?,
                            Key::Literal(key) => {
                                self.number(key.len() + 1, &mut out)?;
                                out.push_str(key);
                            }
                        }
                    }
                    let mut pattern = String::new();
                    self.pattern(&variant.pattern, &mut pattern)?;
                    self.text(&pattern, &mut out)?;
                }
            }
        }
        Ok(out)
    }

    fn pattern(&mut self, pattern: &[Part], out: &mut String) -> Written {
        let mut text = String::new();
        for part in pattern {
            match part {
                // Text around markup flows together.
                Part::Text(part) => text.push_str(part),
                Part::Markup(_) => {}
                Part::Expression(expression) => {
                    self.literal_text(&mut text, out)?;
                    self.number(0, out)?;
                    self.expression(expression, out)?;
                }
            }
        }
        self.literal_text(&mut text, out)
    }

    fn literal_text(&self, text: &mut String, out: &mut String) -> Written {
        if !text.is_empty() {
            self.text(text, out)?;
            text.clear();
        }
        Ok(())
    }

    fn expression(&mut self, expression: &Expression, out: &mut String) -> Written {
        match &expression.operand {
            Some(operand) => self.operand(operand, out)?,
            None => {
                self.number(code::NONE, out)?;
                let name = expression.function.as_ref().map(|function| function.name.as_str());
                self.text(name.unwrap_or_default(), out)?;
            }
        }
        let Some(function) = &expression.function else { return self.number(code::PLAIN, out) };
        let known = FUNCTIONS.iter().find(|(name, _)| *name == function.name);
        if known.is_none() {
            let position = Error::new(ErrorKind::Syntax, self.source, function.at, "").position;
            self.unknown.push((function.name.clone(), position));
        }
        self.number(known.map_or(code::UNKNOWN, |(_, code)| *code), out)?;
        let options = function.options.iter().filter(|option| !IGNORED.contains(&option.name.as_str()));
        self.number(options.clone().count(), out)?;
        for option in options {
            self.text(&option.name, out)?;
            self.operand(&option.value, out)?;
        }
        Ok(())
    }

    fn operand(&self, operand: &Operand, out: &mut String) -> Written {
        match operand {
            Operand::Literal(literal) => {
                self.number(code::LITERAL, out)?;
                self.text(literal, out)
            }
            Operand::Variable(variable) => match self.declaration(variable) {
                Some(index) => {
                    self.number(code::DECLARED, out)?;
                    self.number(index, out)
                }
                None => {
                    self.number(code::EXTERNAL, out)?;
                    self.text(&variable.name, out)
                }
            },
        }
    }

    /// The index of the declaration that this variable refers to.
    fn declaration(&self, variable: &Variable) -> Option<usize> {
        self.declared.iter().position(|declaration| declaration.name == variable.name)
    }

    fn text(&self, text: &str, out: &mut String) -> Written {
        self.number(text.len(), out)?;
        out.push_str(text);
        Ok(())
    }

    fn number(&self, value: usize, out: &mut String) -> Written {
        write_number(value, out).ok_or_else(|| self.too_large("too long"))
    }

    fn too_large(&self, reason: &str) -> Error {
        Error::new(ErrorKind::TooLarge, self.source, 0, reason)
    }
}

/// Writes a number. `None`: it is larger than compiled text can say.
pub fn write_number(mut value: usize, out: &mut String) -> Option<()> {
    if value > code::MAX_NUMBER {
        return None;
    }
    loop {
        let more = if value > 0x3f { 0x40 } else { 0 };
        out.push(char::from((value & 0x3f) as u8 | more));
        value >>= 6;
        if more == 0 {
            return Some(());
        }
    }
}
