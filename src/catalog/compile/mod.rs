//! From MessageFormat 2 source to compiled text: parser, data model, checks, encoder.
//!
//! Only where there is room for it: the build script and `xtask` take this folder in by its path, native programs and tests
//! through the crate, and pages with a catalog of their own load it as a Wasm file of its own. So nothing here names anything
//! outside but `code`, the compiled form.

mod catalog;
mod check;
mod encode;
mod error;
pub mod model;
mod names;
mod parse;
mod set;
mod syntax;

pub use catalog::{Problem, Source, compile, compile_what_is_right, direction};
pub use encode::{Encoded, encode, write_number};
pub use error::{Error, ErrorKind};
pub use parse::{parse, parse_with};
pub use syntax::Normalize;
