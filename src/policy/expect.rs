//! Whether an answer's content type is the one that the call expects (`expect`), judged by the header alone.

use super::text::{after, before};
use crate::list::contains;

/// Whether `actual` (a Content-Type field) satisfies `expected` ("application/json", "image/*", "*/*").
///
/// Parameters are ignored. `application/json` also accepts structured suffixes (`application/problem+json`; RFC 6839 §3.1).
pub fn accepts(expected: &str, actual: Option<&str>) -> bool {
    let Some((kind, subtype)) = actual.and_then(essence) else { return false };
    let Some((wanted_kind, wanted_subtype)) = essence(expected) else { return false };
    let covers = |wanted: &str, found: &str| wanted == "*" || wanted.eq_ignore_ascii_case(found);
    let mut suffix = subtype;
    while let Some(rest) = after(before(suffix, b"+").1, b'+') {
        suffix = rest;
    }
    covers(wanted_kind, kind) && (covers(wanted_subtype, subtype) || covers(wanted_subtype, suffix))
}

/// Type and subtype without parameters; `None` where it is not a media type or range.
pub fn essence(text: &str) -> Option<(&str, &str)> {
    let (kind, subtype) = before(before(text, b";").0.trim_ascii(), b"/");
    let subtype = after(subtype, b'/')?;
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || contains(b"!#$%&'*+-.^_`|~", b))
    };
    (token(kind) && token(subtype)).then_some((kind, subtype))
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn types_ranges_and_suffixes() {
        for (expected, actual) in [
            ("application/json", "application/json"),
            ("application/json", "Application/JSON; charset=utf-8"),
            ("application/json", "application/problem+json"),
            ("image/*", "image/png"),
            ("*/*", "text/html"),
        ] {
            assert!(accepts(expected, Some(actual)), "{expected} {actual}");
        }
        for (expected, actual) in [
            ("application/json", Some("text/html")),
            ("application/json", Some("text/json")),
            ("application/json", None),
            ("application/json", Some("")),
            ("application/json", Some("json")),
            ("image/*", Some("text/html")),
            ("nonsense", Some("text/html")),
        ] {
            assert!(!accepts(expected, actual), "{expected} {actual:?}");
        }
    }
}
