//! What calls do to each other through the policies that they share: many calls in one engine, a scripted server for each
//! endpoint, virtual time. Tests are named after their case.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

mod auth;
mod body;
mod breaker;
mod bulkhead;
mod configure;
mod failover;
mod features;
mod freshness;
mod hedge;
mod holding;
mod metrics;
mod pacing;
mod presence;
mod properties;
mod shared;
mod stand_in;
mod world;
