//! The parts of a URL that policies look at.

use super::text::before;

/// A normalised absolute http(s) URL, taken apart; borrowed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// Scheme and authority: `https://api.example.com:8443`.
    pub origin: &'a str,
    /// From the first `/` up to the query.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// Takes apart what the URL parser has normalised (a `URL`'s `href`); `None` for other schemes and for what is no URL.
    pub fn split(href: &'a str) -> Option<Self> {
        let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"))?;
        let (host, rest) = before(rest, b"/?#");
        let origin = href.get(..href.len() - rest.len())?;
        let (path, _) = before(rest, b"?#");
        (!host.is_empty()).then_some(Url { origin, path: if path.is_empty() { "/" } else { path } })
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn takes_urls_apart() {
        let split = |href| Url::split(href).map(|url| (url.origin, url.path));
        assert_eq!(split("https://a.example/b/c?d#e"), Some(("https://a.example", "/b/c")));
        assert_eq!(split("http://localhost:8080/"), Some(("http://localhost:8080", "/")));
        assert_eq!(split("https://a.example?x"), Some(("https://a.example", "/")));
        for other in ["data:,x", "blob:https://a/b", "https://", "/relative", "", "ftp://x/y", "https"] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
