//! URLs, reduced to what names a place in an app and nobody in particular.

use alloc::string::String;

use super::mask;
use crate::policy::text::{after, before, integer};
use crate::policy::url::Url;
use crate::telemetry::route::is_plain;

/// What stands behind these names a person or their things, however plain it looks.
const COLLECTIONS: &str = "|users|user|u|home|people|person|persons|members|member|customers|customer|patients|patient|\
profiles|profile|accounts|account|contacts|contact|employees|employee|students|student|tenants|tenant|orgs|teams|invite|\
invites|reset|verify|confirm|token|tokens|share|shared|s|";

/// `https://anna:pw@a.example:8443/v1/17?x` → `https://a.example:8443/v1/{id}`; nothing where it is no http(s) URL.
pub fn address(href: &str) -> Option<String> {
    let url = Url::split(href)?;
    let (scheme, host) = url.origin.split_once("://")?;
    // Names and passwords stand before the last of them.
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let mut out = String::from(scheme);
    out.push_str("://");
    let (host, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.len() <= 5 && integer(port).is_some() => (name, host.get(name.len()..)),
        _ => (host, None),
    };
    // An IPv6 address is a server's, and has no labels.
    let literal =
        host.starts_with('[') && host.bytes().all(|byte| byte.is_ascii_hexdigit() || b"[:.]".contains(&byte));
    let mut labels = if literal { "" } else { host };
    out.push_str(if literal { host } else { "" });
    loop {
        let (label, rest) = before(labels, b".");
        let known = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        out.push_str(if known && label.len() <= 40 && !mask::is_secret(label) { label } else { "{id}" });
        let Some(more) = after(rest, b'.') else { break };
        out.push('.');
        labels = more;
    }
    out.push_str(port.unwrap_or_default());
    if url.path != "/" {
        out.push_str(&path(url.path));
    }
    Some(out)
}

/// A path whose segments are plain words, version numbers, or `{id}`; query and fragment are dropped. Of a pattern that the app
/// has written, `:name`, `*` and `{…}?` stay.
pub fn path(text: &str) -> String {
    let (mut rest, _) = before(text, b"?#");
    let mut out = String::new();
    let mut whose = false;
    while let Some(more) = after(rest, b'/') {
        let (segment, next) = before(more, b"/");
        rest = next;
        out.push('/');
        let parameter = is_parameter(segment);
        let plain = parameter || segment.is_empty() || (!whose && is_plain(segment));
        out.push_str(if plain { segment } else { "{id}" });
        whose = is_collection(segment);
    }
    out
}

/// `:id`, `*`, `{id}`, `{/:id}?`.
fn is_parameter(segment: &str) -> bool {
    let named = |name: &str| name.len() <= 24 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    segment == "*"
        || after(segment, b':').is_some_and(named)
        || segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(named)
}

fn is_collection(segment: &str) -> bool {
    let mut name = String::from("|");
    name.push_str(&segment.to_ascii_lowercase());
    name.push('|');
    COLLECTIONS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_where_and_not_who() {
        for (href, out) in [
            ("https://a.example/orders/17?mail=a@b.c#x", "https://a.example/orders/{id}"),
            ("https://anna:pw@a.example:8443/v1", "https://a.example:8443/v1"),
            ("https://a@b@c.example/", "https://c.example"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
            ("http://127.0.0.1:40123/", "http://127.0.0.1:40123"),
            ("https://3f2504e0-4f89-11d3-9a0c-0305e82c3301.example/x", "https://{id}.example/x"),
            ("https://a.example/users/anna/mail", "https://a.example/users/{id}/mail"),
            ("https://a.example/Home/anna", "https://a.example/Home/{id}"),
        ] {
            assert_eq!(address(href).as_deref(), Some(out), "{href}");
        }
        for other in ["data:,secret", "/relative", "javascript:x", "", "anna@example.org"] {
            assert_eq!(address(other), None, "{other}");
        }
    }

    #[test]
    fn patterns_of_the_app_stay_and_what_only_looks_like_one_does_not() {
        assert_eq!(path("/users/:id/mail/*"), "/users/:id/mail/*");
        assert_eq!(path("/users/{id}/mail?x=1"), "/users/{id}/mail");
        assert_eq!(path("/a/{4111111111111111}/:4242"), "/a/{id}/{id}");
        assert_eq!(path("no path"), "");
    }
}
