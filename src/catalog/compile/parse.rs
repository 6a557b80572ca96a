//! The grammar: a recursive descent over `message.abnf` of the MessageFormat 2 specification, one function per rule.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use super::check;
use super::error::{Error, ErrorKind};
use super::model::{
    Attribute, Body, Declaration, DeclarationKind, Expression, Function, Key, Markup, MarkupKind, Message,
    OptionValue, Part, Pattern, Variant,
};
use super::syntax::{Cursor, Normalize, Parsed};

/// Parses and checks a message. One error where it is not well-formed; all of them where it is, but not valid.
pub fn parse(source: &str) -> Result<Message, Vec<Error>> {
    parse_with(source, |_| None)
}

/// The same where the host can normalise text.
pub fn parse_with(source: &str, normalize: Normalize) -> Result<Message, Vec<Error>> {
    let mut parser = Parser { cursor: Cursor::new(source, normalize), invalid: Vec::new() };
    let message = parser.message().map_err(|error| vec![error])?;
    let mut invalid = parser.invalid;
    check::check(source, &message, &mut invalid);
    if invalid.is_empty() { Ok(message) } else { Err(invalid) }
}

struct Parser<'s> {
    cursor: Cursor<'s>,
    /// What is well-formed, but not valid, as far as it is seen on the way.
    invalid: Vec<Error>,
}

/// What a placeholder holds.
enum Placeholder {
    Expression(Expression),
    Markup(Markup),
}

