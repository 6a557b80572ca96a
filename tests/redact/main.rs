//! Nothing leaks: a corpus of what must not leave the page, properties of what does, and the table that the docs show.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

mod corpus;
mod leaks;
mod properties;
mod records;
mod secrets;
mod table;
