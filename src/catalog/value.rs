//! What callers put into messages.

use super::Number;
use alloc::string::String;

/// A direction of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dir {
    /// Not known: the first strong character decides.
    #[default]
    Auto,
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// The value of one variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg<'a> {
    /// Text of unknown direction, like anything that a person or server wrote. Never interpreted: markup in it stays text.
    Text(&'a str),
    /// Text whose direction is known, like a reference code or a message formatted before.
    Directed(&'a str, Dir),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Decimal(Number),
    /// An instant, epoch milliseconds.
    Time(i64),
}

/// Values by the name of the variable.
pub type Args<'a> = [(&'a str, Arg<'a>)];

/// An instant to write out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment<'a> {
    /// Epoch milliseconds.
    Epoch(i64),
    /// As a message or caller wrote it: an ISO 8601 date, or date and time, unchecked; without offset it means local time.
    Iso(&'a str),
}

/// An option of a function, such as `minimumFractionDigits=2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt<'a> {
    /// The name, as in the message; most are those of JavaScript's `Intl`.
    pub name: &'a str,
    /// The value, as text.
    pub value: String,
}

/// The value of the option of this name.
pub fn option<'o>(options: &'o [Opt<'_>], name: &str) -> Option<&'o str> {
    options.iter().find(|option| option.name == name).map(|option| option.value.as_str())
}
