//! From MessageFormat 2 source to compiled text: parser, data model, checks, encoder.
//!
//! Only where there is room for it: the build script takes this folder in by its path, native programs and tests through
//! the crate. So nothing here names anything outside but `code`, the compiled form.

mod catalog;
mod check;
mod encode;
mod error;
pub mod model;
mod names;
mod parse;
mod syntax;

pub use catalog::{Problem, Source, compile, direction};
pub use encode::{Encoded, encode};
pub use error::{Error, ErrorKind};
pub use parse::parse;
