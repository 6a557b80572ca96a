//! The server as its clients see it: real sockets, byte by byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod access;
mod app;
mod bodies;
mod client;
mod connections;
mod control;
mod life;
mod scripts;
mod site;
mod timing;

use super::{Config, Running, start};

/// A server of the test's own.
async fn server() -> Running {
    start(Config::default()).await.unwrap()
}
