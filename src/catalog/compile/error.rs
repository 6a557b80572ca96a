//! What can be wrong with a message's source.

use alloc::string::String;
use core::fmt;

/// The kinds of error, in the words of the MessageFormat 2 specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Not well-formed.
    Syntax,
    /// A variant has more or fewer keys than there are selectors.
    VariantKeyMismatch,
    /// No variant has catch-all keys only.
    MissingFallbackVariant,
    /// A selector that no function was ever applied to.
    MissingSelectorAnnotation,
    /// A variable is declared twice, or after its use.
    DuplicateDeclaration,
    /// An option is given twice.
    DuplicateOptionName,
    /// Two variants have the same keys.
    DuplicateVariant,
    /// Well-formed and valid, but more than compiled text can hold.
    TooLarge,
}

impl ErrorKind {
    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "syntax-error",
            ErrorKind::VariantKeyMismatch => "variant-key-mismatch",
            ErrorKind::MissingFallbackVariant => "missing-fallback-variant",
            ErrorKind::MissingSelectorAnnotation => "missing-selector-annotation",
            ErrorKind::DuplicateDeclaration => "duplicate-declaration",
            ErrorKind::DuplicateOptionName => "duplicate-option-name",
            ErrorKind::DuplicateVariant => "duplicate-variant",
            ErrorKind::TooLarge => "too-large",
        }
    }
}

/// One error, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which rule is broken.
    pub kind: ErrorKind,
    /// The character it was found at, counted from 1.
    pub position: usize,
    /// What is wrong, in words.
    pub reason: String,
}

impl Error {
    /// `at` is a byte offset in `source`.
    pub(super) fn new(kind: ErrorKind, source: &str, at: usize, reason: impl Into<String>) -> Self {
        let position = 1 + source.char_indices().take_while(|(index, _)| *index < at).count();
        Error { kind, position, reason: reason.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {} ({})", self.position, self.reason, self.kind.name())
    }
}

impl core::error::Error for Error {}