impl Parser<'_> {
    fn message(&mut self) -> Parsed<Message> {
        self.cursor.space();
        if self.cursor.looks_at(".") || self.cursor.looks_at("{{") {
            return self.complex();
        }
        // White space at the start of a simple message belongs to its text.
        self.cursor.at = 0;
        let pattern = self.pattern(false)?;
        Ok(Message { declarations: Vec::new(), body: Body::Pattern(pattern) })
    }

    fn complex(&mut self) -> Parsed<Message> {
        let mut declarations = Vec::new();
        let body = loop {
            let at = self.cursor.at;
            if self.cursor.eat(".input") {
                declarations.push(self.input(at)?);
            } else if self.cursor.eat(".local") {
                declarations.push(self.local(at)?);
            } else if self.cursor.eat(".match") {
                break self.matcher()?;
            } else if self.cursor.looks_at("{{") {
                break Body::Pattern(self.quoted_pattern()?);
            } else {
                return Err(self.cursor.wrong("expected .input, .local, .match or a pattern in {{…}}"));
            }
            self.cursor.space();
        };
        self.cursor.space();
        if self.cursor.peek().is_some() {
            return Err(self.cursor.wrong("expected nothing more"));
        }
        Ok(Message { declarations, body })
    }

    fn input(&mut self, at: usize) -> Parsed<Declaration> {
        self.cursor.space();
        let start = self.cursor.at;
        let value = self.expression()?;
        let Some(name) = value.operand_variable().map(|variable| variable.name.clone()) else {
            return Err(self.cursor.error(ErrorKind::Syntax, start, "expected {$variable} behind .input"));
        };
        Ok(Declaration { kind: DeclarationKind::Input, name, value, at })
    }

    fn local(&mut self, at: usize) -> Parsed<Declaration> {
        self.need_space("behind .local")?;
        let name = self.cursor.variable()?.name;
        self.cursor.space();
        self.cursor.expect("=", "behind the variable of .local")?;
        self.cursor.space();
        let value = self.expression()?;
        Ok(Declaration { kind: DeclarationKind::Local, name, value, at })
    }

    fn matcher(&mut self) -> Parsed<Body> {
        let mut selectors = Vec::new();
        loop {
            self.need_space("before a selector or variant")?;
            if !self.cursor.looks_at("$") {
                break;
            }
            selectors.push(self.cursor.variable()?);
        }
        if selectors.is_empty() {
            return Err(self.cursor.wrong("expected a $variable behind .match"));
        }
        let mut variants = vec![self.variant()?];
        self.cursor.space();
        while self.cursor.peek().is_some() {
            variants.push(self.variant()?);
            self.cursor.space();
        }
        Ok(Body::Match { selectors, variants })
    }

    fn variant(&mut self) -> Parsed<Variant> {
        let at = self.cursor.at;
        let mut keys = vec![self.key()?];
        loop {
            let spaced = self.cursor.space();
            if self.cursor.looks_at("{{") {
                break;
            }
            if !spaced {
                return Err(self.cursor.wrong("expected white space between keys, or a pattern in {{…}}"));
            }
            keys.push(self.key()?);
        }
        Ok(Variant { keys, pattern: self.quoted_pattern()?, at })
    }

    fn key(&mut self) -> Parsed<Key> {
        if self.cursor.eat("*") {
            Ok(Key::CatchAll)
        } else if self.cursor.looks_at_literal() {
            let key = self.cursor.literal()?;
            Ok(Key::Literal(self.cursor.normal(key)))
        } else {
            Err(self.cursor.wrong("expected a key: a literal or *"))
        }
    }

    fn quoted_pattern(&mut self) -> Parsed<Pattern> {
        self.cursor.expect("{{", "before a pattern")?;
        let pattern = self.pattern(true)?;
        self.cursor.expect("}}", "at the end of the pattern")?;
        Ok(pattern)
    }

    fn pattern(&mut self, quoted: bool) -> Parsed<Pattern> {
        let mut pattern = Vec::new();
        let mut text = String::new();
        loop {
            match self.cursor.peek() {
                Some('{') => {
                    if !text.is_empty() {
                        pattern.push(Part::Text(core::mem::take(&mut text)));
                    }
                    pattern.push(match self.placeholder()? {
                        Placeholder::Expression(expression) => Part::Expression(expression),
                        Placeholder::Markup(markup) => Part::Markup(markup),
                    });
                }
                Some('\\') => text.push(self.cursor.escape()?),
                Some('}') if !quoted => return Err(self.cursor.wrong("expected text (a brace as \\})")),
                Some('\0') => return Err(self.cursor.wrong("expected text")),
                Some('}') | None => break,
                Some(char) => {
                    text.push(char);
                    self.cursor.next();
                }
            }
        }
        if !text.is_empty() {
            pattern.push(Part::Text(text));
        }
        Ok(pattern)
    }

    /// An expression where markup has no place.
    fn expression(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        match self.placeholder()? {
            Placeholder::Expression(expression) => Ok(expression),
            Placeholder::Markup(_) => {
                Err(self.cursor.error(ErrorKind::Syntax, at, "markup can't be declared as a variable"))
            }
        }
    }

    fn placeholder(&mut self) -> Parsed<Placeholder> {
        self.cursor.expect("{", "before an expression")?;
        self.cursor.space();
        let (operand, spaced) = match self.cursor.peek() {
            Some('#' | '/') => return self.markup().map(Placeholder::Markup),
            Some(':') => (None, true),
            _ if self.cursor.looks_at("$") || self.cursor.looks_at_literal() => {
                let operand = self.cursor.value()?;
                (Some(operand), self.cursor.space())
            }
            _ => return Err(self.cursor.wrong("expected a $variable, a literal, a :function or markup")),
        };
        let at = self.cursor.at;
        let (function, spaced) = if self.cursor.looks_at(":") {
            if !spaced {
                return Err(self.cursor.wrong("expected white space before a function"));
            }
            self.cursor.next();
            let name = self.cursor.identifier("the name of a function")?;
            let (options, spaced) = self.options()?;
            (Some(Function { name, options, at }), spaced)
        } else {
            (None, spaced)
        };
        let attributes = self.attributes(spaced)?;
        self.cursor.expect("}", "at the end of the expression")?;
        Ok(Placeholder::Expression(Expression { operand, function, attributes }))
    }

    fn markup(&mut self) -> Parsed<Markup> {
        let open = self.cursor.next() == Some('#');
        let name = self.cursor.identifier("the name of markup")?;
        let (options, spaced) = self.options()?;
        let attributes = self.attributes(spaced)?;
        let kind = match open {
            true if self.cursor.eat("/") => MarkupKind::Standalone,
            true => MarkupKind::Open,
            false => MarkupKind::Close,
        };
        self.cursor.expect("}", "at the end of the markup")?;
        Ok(Markup { kind, name, options, attributes })
    }

    /// `*(s option)` and the white space behind; whether that would do as `s`.
    fn options(&mut self) -> Parsed<(Vec<OptionValue>, bool)> {
        let mut options: Vec<OptionValue> = Vec::new();
        loop {
            let spaced = self.cursor.space();
            if matches!(self.cursor.peek(), Some('@' | '/' | '}') | None) {
                return Ok((options, spaced));
            }
            if !spaced {
                return Err(self.cursor.wrong("expected white space before an option"));
            }
            let at = self.cursor.at;
            let name = self.cursor.identifier("the name of an option")?;
            self.cursor.space();
            self.cursor.expect("=", "behind the name of an option")?;
            self.cursor.space();
            let value = self.cursor.value()?;
            if options.iter().any(|option| option.name == name) {
                let reason = format!("option {name} is given twice");
                self.invalid.push(self.cursor.error(ErrorKind::DuplicateOptionName, at, reason));
            }
            options.push(OptionValue { name, value });
        }
    }

    /// `*(s attribute) o`; of equal names the last one counts. `spaced`: white space went before.
    fn attributes(&mut self, mut spaced: bool) -> Parsed<Vec<Attribute>> {
        let mut attributes: Vec<Attribute> = Vec::new();
        while self.cursor.looks_at("@") {
            if !spaced {
                return Err(self.cursor.wrong("expected white space before an attribute"));
            }
            self.cursor.next();
            let name = self.cursor.identifier("the name of an attribute")?;
            spaced = self.cursor.space();
            let mut value = None;
            if self.cursor.eat("=") {
                self.cursor.space();
                value = Some(self.cursor.literal()?);
                spaced = self.cursor.space();
            }
            attributes.retain(|attribute| attribute.name != name);
            attributes.push(Attribute { name, value });
        }
        Ok(attributes)
    }

    fn need_space(&mut self, place: &str) -> Parsed<()> {
        if self.cursor.space() {
            Ok(())
        } else {
            Err(self.cursor.wrong(&format!("expected white space {place}")))
        }
    }
}
