//! URL patterns of rules: URLPattern syntax (WHATWG) without regular-expression groups.
//!
//! Literals, `:name` (one path segment or part of it), `*` (anything), `{…}?` (optional part), `\` escapes the next
//! character. A pattern that starts with `/` is a path at the page's own origin; one with a scheme names origin and path.
//! Query and fragment are never looked at. Matching costs at most pattern length × URL length: no backtracking.

use super::url::Url;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// At most so many optional parts, since each doubles the alternatives.
const MAX_OPTIONAL: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// One or more bytes other than the separator.
    Segment,
    /// Anything, also nothing.
    Any,
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// `None`: the page's own origin.
    origin: Option<Vec<Token>>,
    paths: Vec<Vec<Token>>,
    source: String,
}

impl Pattern {
    /// Compiles a pattern; the error says in plain words what is wrong.
    pub fn parse(source: &str) -> Result<Self, &'static str> {
        let scheme = source.find("://").filter(|at| !source.get(..*at).unwrap_or_default().contains('/'));
        let (origin, path) = if scheme.is_none() && source.starts_with(['/', '*', '{']) {
            (None, source)
        } else {
            let scheme_end = scheme.ok_or("start it with \"/\" (a path) or with a scheme")?;
            let rest = source.get(scheme_end + 3..).unwrap_or_default();
            let path_at = rest.find('/').map_or(source.len(), |at| scheme_end + 3 + at);
            let origin = source.get(..path_at).unwrap_or_default();
            if origin.contains('{') {
                return Err("optional parts belong in the path");
            }
            (Some(compile_host(origin)), source.get(path_at..).unwrap_or_default())
        };
        let path = if path.is_empty() { "/*" } else { path };
        if path.contains(['?', '#'])
            && path.split(['?', '#']).next().is_some_and(|before| !before.ends_with('}'))
        {
            return Err("leave out \"?\" and \"#\": query and fragment are never looked at");
        }
        if path.contains('(') {
            return Err("regular-expression groups are not supported; use :name or *");
        }
        let mut paths = Vec::new();
        for alternative in alternatives(path)? {
            paths.push(compile(alternative.as_bytes())?);
        }
        Ok(Pattern { origin, paths, source: source.into() })
    }

    /// Whether the pattern covers this URL. `page_origin`: where path patterns are at home.
    pub fn matches(&self, url: Url<'_>, page_origin: &str) -> bool {
        let origin = match &self.origin {
            Some(tokens) => run(tokens, url.origin.as_bytes(), b"./"),
            None => url.origin == page_origin,
        };
        origin && self.paths.iter().any(|path| run(path, url.path.as_bytes(), b"/"))
    }

    /// The pattern as written: a route that is safe to show.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// The host part has no names, only `*`; hosts are compared in lower case, as URLs are normalised.
fn compile_host(origin: &str) -> Vec<Token> {
    origin
        .bytes()
        .map(|byte| if byte == b'*' { Token::Any } else { Token::Byte(byte.to_ascii_lowercase()) })
        .collect()
}

/// Every way to take or leave the optional parts.
fn alternatives(path: &str) -> Result<Vec<String>, &'static str> {
    let mut found = vec![String::new()];
    let mut rest = path;
    let mut optional = 0;
    while let Some(open) = rest.find('{') {
        let (before, from_brace) = rest.split_at(open);
        let (group, after) =
            from_brace.get(1..).and_then(|text| text.split_once('}')).ok_or("a \"{\" lacks its \"}\"")?;
        if group.contains('{') {
            return Err("groups cannot be nested");
        }
        found.iter_mut().for_each(|text| text.push_str(before));
        rest = match after.strip_prefix('?') {
            Some(rest) => {
                optional += 1;
                if optional > MAX_OPTIONAL {
                    return Err("at most four optional parts");
                }
                let without = found.clone();
                found.iter_mut().for_each(|text| text.push_str(group));
                found.extend(without);
                rest
            }
            None => {
                found.iter_mut().for_each(|text| text.push_str(group));
                after
            }
        };
    }
    if rest.contains('}') {
        return Err("a \"}\" lacks its \"{\"");
    }
    found.iter_mut().for_each(|text| text.push_str(rest));
    Ok(found)
}

fn compile(source: &[u8]) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    let mut bytes = source.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' => tokens.push(Token::Any),
            b'\\' => tokens.push(Token::Byte(bytes.next().ok_or("a \"\\\" at the end escapes nothing")?)),
            b':' => {
                let named = bytes.next_if(|b| b.is_ascii_alphabetic() || *b == b'_').is_some();
                if !named {
                    return Err("a \":\" must be followed by a name");
                }
                while bytes.next_if(|b| b.is_ascii_alphanumeric() || *b == b'_').is_some() {}
                tokens.push(Token::Segment);
            }
            other => tokens.push(Token::Byte(other)),
        }
    }
    Ok(tokens)
}

/// Runs the tokens as a nondeterministic automaton: the set of positions that may be reached after each byte.
fn run(tokens: &[Token], text: &[u8], separators: &[u8]) -> bool {
    let mut reached = vec![false; tokens.len() + 1];
    let mut next = reached.clone();
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_empty(tokens, &mut reached);
    for byte in text {
        next.fill(false);
        for (at, token) in tokens.iter().enumerate() {
            if !reached.get(at).copied().unwrap_or(false) {
                continue;
            }
            let (stay, advance) = match token {
                Token::Byte(expected) => (false, expected == byte),
                Token::Segment => {
                    let inside = !separators.contains(byte);
                    (inside, inside)
                }
                Token::Any => (true, false),
            };
            if stay && let Some(slot) = next.get_mut(at) {
                *slot = true;
            }
            if advance && let Some(slot) = next.get_mut(at + 1) {
                *slot = true;
            }
        }
        skip_empty(tokens, &mut next);
        core::mem::swap(&mut reached, &mut next);
    }
    reached.last().copied().unwrap_or(false)
}

/// `Any` may stand for nothing: whoever reached it has reached what follows.
fn skip_empty(tokens: &[Token], reached: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        if *token == Token::Any
            && reached.get(at).copied().unwrap_or(false)
            && let Some(slot) = reached.get_mut(at + 1)
        {
            *slot = true;
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
        assert!(matches("/a\\:b", "https://app.example/a:b"));
    }

    #[test]
    fn mistakes_are_named() {
        for source in
            ["api", "/a{b", "/a}b", "/a/:", "/a\\", "/a?b=c", "/(\\d+)", "/{a{b}}", "/{a}?{b}?{c}?{d}?{e}?"]
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
