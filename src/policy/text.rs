//! Taking text apart at ASCII characters. The standard library's searching is made for long texts and large in a Wasm file.

use crate::list::contains;
use alloc::string::String;

/// What stands before the first of these characters, and the rest from it on (empty where there is none).
pub fn before<'a>(text: &'a str, ends: &[u8]) -> (&'a str, &'a str) {
    let at = text.bytes().position(|byte| contains(ends, byte)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// The rest after this character, which must be the first.
pub fn after(text: &str, first: u8) -> Option<&str> {
    match text.split_at_checked(1) {
        Some((head, rest)) if head.as_bytes() == [first] => Some(rest),
        _ => None,
    }
}

/// Appends a text with a `\` before each of these characters. Control characters among them are named by their code, as in
/// JSON: `\u0000` to `\u001f`.
pub fn push_escaped(out: &mut String, mut text: &str, special: &[u8]) {
    loop {
        let (plain, rest) = before(text, special);
        out.push_str(plain);
        let Some((found, rest)) = rest.split_at_checked(1) else { return };
        out.push('\\');
        match found.as_bytes() {
            [control @ ..0x20] => {
                out.push_str(if *control < 0x10 { "u000" } else { "u001" });
                out.push(char::from_digit(u32::from(*control & 15), 16).unwrap_or('0'));
            }
            _ => out.push_str(found),
        }
        text = rest;
    }
}

/// The value of a string of ASCII digits, saturating at `u64::MAX`; `None` for anything else, a sign included.
pub fn integer(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!(before("a/b?c", b"?/"), ("a", "/b?c"));
        assert_eq!(before("日本", b"/"), ("日本", ""));
        assert_eq!(
            (after("/a", b'/'), after("a/", b'/'), after("", b'/'), after("日", b'/')),
            (Some("a"), None, None, None)
        );
    }

    #[test]
    fn only_digits_are_a_number() {
        assert_eq!((integer("07"), integer("99999999999999999999")), (Some(7), Some(u64::MAX)));
        assert!(["", "+1", "-1", "1.5", " 1", "١"].iter().all(|text| integer(text).is_none()));
    }
}
