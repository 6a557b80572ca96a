//! The message catalog: syntax and its errors, formatting, robustness, and the English catalog's wording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod builtin;
mod english;
mod formatting;
mod model;
mod numbers;
mod robustness;
mod suite;
mod support;
mod syntax;
