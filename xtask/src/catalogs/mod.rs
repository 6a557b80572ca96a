//! The words of notices: built-in catalogs to modules for the bundler, a pseudo-locale, and what holds catalogs to the rules.

mod built_in;
mod lint;
mod pseudo;
mod rules;
mod source;

// The compiler as the core has it, by its path: so a build does not wait for the core to compile for this machine.
#[allow(dead_code, unreachable_pub, unused_imports, unexpected_cfgs, missing_docs)]
#[path = "../../../src/catalog/code.rs"]
mod code;
#[allow(dead_code, unreachable_pub, unused_imports, unexpected_cfgs)]
#[path = "../../../src/catalog/compile/mod.rs"]
mod compile;

pub(crate) use built_in::{is_language, write as write_built_in};
pub(crate) use lint::command;
