//! What happened, in a form that can be shown: timelines of calls.

#![forbid(unsafe_code)]

pub mod route;
pub mod timeline;
