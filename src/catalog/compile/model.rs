//! A message as data, after the interchange data model of the MessageFormat 2 specification.
//!
//! `at` is where a thing begins in the source, in bytes.

use alloc::string::String;
use alloc::vec::Vec;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// In the order of the source.
    pub declarations: Vec<Declaration>,
    /// What is formatted.
    pub body: Body,
}

/// The part of a message that is formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// One pattern.
    Pattern(Pattern),
    /// One of several patterns.
    Match {
        /// What decides.
        selectors: Vec<Variable>,
        /// In the order of the source.
        variants: Vec<Variant>,
    },
}

/// `.input {$name …}` or `.local $name = {…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Which of the two.
    pub kind: DeclarationKind,
    /// The variable that it binds.
    pub name: String,
    /// The value; that of an input has the variable itself as its operand.
    pub value: Expression,
    /// Where it begins.
    pub at: usize,
}

/// How a declaration binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclarationKind {
    /// A value that the caller passes in.
    Input,
    /// A value made here.
    Local,
}

/// One of several patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// One per selector.
    pub keys: Vec<Key>,
    /// What is formatted when they fit.
    pub pattern: Pattern,
    /// Where it begins.
    pub at: usize,
}

/// What a selector's value is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `*`: fits always.
    CatchAll,
    /// A literal.
    Literal(String),
}

/// Text and placeholders.
pub type Pattern = Vec<Part>;

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text, escapes undone; never empty, never two in a row.
    Text(String),
    /// A value.
    Expression(Expression),
    /// Markup, which text output drops.
    Markup(Markup),
}

/// A value, and what is done with it. One of operand and function is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it starts from.
    pub operand: Option<Operand>,
    /// What is applied to it.
    pub function: Option<Function>,
    /// Notes without effect.
    pub attributes: Vec<Attribute>,
}

/// A literal or a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Quoted or not, escapes undone.
    Literal(String),
    /// A reference.
    Variable(Variable),
}

/// A reference to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Without `$`.
    pub name: String,
    /// Where it begins.
    pub at: usize,
}

/// `:name option=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// With its namespace, without the first colon.
    pub name: String,
    /// In the order of the source.
    pub options: Vec<OptionValue>,
    /// Where it begins.
    pub at: usize,
}

/// `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    /// With its namespace.
    pub name: String,
    /// The value.
    pub value: Operand,
}

/// `@name` or `@name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// With its namespace.
    pub name: String,
    /// The value, where there is one.
    pub value: Option<String>,
}

/// `{#name}`, `{#name /}` or `{/name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// Which of the three.
    pub kind: MarkupKind,
    /// With its namespace.
    pub name: String,
    /// In the order of the source.
    pub options: Vec<OptionValue>,
    /// Notes without effect.
    pub attributes: Vec<Attribute>,
}

/// The forms of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkupKind {
    /// `{#name}`
    Open,
    /// `{#name /}`
    Standalone,
    /// `{/name}`
    Close,
}

impl Expression {
    /// The variables that its function's options refer to.
    pub fn option_variables(&self) -> impl Iterator<Item = &Variable> {
        let options = self.function.iter().flat_map(|function| &function.options);
        options.filter_map(|option| match &option.value {
            Operand::Variable(variable) => Some(variable),
            Operand::Literal(_) => None,
        })
    }

    /// The variable that it starts from.
    pub fn operand_variable(&self) -> Option<&Variable> {
        match &self.operand {
            Some(Operand::Variable(variable)) => Some(variable),
            _ => None,
        }
    }
}
