//! A Wasm file's outer structure: eight bytes, then sections of one id byte, a length and a body.

use std::ops::Range;

use anyhow::{Context as _, Result, ensure};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// Drops the custom sections (names, producers, target features): no engine needs them.
pub(super) fn without_custom(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut kept = HEADER.to_vec();
    for (id, range) in sections(wasm)? {
        if id != CUSTOM {
            kept.extend_from_slice(wasm.get(range).context("a section ends after the file")?);
        }
    }
    Ok(kept)
}

/// Each section's id and the bytes it spans, its id and length included.
fn sections(wasm: &[u8]) -> Result<Vec<(u8, Range<usize>)>> {
    ensure!(wasm.starts_with(HEADER), "this is no Wasm module");
    let mut found = Vec::new();
    let mut at = HEADER.len();
    while let Some(&id) = wasm.get(at) {
        let (length, used) =
            unsigned(wasm.get(at + 1..).unwrap_or_default()).context("a section's length")?;
        let end = at + 1 + used + length;
        found.push((id, at..end));
        at = end;
    }
    Ok(found)
}

/// An LEB128 number of up to 32 bits, and how many bytes it took.
fn unsigned(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut wasm = HEADER.to_vec();
        for (id, body) in sections {
            wasm.extend([*id, body.len() as u8]);
            wasm.extend(*body);
        }
        wasm
    }

    #[test]
    fn keeps_all_but_custom_sections() {
        let wasm = module(&[(0, b"\x04nameX"), (1, b"types"), (0, b""), (10, b"code")]);
        assert_eq!(without_custom(&wasm).unwrap(), module(&[(1, b"types"), (10, b"code")]));
    }

    #[test]
    fn reads_long_lengths() {
        assert_eq!(unsigned(&[0xe5, 0x8e, 0x26]), Some((624_485, 3)));
        assert_eq!(unsigned(&[0x80]), None);
        let mut wasm = HEADER.to_vec();
        wasm.extend([10, 0x81, 0x01]);
        wasm.extend([7; 129]);
        assert_eq!(sections(&wasm).unwrap(), [(10, 8..140)]);
    }

    #[test]
    fn refuses_what_is_cut_off() {
        assert!(without_custom(b"no wasm at all").is_err());
        let wasm = module(&[(1, b"types")]);
        assert!(without_custom(&wasm[..wasm.len() - 1]).is_err());
    }
}
