//! The notice model: one cause, one notice, and nothing that flashes. Tests are named by case.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cadence;
mod features;
mod ladder;
mod one_cause;
mod pace;
mod people;
mod places;
mod property;
mod records;
mod recovery;
mod support;
