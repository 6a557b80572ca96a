//! What the host knows about a language; the browser asks `Intl`.

use crate::names::{names, position};

use super::{Args, Dir, Moment, Number, Opt, Slot};
use alloc::string::String;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// `:number`, `:offset` and numbers without a function.
    Decimal,
    /// `:integer`: whole already.
    Integer,
    /// `:percent`: 0.5 is 50 %.
    Percent,
    /// `:currency`: option `currency` is there.
    Currency,
    /// `:unit`: option `unit` is there.
    Unit,
}

/// Which part of an instant is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeStyle {
    /// `:date`: options `fields` and `length`.
    Date,
    /// `:time`: option `precision`.
    Time,
    /// `:datetime` and instants without a function: options `dateFields`, `dateLength`, `timePrecision`.
    DateTime,
}

/// Plural categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Plural {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl Plural {
    /// All of them.
    pub const ALL: [Plural; 6] =
        [Plural::Zero, Plural::One, Plural::Two, Plural::Few, Plural::Many, Plural::Other];

    /// The category of this keyword.
    pub fn of(name: &str) -> Option<Plural> {
        Plural::ALL.get(position(Plural::NAMES, name)?).copied()
    }
}

// The keywords in messages, and what `Intl.PluralRules` answers.
names!(Plural { Zero = "zero", One = "one", Two = "two", Few = "few", Many = "many", Other = "other" });

/// Writes values the way one language does.
///
/// Options come as the message has them; one that makes no sense to the host is the host's to ignore. Where a value can't
/// be written at all, the answer is `false`, nothing of it stays in `out`, and the message shows the value's name instead.
pub trait Locale {
    /// Direction of what this locale writes.
    fn dir(&self) -> Dir;

    /// Writes a number.
    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool;

    /// The plural category of a number (`ordinal`: 1st, 2nd), which for a percentage is a hundred times the value.
    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural;

    /// Writes an instant.
    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool;

    /// Writes a slot of a message that the host has, which knows it by its place and id. `false`: it has nothing there.
    fn message(&self, place: usize, id: &str, slot: Slot, args: &Args<'_>, out: &mut String) -> bool {
        let _ = (place, id, slot, args, out);
        false
    }

    /// The text in Unicode Normalization Form C, where that differs: texts are selected by it.
    fn normalize(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }
}
