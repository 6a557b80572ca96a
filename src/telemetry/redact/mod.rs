//! What all data that leaves the page passes: an allow-list of fields, and masks for what is in them.
//!
//! A *record* is a tree: `{ type, at, … }`. [`Privacy::record`] walks it and takes along what has a row in [`FIELDS`] and the form
//! that the row asks for; everything else stays. Nothing is recognised as bad and taken out: what nobody has listed never
//! leaves, and free text leaves masked ([`mask`]), URLs as origin and route ([`place`]).

pub mod fields;
pub mod mask;
mod numerals;
pub mod place;

use alloc::string::String;
use alloc::vec::Vec;

pub use fields::{FIELDS, Field, Form};

use crate::list::contains;
use crate::policy::options::Value;
use crate::policy::pattern::Pattern;
use crate::policy::text::before;
use crate::policy::url::Url;

/// Longer text is cut, characters.
const MOST_TEXT: usize = 200;
/// What a person has to say, characters.
pub const MOST_WORDS: usize = 8_000;
/// A name of the app's, characters.
const MOST_LABEL: usize = 40;
/// Records nest three deep.
const MAX_DEPTH: usize = 4;

/// What an app allows beyond the usual.
#[derive(Clone, Debug, Default)]
pub struct Privacy {
    /// Fields that leave only where they are named.
    fields: Vec<String>,
    /// By which URLs are named.
    routes: Vec<Pattern>,
    /// Origins whose own words may leave.
    trusted: Vec<String>,
    /// Where path patterns are at home.
    page_origin: String,
}

/// What one record's fields are judged by.
struct Judge<'a> {
    privacy: &'a Privacy,
    /// The URL that the record is about; it does not leave.
    href: &'a str,
    /// The server's own words may.
    trusted: bool,
}

impl Privacy {
    /// Reads `{ fields, routes, trustServerText }`, which the client's options have let through.
    pub fn read(options: &Value, page_origin: &str) -> Self {
        let texts = |name| options.member(name).read_each(|text| text.text().map(String::from));
        Privacy {
            fields: texts("fields"),
            routes: options
                .member("routes")
                .read_each(|pattern| pattern.text().and_then(|text| Pattern::parse(text).ok())),
            trusted: texts("trustServerText"),
            page_origin: page_origin.into(),
        }
    }

    /// Names in `privacy.fields` that no field has.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str).filter(|name| !FIELDS.iter().any(|field| field.path == *name))
    }

    /// What of a record may leave. Its member `href` says which URL it is about, and whose words are in it.
    pub fn record(&self, record: &Value) -> Value {
        let href = record.member("href").text().unwrap_or_default();
        let spoke = record.member("endpoint").text().unwrap_or(href);
        let trusted =
            Url::split(spoke).is_some_and(|url| self.trusted.iter().any(|known| known == url.origin));
        let judge = Judge { privacy: self, href, trusted };
        judge.passed(record, "", 0).unwrap_or(Value::Absent)
    }
}

impl Judge<'_> {
    fn passed(&self, value: &Value, path: &str, depth: usize) -> Option<Value> {
        match value {
            _ if depth > MAX_DEPTH => None,
            Value::List(items) => {
                let mut passed = Vec::new();
                for item in items {
                    passed.extend(self.passed(item, path, depth + 1));
                }
                Some(Value::List(passed))
            }
            Value::Map(members) => {
                let mut passed: Vec<(String, Value)> = Vec::new();
                for (name, member) in members {
                    let mut place = String::from(path);
                    if !path.is_empty() {
                        place.push('.');
                    }
                    place.push_str(name);
                    let taken = passed.iter().any(|(known, _)| known == name);
                    if !taken && let Some(member) = self.passed(member, &place, depth + 1) {
                        passed.push((name.clone(), member));
                    }
                }
                // Nothing of it has a place in the list.
                if passed.is_empty() && depth > 0 { None } else { Some(Value::Map(passed)) }
            }
            _ => self.leaf(value, row(path)?),
        }
    }

    fn leaf(&self, value: &Value, field: &Field) -> Option<Value> {
        if field.named && !self.privacy.fields.iter().any(|name| name == field.path) {
            return None;
        }
        let text = value.text();
        Some(Value::Text(match field.form {
            Form::Number => {
                let Value::Number(number) = value else { return None };
                return (*number >= 0.0 && *number <= 9.0e15).then_some(Value::Number(*number as u64 as f64));
            }
            Form::Flag => return value.flag().map(Value::Bool),
            Form::Name => text.filter(|text| is_name(text))?.into(),
            Form::Call => text.filter(|text| is_call(text))?.into(),
            Form::Trace => text.filter(|text| is_trace(text))?.into(),
            Form::Origin => place::address(text?)?,
            Form::Route => self.route(text?),
            Form::Label => mask::text(text?, MOST_LABEL),
            Form::Text => mask::text(text?, MOST_TEXT),
            Form::ServerText if self.trusted => mask::text(text?, MOST_TEXT),
            Form::ServerText => return None,
            Form::Own => mask::cut(text?, MOST_TEXT).into(),
            Form::Words => mask::cut(text?, MOST_WORDS).into(),
            Form::Reference => text.filter(|text| is_reference(text))?.into(),
        }))
    }

    /// The app's own name for the URL, else what is left of the path or the rule's pattern.
    fn route(&self, given: &str) -> String {
        let Privacy { routes, page_origin, .. } = self.privacy;
        let url = Url::split(self.href);
        let named = routes.iter().find(|pattern| url.is_some_and(|url| pattern.matches(url, page_origin)));
        match named {
            Some(pattern) => pattern.source().into(),
            None => place::address(given).unwrap_or_else(|| place::path(given)),
        }
    }
}

/// The row of a place; of `failures.timeout` that of `failures.*`.
fn row(path: &str) -> Option<&'static Field> {
    let exact = FIELDS.iter().find(|field| field.path == path);
    exact.or_else(|| {
        let (parent, name) = path.rsplit_once('.')?;
        let any = |field: &&Field| field.path.strip_suffix(".*") == Some(parent);
        FIELDS.iter().find(any).filter(|_| is_name(name))
    })
}

/// `rate-limited`, `SF-rate-limited`, `DELETE`.
fn is_name(text: &str) -> bool {
    let words = text.strip_prefix("SF-").unwrap_or(text);
    let small = words.len() <= 24 && words.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let method = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    !words.is_empty() && (small || method)
}

/// `k3x9ab-17`.
fn is_call(text: &str) -> bool {
    let (prefix, count) = before(text, b"-");
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let count = count.strip_prefix('-').unwrap_or_default();
    (1..=8).contains(&prefix.len()) && letters(prefix) && (1..=10).contains(&count.len()) && letters(count)
}

/// `K7P-4WM`: no vowels, and nothing that is easily taken for something else.
fn is_reference(text: &str) -> bool {
    let drawn = |byte: u8| b"23456789BCDFGHJKMNPQRSTVWXYZ".contains(&byte);
    text.len() == 7
        && text.bytes().enumerate().all(|(at, byte)| if at == 3 { byte == b'-' } else { drawn(byte) })
}

fn is_trace(text: &str) -> bool {
    contains(&[16, 32], text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
