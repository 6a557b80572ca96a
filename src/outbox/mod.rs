//! Writes that wait to be sent: whose turn it is, what an attempt's end makes of one, when it goes again.
//!
//! The writes themselves are in the browser's storage, which every tab shares (`browser/outbox`); what is decided here are
//! numbers, by two functions that remember nothing: [`Entry::turn`] for the order, [`Ended::verdict`] for the outcome. So a core
//! that was replaced after a trap decides the same.

#![forbid(unsafe_code)]

mod turn;
mod verdict;

pub use turn::{Entry, State, Turn, next};
pub use verdict::{Ended, MOST_WAIT, Verdict};
