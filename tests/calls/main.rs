//! Calls through the engine, natively: a scripted server, a virtual clock, no I/O. Tests are named after their case.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

mod abort;
mod backoff;
mod limits;
mod properties;
mod retry;
mod server_timing;
mod world;
