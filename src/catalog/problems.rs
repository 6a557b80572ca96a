//! What can go wrong while a message is formatted; the text is written all the same.

/// A set of problems, in the words of the MessageFormat 2 specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems(u8);

impl Problems {
    /// A variable without a value.
    pub const UNRESOLVED_VARIABLE: Problems = Problems(1);
    /// A function that does not exist.
    pub const UNKNOWN_FUNCTION: Problems = Problems(2);
    /// A selector that can't select.
    pub const BAD_SELECTOR: Problems = Problems(4);
    /// An operand that its function can't take.
    pub const BAD_OPERAND: Problems = Problems(8);
    /// An option without a usable value.
    pub const BAD_OPTION: Problems = Problems(16);
    /// Something sensible that is not supported, like a sum beyond 64 bits.
    pub const UNSUPPORTED_OPERATION: Problems = Problems(32);

    const NAMES: [(Problems, &'static str); 6] = [
        (Problems::UNRESOLVED_VARIABLE, "unresolved-variable"),
        (Problems::UNKNOWN_FUNCTION, "unknown-function"),
        (Problems::BAD_SELECTOR, "bad-selector"),
        (Problems::BAD_OPERAND, "bad-operand"),
        (Problems::BAD_OPTION, "bad-option"),
        (Problems::UNSUPPORTED_OPERATION, "unsupported-operation"),
    ];

    /// Whether all went well.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `other` are in this set.
    pub const fn contains(self, other: Problems) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds to the set.
    pub fn add(&mut self, other: Problems) {
        self.0 |= other.0;
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Problems::NAMES.into_iter().filter(move |(problem, _)| self.contains(*problem)).map(|(_, name)| name)
    }
}
