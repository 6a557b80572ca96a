//! Reads one object of the options and writes down everything that is wrong with it.

use super::value::{Value, push_integer};
use crate::time::MAX_TIMER;
use alloc::string::String;
use alloc::vec::Vec;

/// One thing that is wrong: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Like `rules[0].retry.cap`.
    pub path: String,
    /// Expected, got and fix in one line.
    pub message: String,
}

/// A place in the options, and the list that its problems go to.
pub struct Reader<'a> {
    path: String,
    value: &'a Value,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Starts at the root, which has an empty path.
    pub fn root(value: &'a Value, problems: &'a mut Vec<Problem>) -> Self {
        Reader { path: String::new(), value, problems }
    }

    /// The value at this place.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Reports that the value here is not what is expected; `expected` says what to write.
    pub fn wrong(&mut self, expected: &str) {
        let mut message = String::from("expected ");
        message.push_str(expected);
        message.push_str(", got ");
        message.push_str(&self.value.describe());
        self.report(message);
    }

    /// Reports a problem here in its own words.
    pub fn report(&mut self, message: String) {
        self.problems.push(Problem { path: self.path.clone(), message });
    }

    /// Reports a problem at a member.
    pub fn report_at(&mut self, name: &str, message: &str) {
        let path = self.member_path(name);
        self.problems.push(Problem { path, message: message.into() });
    }

    fn member_path(&self, name: &str) -> String {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        path
    }

    /// Checks that this is an object and that it has no members but these. False when there is nothing to read.
    pub fn object(&mut self, known: &[&str]) -> bool {
        let members = match self.value {
            Value::Absent => return false,
            Value::Map(members) => members,
            _ => {
                self.wrong("an object");
                return false;
            }
        };
        for (name, value) in members {
            if !known.contains(&name.as_str()) && *value != Value::Absent {
                let mut message = String::from("unknown option");
                if let Some(near) = nearest(name, known) {
                    message.push_str("; did you mean \"");
                    message.push_str(near);
                    message.push_str("\"?");
                } else {
                    message.push_str("; known here: ");
                    message.push_str(&known.join(", "));
                }
                self.report_at(name, &message);
            }
        }
        true
    }

    /// Goes to a member, where there is one.
    pub fn member(&mut self, name: &str) -> Option<Reader<'_>> {
        let Value::Map(members) = self.value else { return None };
        let (_, value) = members.iter().find(|(key, value)| key == name && *value != Value::Absent)?;
        let path = self.member_path(name);
        Some(Reader { path, value, problems: self.problems })
    }

    /// Goes through the items of an array.
    pub fn each(&mut self, mut visit: impl FnMut(&mut Reader<'_>)) {
        let Value::List(items) = self.value else { return self.wrong("an array") };
        for (index, value) in items.iter().enumerate() {
            let mut path = self.path.clone();
            path.push('[');
            push_integer(&mut path, index as u64);
            path.push(']');
            visit(&mut Reader { path, value, problems: self.problems });
        }
    }

    /// A boolean.
    pub fn boolean(&mut self) -> Option<bool> {
        let Value::Bool(value) = self.value else {
            self.wrong("true or false");
            return None;
        };
        Some(*value)
    }

    /// A string that is not empty.
    pub fn text(&mut self) -> Option<&'a str> {
        match self.value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => {
                self.wrong("a string that is not empty");
                None
            }
        }
    }

    /// One of these strings, as its index.
    pub fn one_of(&mut self, choices: &[&str]) -> Option<usize> {
        let found = match self.value {
            Value::Text(text) => choices.iter().position(|choice| choice == text),
            _ => None,
        };
        if found.is_none() {
            let mut expected = String::from("one of \"");
            expected.push_str(&choices.join("\", \""));
            expected.push('"');
            self.wrong(&expected);
        }
        found
    }

    /// A whole number within these bounds, both included.
    pub fn integer(&mut self, least: u64, most: u64, what: &str) -> Option<u64> {
        if let Value::Number(number) = self.value {
            let whole = *number as u64;
            if whole as f64 == *number && (least..=most).contains(&whole) {
                return Some(whole);
            }
        }
        let mut expected = String::from(what);
        expected.push_str(" from ");
        push_integer(&mut expected, least);
        expected.push_str(" to ");
        push_integer(&mut expected, most);
        self.wrong(&expected);
        None
    }

    /// A time in milliseconds, from `least` to what a timer can hold; fractions are dropped.
    pub fn millis(&mut self, least: u64, or_false: bool) -> Option<u64> {
        if let Value::Number(number) = self.value {
            // NaN and negative numbers become 0 in the cast, so they are told apart first.
            let whole = *number as u64;
            if *number >= least as f64 && *number <= MAX_TIMER as f64 {
                return Some(whole);
            }
        }
        let mut expected = String::from("milliseconds from ");
        push_integer(&mut expected, least);
        expected.push_str(" to ");
        push_integer(&mut expected, MAX_TIMER);
        if or_false {
            expected.push_str(", or false to turn it off");
        }
        self.wrong(&expected);
        None
    }
}

/// The known name that differs by case or at most two edits.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|candidate| (edits(name.as_bytes(), candidate.as_bytes()), *candidate))
        .filter(|(edits, candidate)| *edits <= 2 && *edits < candidate.len().min(name.len()))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, without regard to case.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(b) {
            let cost = usize::from(!x.eq_ignore_ascii_case(y));
            let best = (diagonal + cost).min(left + 1).min(*above + 1);
            diagonal = *above;
            *above = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_find_the_name_that_was_meant() {
        let known = ["attempts", "base", "cap", "timeouts"];
        assert_eq!(nearest("atempts", &known), Some("attempts"));
        assert_eq!(nearest("Timeout", &known), Some("timeouts"));
        assert_eq!(nearest("delay", &known), None);
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"", b"abc"), 3);
    }
}
