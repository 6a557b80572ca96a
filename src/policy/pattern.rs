//! URL patterns of rules: URLPattern syntax (WHATWG) without regular-expression groups.
//!
//! Literals, `:name` (one path segment or part of it), `*` (anything), `{…}?` (optional part), `\` escapes the next
//! character. A pattern that starts with `/` is a path at the page's own origin; one with a scheme names origin and path.
//! Query and fragment are never looked at. Matching costs at most pattern length × URL length: no backtracking.

use alloc::string::String;
use alloc::vec::Vec;

use super::url::Url;
use crate::list::contains;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// One or more bytes other than `/`.
    Segment,
    /// Anything, also nothing.
    Any,
    /// So many tokens after this one may be left out.
    Optional(usize),
}

/// A compiled pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    /// `None`: the page's own origin.
    origin: Option<Vec<Token>>,
    path: Vec<Token>,
    source: String,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong, in plain words.
    pub fn parse(source: &str) -> Result<Self, &'static str> {
        let (origin, path) = split(source.as_bytes())?;
        if contains(origin, b'{') {
            return Err("optional parts belong in the path");
        }
        Ok(Pattern {
            origin: (!origin.is_empty()).then(|| compile_host(origin)),
            path: compile(if path.is_empty() { b"/*" } else { path })?,
            source: source.into(),
        })
    }

    /// Whether the pattern covers this URL. `page_origin`: where path patterns are at home.
    pub fn matches(&self, url: Url<'_>, page_origin: &str) -> bool {
        let origin = match &self.origin {
            Some(tokens) => run(tokens, url.origin),
            None => url.origin == page_origin,
        };
        origin && run(&self.path, url.path)
    }

    /// The pattern as written: a route that is safe to show.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Origin and path; the origin is empty where the pattern is a path.
fn split(source: &[u8]) -> Result<(&[u8], &[u8]), &'static str> {
    let slash_from = |from: usize| {
        let rest = source.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len())
    };
    let at = slash_from(0);
    let (before, after) = source.split_at_checked(at).unwrap_or_default();
    if before.ends_with(b":") && after.starts_with(b"//") {
        return Ok(source.split_at_checked(slash_from(at + 2)).unwrap_or_default());
    }
    match source {
        [b'/' | b'*' | b'{', ..] => Ok((&[], source)),
        _ => Err("start it with \"/\" (a path) or with a scheme"),
    }
}

/// The host part has no names, only `*`; hosts are compared in lower case, as URLs are normalised.
fn compile_host(origin: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for byte in origin {
        tokens.push(if *byte == b'*' { Token::Any } else { Token::Byte(byte.to_ascii_lowercase()) });
    }
    tokens
}

fn compile(path: &[u8]) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    // Where the group that is open began.
    let mut group = None;
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        rest = after;
        let token = match byte {
            b'*' => Token::Any,
            b'\\' => {
                let [escaped, after @ ..] = rest else { return Err("a \"\\\" at the end escapes nothing") };
                rest = after;
                Token::Byte(*escaped)
            }
            b':' => {
                let [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] = rest else {
                    return Err("a \":\" must be followed by a name");
                };
                while let [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_', after @ ..] = rest {
                    rest = after;
                }
                Token::Segment
            }
            b'{' if group.is_some() => return Err("groups cannot be nested"),
            b'{' => {
                group = Some(tokens.len());
                // Known once the group ends.
                Token::Optional(0)
            }
            b'}' => {
                let Some(at) = group.take() else { return Err("a \"}\" lacks its \"{\"") };
                if let [b'?', after @ ..] = rest {
                    rest = after;
                    let length = tokens.len() - at - 1;
                    if let Some(token) = tokens.get_mut(at) {
                        *token = Token::Optional(length);
                    }
                }
                continue;
            }
            b'?' | b'#' => return Err("leave out \"?\" and \"#\": query and fragment are never looked at"),
            b'(' => return Err("regular-expression groups are not supported; use :name or *"),
            other => Token::Byte(*other),
        };
        tokens.push(token);
    }
    if group.is_some() { Err("a \"{\" lacks its \"}\"") } else { Ok(tokens) }
}

