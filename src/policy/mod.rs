//! What to do about failures: one file per policy, the options that set them, and the endpoint that puts them in order.
//!
//! A policy is complete [`settings::Settings`]: every layer (built-in ← `defaults` ← rule ← call) has been applied.

#![forbid(unsafe_code)]

pub mod auth;
pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod bulkhead;
pub mod doubt;
pub mod endpoint;
pub mod expect;
pub mod failover;
pub mod feature;
pub mod freshness;
pub mod hedge;
pub mod http_date;
pub mod inject;
pub mod latency;
pub mod lint;
pub mod options;
pub mod pacing;
pub mod pattern;
pub mod retry;
pub mod server_time;
pub mod settings;
pub(crate) mod text;
pub mod traffic;
pub mod url;
