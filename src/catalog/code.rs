//! The compiled form of messages, as the compiler writes it and the reader takes it.
//!
//! Compiled text is a valid string in all its parts, so that reading it is slicing and nothing has to be validated as
//! UTF-8 at run time. A *number* is one to four characters below U+0080, six bits each, lowest first; bit 0x40 says that
//! another one follows. A *text* is its length in bytes, then its bytes.
//!
//! ```text
//! catalog     VERSION, text locale, text voice, number direction (0 unknown, 1 left to right, 2 right to left), entry*
//! entry       text id, text content; content = number slots (bit 0 = title, …), then a text per slot set: a message;
//!             with bit 5 instead a number, by which the host knows where the message is
//! message     number declarations, declaration*, number selectors, number* (declarations selected on), body
//! declaration text name, expression
//! body        without selectors: part*
//!             with selectors: number variants, then for each a key per selector and a text: part*
//! key         number: 0 = catch-all, else length + 1 of the literal that follows
//! part        number: length of the literal text that follows, or 0: an expression follows
//! expression  operand, number function; where there is one: number options, option*
//! option      text name, operand
//! operand     number kind, then: NONE and LITERAL and EXTERNAL a text, DECLARED a number
//! ```
//!
//! What only the compiler needs is not there in the Wasm file that every page loads.
//!
//! Markup and attributes leave no trace: they format to nothing. An expression without operand keeps its function's name
//! in the operand's place, which is all that its fallback shows.

/// What compiled text starts with; another form gets another one.
pub(super) const VERSION: &str = "M1";

/// The slots of a message, in the order of their bits.
#[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
pub(super) const SLOTS: [&str; 5] = ["title", "body", "safe", "action", "help"];

/// No operand; the name of the function follows.
pub(super) const NONE: usize = 0;
/// A literal.
pub(super) const LITERAL: usize = 1;
/// A value that the caller passes in.
pub(super) const EXTERNAL: usize = 2;
/// The value of an earlier declaration, by its index.
pub(super) const DECLARED: usize = 3;

/// An expression without function.
pub(super) const PLAIN: usize = 0;
/// `:string`
pub(super) const STRING: usize = 1;
/// `:number`
pub(super) const NUMBER: usize = 2;
/// `:integer`
pub(super) const INTEGER: usize = 3;
/// `:percent`
pub(super) const PERCENT: usize = 4;
/// `:currency`
pub(super) const CURRENCY: usize = 5;
/// `:unit`
pub(super) const UNIT: usize = 6;
/// `:offset`
pub(super) const OFFSET: usize = 7;
/// `:date`
pub(super) const DATE: usize = 8;
/// `:time`
pub(super) const TIME: usize = 9;
/// `:datetime`
pub(super) const DATETIME: usize = 10;
/// A function that this version does not know.
#[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
pub(super) const UNKNOWN: usize = 11;

/// `:test:function`, `:test:select` and `:test:format`.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const TEST_FUNCTION: usize = 12;
#[cfg(not(target_arch = "wasm32"))]
pub(super) const TEST_SELECT: usize = 13;
#[cfg(not(target_arch = "wasm32"))]
pub(super) const TEST_FORMAT: usize = 14;

/// Among a message's slots: it is the app's own, its texts are elsewhere, and a number follows for where.
pub(super) const ELSEWHERE: usize = 32;

/// The most that a number can say, hence the longest text in bytes: 16 MB.
#[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
pub(super) const MAX_NUMBER: usize = 0xff_ffff;

/// The most selectors of one message: a variant's ranks are compared as one 64-bit number.
#[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
pub(super) const MAX_SELECTORS: usize = 32;
