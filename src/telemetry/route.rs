//! The path of a URL without what may identify a person or a thing: all of a URL that may be shown or logged.

use alloc::string::String;

use crate::policy::text::{after, before};
use crate::policy::url::Url;

/// Segments longer than this are data, not names.
const MAX_SEGMENT: usize = 24;

/// `https://a.example/orders/17?x=y` → `/orders/{id}`. Segments that are not a plain word are masked, query and fragment
/// are dropped.
pub fn template(href: &str) -> String {
    let mut route = String::new();
    let mut rest = Url::split(href).map_or("", |url| url.path);
    while let Some(path) = after(rest, b'/') {
        let (segment, more) = before(path, b"/");
        rest = more;
        route.push('/');
        route.push_str(if is_plain(segment) { segment } else { "{id}" });
    }
    route
}

/// Whether a segment is a plain word, or the version of an interface.
pub(super) fn is_plain(segment: &str) -> bool {
    let plain = segment.len() <= MAX_SEGMENT
        && segment.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.'));
    let version = segment.len() <= 3 && after(segment, b'v').is_some();
    plain || version
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn identifiers_are_masked() {
        for (href, route) in [
            ("https://a.example/api/v2/orders/17?mail=a@b.c#x", "/api/v2/orders/{id}"),
            ("https://a.example/users/anna@example.org/mail", "/users/{id}/mail"),
            ("https://a.example/f/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/f/{id}"),
            ("https://a.example/t/eyJhbGciOiJIUzI1NiJ9", "/t/{id}"),
            ("https://a.example/t/abcdefghijklmnopqrstuvwxyz", "/t/{id}"),
            ("https://a.example", "/"),
            ("data:,secret", ""),
        ] {
            assert_eq!(template(href), route);
        }
    }
}
