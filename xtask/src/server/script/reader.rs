//! Reads fields out of JSON and collects everything that is wrong, each with its path, instead of stopping at the
//! first mistake.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

/// Everything found wrong so far.
#[derive(Default)]
pub(in crate::server) struct Problems(RefCell<Vec<(String, String)>>);

impl Problems {
    /// Notes one problem.
    pub(in crate::server) fn add(&self, path: &str, message: impl Into<String>) {
        self.0.borrow_mut().push((path.to_owned(), message.into()));
    }

    pub(in crate::server) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// `[{ "path": …, "message": … }]`, as the control plane answers it.
    pub(in crate::server) fn to_json(&self) -> Value {
        self.0.borrow().iter().map(|(path, message)| json!({ "path": path, "message": message })).collect()
    }
}

/// One JSON object being read. Fields that nobody asked for are reported by [`Fields::finish`].
pub(in crate::server) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    known: RefCell<Vec<&'static str>>,
    pub(in crate::server) problems: &'a Problems,
}

impl<'a> Fields<'a> {
    /// Starts on a value that has to be an object.
    pub(in crate::server) fn of(value: &'a Value, path: &str, problems: &'a Problems) -> Option<Self> {
        let Value::Object(map) = value else {
            problems.add(path, format!("expected an object, got {}", kind_of(value)));
            return None;
        };
        Some(Self { map, path: path.to_owned(), known: RefCell::default(), problems })
    }

    /// The path of a field of this object.
    pub(in crate::server) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Notes a problem with a field.
    pub(in crate::server) fn wrong(&self, name: &str, message: impl Into<String>) {
        self.problems.add(&self.path_of(name), message);
    }

    /// Notes a problem with the object as a whole.
    pub(in crate::server) fn wrong_here(&self, message: impl Into<String>) {
        self.problems.add(&self.path, message);
    }

    /// The raw value, absent or null being the same.
    pub(in crate::server) fn value(&self, name: &'static str) -> Option<&'a Value> {
        self.known.borrow_mut().push(name);
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Whether a field is there, without having read it.
    pub(in crate::server) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    pub(in crate::server) fn text(&self, name: &'static str) -> Option<&'a str> {
        let value = self.value(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong(name, format!("expected a string, got {}", kind_of(value)));
        }
        text
    }

    pub(in crate::server) fn flag(&self, name: &'static str) -> Option<bool> {
        let value = self.value(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(name, format!("expected true or false, got {}", kind_of(value)));
        }
        flag
    }

    /// A whole number within limits.
    pub(in crate::server) fn number(&self, name: &'static str, limits: RangeInclusive<u64>) -> Option<u64> {
        let value = self.value(name)?;
        let number = value.as_u64().filter(|number| limits.contains(number));
        if number.is_none() {
            self.wrong(name, not_in(value, limits.start(), limits.end()));
        }
        number
    }

    /// A whole number that may be negative.
    pub(in crate::server) fn signed(&self, name: &'static str, limits: RangeInclusive<i64>) -> Option<i64> {
        let value = self.value(name)?;
        let number = value.as_i64().filter(|number| limits.contains(number));
        if number.is_none() {
            self.wrong(name, not_in(value, limits.start(), limits.end()));
        }
        number
    }

    pub(in crate::server) fn object(&self, name: &'static str) -> Option<Fields<'a>> {
        Fields::of(self.value(name)?, &self.path_of(name), self.problems)
    }

    /// A list, with the path of each of its items; too long a list is a problem.
    pub(in crate::server) fn list(
        &self,
        name: &'static str,
        most: usize,
    ) -> Option<Vec<(String, &'a Value)>> {
        let value = self.value(name)?;
        let Value::Array(items) = value else {
            self.wrong(name, format!("expected a list, got {}", kind_of(value)));
            return None;
        };
        if items.len() > most {
            self.wrong(name, format!("has {} items, at most {most} are allowed", items.len()));
            return None;
        }
        let path = self.path_of(name);
        Some(items.iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect())
    }

    /// A list of strings.
    pub(in crate::server) fn texts(&self, name: &'static str) -> Option<Vec<&'a str>> {
        let mut texts = Vec::new();
        for (path, item) in self.list(name, 100)? {
            match item.as_str() {
                Some(text) => texts.push(text),
                None => self.problems.add(&path, format!("expected a string, got {}", kind_of(item))),
            }
        }
        Some(texts)
    }

    /// The members of an object whose names are data, such as headers or routes.
    pub(in crate::server) fn members(&self, name: &'static str) -> Option<Vec<(String, &'a str, &'a Value)>> {
        let fields = self.object(name)?;
        let member = |(key, value): (&'a String, &'a Value)| {
            (format!("{}[{}]", fields.path, Value::from(key.as_str())), key.as_str(), value)
        };
        Some(fields.map.iter().map(member).collect())
    }

    /// Reports the fields that nobody asked for: a misspelt fault must not pass as no fault.
    pub(in crate::server) fn finish(self) {
        let known = self.known.borrow();
        for name in self.map.keys().filter(|name| !known.contains(&name.as_str())) {
            let mut names = known.clone();
            names.sort_unstable();
            names.dedup();
            self.wrong(name, format!("unknown field; known here: {}", names.join(", ")));
        }
    }
}

/// What a JSON value is, in words.
pub(in crate::server) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn not_in(value: &Value, low: &impl ToString, high: &impl ToString) -> String {
    let got = match value {
        Value::Number(number) => number.to_string(),
        other => kind_of(other).to_owned(),
    };
    format!("expected a whole number from {} to {}, got {got}", low.to_string(), high.to_string())
}
