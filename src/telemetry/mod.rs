//! What happened, in a form that can be shown: timelines of calls, and counts.

#![forbid(unsafe_code)]

pub mod metrics;
pub mod redact;
pub mod route;
pub mod timeline;
