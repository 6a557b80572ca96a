//! Compiles the built-in catalogs (being written).

fn main() {}
