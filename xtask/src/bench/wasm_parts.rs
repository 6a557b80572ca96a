//! Where the Wasm's bytes come from: function bodies by the module of the crate they belong to, by the name section.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rustc_demangle::demangle;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// A part's name, its bytes in the module, and those bytes.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The parts of a module with names, most bytes first; custom sections are left out, as they do not ship.
pub(super) fn parts(wasm: &[u8]) -> Result<Vec<Part>> {
    split(wasm, group)
}

/// The same with each function a part of its own.
pub(super) fn functions(wasm: &[u8]) -> Result<Vec<Part>> {
    split(wasm, str::to_owned)
}

fn split(wasm: &[u8], group: impl Fn(&str) -> String) -> Result<Vec<Part>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut sum: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut add = |name: &str, range: std::ops::Range<usize>| -> Result<()> {
        let bytes = wasm.get(range).context("a range outside the module")?;
        sum.entry(name.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    };
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                add("(imports)", section.range())?;
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::TypeSection(section) => add("(types, tables, globals)", section.range())?,
            Payload::FunctionSection(section) => add("(types, tables, globals)", section.range())?,
            Payload::TableSection(section) => add("(types, tables, globals)", section.range())?,
            Payload::MemorySection(section) => add("(types, tables, globals)", section.range())?,
            Payload::GlobalSection(section) => add("(types, tables, globals)", section.range())?,
            Payload::ElementSection(section) => add("(types, tables, globals)", section.range())?,
            Payload::ExportSection(section) => add("(exports)", section.range())?,
            Payload::DataSection(section) => add("(data: catalog, strings, tables)", section.range())?,
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(reader) = section.as_known() {
                    for subsection in reader {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                // Without the hash at its end.
                                names.insert(naming.index, format!("{:#}", demangle(naming.name)));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (index, range) in (imported..).zip(bodies) {
        add(&group(names.get(&index).map(String::as_str).unwrap_or_default()), range)?;
    }
    let mut parts: Vec<Part> = sum.into_iter().map(|(name, bytes)| Part { name, bytes }).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes.len()));
    Ok(parts)
}

/// Types without a path: what is done with them is core's.
const PRIMITIVES: [&str; 16] = [
    "str", "char", "bool", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f64",
];

/// Functions without a path that the compiler calls where an instruction is missing.
const BUILTINS: [&str; 8] = ["memcmp", "bcmp", "memcpy", "memmove", "memset", "__multi3", "fmin", "fmax"];

/// The part that a function belongs to: our own modules one by one, other crates whole.
fn group(function: &str) -> String {
    let path = owner(function);
    let path = path.split(" as ").next().unwrap_or_default();
    let mut segments =
        path.split("::").map(|segment| segment.split(['[', '<', '{', '>']).next().unwrap_or_default());
    match (segments.next().unwrap_or_default(), segments.next()) {
        ("steadfetch", Some(module)) if module.starts_with(|first: char| first.is_ascii_lowercase()) => {
            format!("steadfetch::{module}")
        }
        ("steadfetch", _) => "steadfetch".into(),
        // The compiler's own symbols: the panic handler, the allocator's entry points.
        ("__rustc", _) => "std".into(),
        (name, _) if PRIMITIVES.contains(&name) => "core".into(),
        // No path: what the compiler counts on, and our exports. Without a name: what wasm-opt has made.
        (name, None) if BUILTINS.contains(&name) => "compiler_builtins".into(),
        ("", None) => "(without a name)".into(),
        (_, None) => "steadfetch::browser (exports)".into(),
        (name, Some(_)) => name.to_owned(),
    }
}

/// The path that decides: of `<a::B as c::D>::e` it is `a::B`, of `core::ptr::drop_in_place<a::B>` too.
fn owner(function: &str) -> &str {
    let mut path = function;
    for dropping in ["core::ptr::drop_in_place<", "core::ptr::drop_in_place::<"] {
        path = path.strip_prefix(dropping).unwrap_or(path);
    }
    loop {
        let shorter = path.trim_start_matches(['<', '&', '[', '(', '*', ' ']);
        let shorter = ["dyn ", "mut ", "const ", "impl "]
            .iter()
            .find_map(|word| shorter.strip_prefix(word))
            .unwrap_or(shorter);
        if shorter.len() == path.len() {
            return path;
        }
        path = shorter;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_function_belongs_to_its_module_or_crate() {
        for (function, expected) in [
            ("steadfetch::policy::retry::plan::h0123456789abcdef", "steadfetch::policy"),
            ("<steadfetch::call::Call as core::fmt::Debug>::fmt::h01", "steadfetch::call"),
            ("steadfetch[8f2a]::engine::Engine::tick", "steadfetch::engine"),
            ("core::ptr::drop_in_place<steadfetch::notice::card::Card>::h01", "steadfetch::notice"),
            ("<&mut steadfetch::catalog::Reader as core::iter::Iterator>::next", "steadfetch::catalog"),
            ("steadfetch::start", "steadfetch::start"),
            ("steadfetch::Millis::from", "steadfetch"),
            ("<alloc::vec::Vec<steadfetch::call::Call> as core::ops::Drop>::drop", "alloc"),
            ("<dyn core::any::Any>::type_id", "core"),
            ("talc::base::Talc<O,B>::malloc", "talc"),
            ("<str as core::fmt::Debug>::fmt::h01", "core"),
            ("<str>::find::<char>", "core"),
            ("core::str::slice_error_fail", "core"),
            ("__rustc[1a2b]::rust_begin_unwind", "std"),
            ("__multi3", "compiler_builtins"),
            ("admit", "steadfetch::browser (exports)"),
            ("", "(without a name)"),
        ] {
            assert_eq!(group(function), expected, "{function}");
        }
    }

    #[test]
    fn sums_bodies_by_group_and_leaves_out_the_names() {
        // (func $f), (func $g) with names "steadfetch::call::f", mangled as rustc does, and "core::g".
        let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\x00\x00\x03\x03\x02\x00\x00".to_vec();
        wasm.extend(b"\x0a\x08\x02\x02\x00\x0b\x03\x00\x01\x0b");
        let mut names = b"\x04name\x01".to_vec();
        let list = b"\x02\x00\x2a_ZN10steadfetch4call1f17h796a0f88454af451E\x01\x07core::g";
        names.push(list.len() as u8);
        names.extend(list);
        wasm.extend([0, names.len() as u8]);
        wasm.extend(names);

        let found: Vec<_> =
            parts(&wasm).unwrap().into_iter().map(|part| (part.name, part.bytes.len())).collect();
        let expected = [("(types, tables, globals)", 7), ("core", 3), ("steadfetch::call", 2)];
        assert_eq!(found, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    }
}