/// Runs the tokens as a nondeterministic automaton: which of them the bytes so far may have led to.
fn run(tokens: &[Token], text: &str) -> bool {
    let mut reached = Vec::new();
    reached.push(true);
    // `vec!` and `resize` would be code of their own.
    #[allow(clippy::same_item_push)]
    for _ in tokens {
        reached.push(false);
    }
    skip_empty(tokens, &mut reached);
    for byte in text.bytes() {
        // Who was at the end is now past it.
        if let Some(end) = reached.last_mut() {
            *end = false;
        }
        // From the last token on, so that one byte takes nobody two tokens further.
        for (at, token) in tokens.iter().enumerate().rev() {
            let Some([here, next, ..]) = reached.get_mut(at..) else { continue };
            let (stay, advance) = match token {
                Token::Byte(expected) => (false, *expected == byte),
                Token::Segment => (byte != b'/', byte != b'/'),
                Token::Any => (true, false),
                Token::Optional(_) => (false, false),
            };
            *next |= *here && advance;
            *here &= stay;
        }
        skip_empty(tokens, &mut reached);
    }
    reached.last().copied().unwrap_or(false)
}

/// Some tokens may stand for nothing: whoever reached one has reached what follows.
fn skip_empty(tokens: &[Token], reached: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        let length = match token {
            Token::Any => 0,
            Token::Optional(length) => *length,
            _ => continue,
        };
        let Some([true, rest @ ..]) = reached.get_mut(at..) else { continue };
        for next in [0, length] {
            if let Some(next) = rest.get_mut(next) {
                *next = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, href: &str) -> bool {
        let pattern = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        Url::split(href).is_some_and(|url| pattern.matches(url, "https://app.example"))
    }

    #[test]
    fn paths_at_the_pages_own_origin() {
        assert!(matches("/api/orders", "https://app.example/api/orders?q=1"));
        assert!(!matches("/api/orders", "https://app.example/api/orders/1"));
        assert!(!matches("/api/orders", "https://other.example/api/orders"));
        assert!(matches("/api/orders/:id", "https://app.example/api/orders/17"));
        assert!(!matches("/api/orders/:id", "https://app.example/api/orders/"));
        assert!(!matches("/api/orders/:id", "https://app.example/api/orders/1/2"));
        assert!(matches("/api/:kind/:id.json", "https://app.example/api/orders/17.json"));
        assert!(matches("/api/*", "https://app.example/api/"));
        assert!(matches("/api/*/items", "https://app.example/api/a/b/items"));
        assert!(matches("*", "https://app.example/"));
    }

    #[test]
    fn origins() {
        assert!(matches("https://api.example.com/*", "https://api.example.com/v1/a"));
        assert!(!matches("https://api.example.com/*", "http://api.example.com/v1/a"));
        assert!(matches("https://*.example.com/v1/*", "https://eu.example.com/v1/a"));
        assert!(!matches("https://*.example.com/v1/*", "https://example.org/v1/a"));
        assert!(matches("https://API.example.com", "https://api.example.com/any"));
        assert!(matches("http://localhost:8080/a", "http://localhost:8080/a"));
    }

    #[test]
    fn optional_parts_and_escapes() {
        assert!(matches("/api{/v2}?/orders", "https://app.example/api/orders"));
        assert!(matches("/api{/v2}?/orders", "https://app.example/api/v2/orders"));
        assert!(!matches("/api{/v2}/orders", "https://app.example/api/orders"));
        assert!(matches("/a{b}?{c}?{*}?{d}?{/:e}?f", "https://app.example/acf"));
        assert!(
            matches("/{a}?{b}?", "https://app.example/") && !matches("/{a}?{b}?", "https://app.example/ba")
        );
        assert!(
            matches("/a{/:id}?", "https://app.example/a/1")
                && !matches("/a{/:id}?", "https://app.example/a/")
        );
        assert!(matches("/a\\:b", "https://app.example/a:b"));
    }

    #[test]
    fn mistakes_are_named() {
        for source in ["api", "/a{b", "/a}b", "/a/:", "/a\\", "/a?b=c", "/(\\d+)", "/{a{b}}", "https://{a}/"]
        {
            assert!(Pattern::parse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn a_hostile_url_costs_little() {
        let pattern = "/*a*a*a*a*a*a*a*a*a*a*b";
        let href = format!("https://app.example/{}", "a".repeat(20_000));
        assert!(!matches(pattern, &href));
    }
}
