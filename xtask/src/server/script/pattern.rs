//! Which requests a rule is for: `GET /orders/*?q`.

/// A method and a path with wildcards, and maybe a condition on the query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::server) struct Pattern {
    /// None: any method.
    method: Option<String>,
    segments: Vec<Segment>,
    /// The path may go on.
    open: bool,
    query: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    Exact(String),
    Any,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Has(String),
    HasNot(String),
    Equals(String),
}

impl Pattern {
    /// Reads `METHOD /path`; `*` stands for any method or for one segment, a last `**` for the rest of the path.
    /// Behind `?`: `q` (is there), `!q` (is not), `q=x` (is exactly that, as written in the URL), joined by `&`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (method, target) = match text.split_once(' ') {
            Some((method, target)) => (method, target.trim_start()),
            None => ("*", text),
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some(path) = path.strip_prefix('/') else {
            return Err(format!("expected `METHOD /path`, got `{text}`"));
        };
        if !method.bytes().all(|byte| byte.is_ascii_alphabetic() || b"*-".contains(&byte)) {
            return Err(format!("`{method}` is no method"));
        }
        let (path, open) = match path.strip_suffix("**") {
            Some(start) if start.is_empty() || start.ends_with('/') => (start.trim_end_matches('/'), true),
            Some(_) => return Err("`**` stands alone, as the last segment".to_owned()),
            None => (path, false),
        };
        if path.split('/').any(|segment| segment == "**") {
            return Err("`**` comes last".to_owned());
        }
        let segments =
            if open && path.is_empty() { Vec::new() } else { path.split('/').map(segment).collect() };
        Ok(Self {
            method: (method != "*").then(|| method.to_ascii_uppercase()),
            segments,
            open,
            query: query.split('&').filter(|part| !part.is_empty()).map(condition).collect(),
        })
    }

    /// Whether a request is meant. The path begins with a slash, both as they stand in the URL.
    pub(in crate::server) fn matches(&self, method: &str, path: &str, query: Option<&str>) -> bool {
        if self.method.as_deref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let mut rest = path.strip_prefix('/').unwrap_or(path).split('/');
        for segment in &self.segments {
            match (segment, rest.next()) {
                (Segment::Any, Some(_)) => {}
                (Segment::Exact(wanted), Some(found)) if wanted == found => {}
                _ => return false,
            }
        }
        let pairs = || query.unwrap_or_default().split('&');
        let has = |name: &str| pairs().any(|pair| pair.split('=').next() == Some(name));
        (self.open || rest.next().is_none())
            && self.query.iter().all(|condition| match condition {
                Condition::Has(name) => has(name),
                Condition::HasNot(name) => !has(name),
                Condition::Equals(wanted) => pairs().any(|pair| pair == wanted),
            })
    }

    /// The more of a request a pattern names, the earlier it is asked: larger is more specific.
    pub(super) fn weight(&self) -> (bool, usize, usize, bool) {
        let exact = self.segments.iter().filter(|segment| **segment != Segment::Any).count();
        (!self.open, exact, self.query.len(), self.method.is_some())
    }
}

fn segment(text: &str) -> Segment {
    if text == "*" { Segment::Any } else { Segment::Exact(text.to_owned()) }
}

fn condition(text: &str) -> Condition {
    match text.strip_prefix('!') {
        Some(name) => Condition::HasNot(name.to_owned()),
        None if text.contains('=') => Condition::Equals(text.to_owned()),
        None => Condition::Has(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Pattern;

    fn matches(pattern: &str, method: &str, target: &str) -> bool {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        Pattern::parse(pattern).unwrap().matches(method, path, query)
    }

    #[test]
    fn methods_segments_and_rests() {
        assert!(matches("GET /a/b", "GET", "/a/b"));
        assert!(!matches("GET /a/b", "POST", "/a/b"));
        assert!(!matches("GET /a/b", "GET", "/a/b/c"));
        assert!(matches("* /a/*", "PUT", "/a/7"));
        assert!(!matches("/a/*", "PUT", "/a"));
        assert!(matches("/**", "GET", "/"));
        assert!(matches("/a/**", "GET", "/a"));
        assert!(matches("/a/**", "GET", "/a/b/c"));
        assert!(!matches("/a/**", "GET", "/ab"));
        assert!(matches("/", "GET", "/"));
    }

    #[test]
    fn conditions_on_the_query() {
        assert!(matches("/a?q", "GET", "/a?x=1&q="));
        assert!(!matches("/a?q", "GET", "/a?x=q"));
        assert!(matches("/a?!q", "GET", "/a"));
        assert!(!matches("/a?!q", "GET", "/a?q=1"));
        assert!(matches("/a?q=1&r", "GET", "/a?r=2&q=1"));
        assert!(!matches("/a?q=1", "GET", "/a?q=10"));
    }

    #[test]
    fn the_more_specific_comes_first() {
        let weight = |text| Pattern::parse(text).unwrap().weight();
        assert!(weight("/a/b") > weight("/a/*"));
        assert!(weight("/a/*") > weight("/a/**"));
        assert!(weight("GET /a") > weight("/a"));
        assert!(weight("/a?q") > weight("GET /a"));
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["", "GET", "GET a", "G3T /a", "/a**", "/**/a"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
