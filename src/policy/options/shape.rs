//! What the options must look like, as tables, and the one checker that reads them.

use alloc::string::String;
use alloc::vec::Vec;

use super::value::{Value, push_integer};
use crate::time::MAX_TIMER;

/// One thing that is wrong: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Like `rules[0].retry.cap`.
    pub path: String,
    /// Expected, got and fix in one line.
    pub message: String,
}

/// What may stand at a place.
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A function.
    Function,
    /// A string that is not empty.
    Text,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A string that a parser takes. It comes with what to write, and says what is wrong, where it knows more.
    Parsed(&'static str, fn(&str) -> Result<(), &'static str>),
    /// A whole number from the first to the second one, both included, with what it counts.
    Whole(u64, u64, &'static str),
    /// Milliseconds, from this to what a timer can hold. Fractions are dropped when it is read.
    Millis(u64),
    /// Epoch milliseconds, or a Date.
    Time,
    /// The value of a message's variable.
    Arg,
    /// An array of these.
    List(&'static Shape),
    /// An object with these members and no others.
    Object(&'static [Member]),
    /// An object whose members, whatever their names, are all like this.
    Members(&'static Shape),
    /// Objects must be like the first, anything else like the second.
    Either(&'static Shape, &'static Shape),
    /// The same, or `false` to turn it off.
    OrFalse(&'static Shape),
}

/// A member of an object.
pub struct Member {
    name: &'static str,
    shape: Shape,
    required: bool,
}

impl Member {
    /// One that may be left out.
    pub const fn may(name: &'static str, shape: Shape) -> Self {
        Member { name, shape, required: false }
    }

    /// One that must be there.
    pub const fn must(name: &'static str, shape: Shape) -> Self {
        Member { name, shape, required: true }
    }
}

impl Shape {
    /// Everything that is wrong with a value, each problem with its path.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.check(value, String::new(), &mut problems);
        problems
    }

    fn check(&self, value: &Value, path: String, problems: &mut Vec<Problem>) {
        let mut reason = "";
        if !self.fits(value, &path, &mut reason, problems) {
            let mut message = String::from("expected ");
            self.expected(&mut message);
            if !reason.is_empty() {
                push_all(&mut message, &[" (", reason, ")"]);
            }
            push_all(&mut message, &[", got ", &value.describe()]);
            problems.push(Problem { path, message });
        }
    }

    /// Whether the value itself is of this shape. What is wrong within it goes to the problems at once.
    fn fits(
        &self,
        value: &Value,
        path: &str,
        reason: &mut &'static str,
        problems: &mut Vec<Problem>,
    ) -> bool {
        match (self, value) {
            (Shape::OrFalse(_), Value::Bool(false)) => true,
            (Shape::OrFalse(inner), _) => inner.fits(value, path, reason, problems),
            (Shape::Either(object, other), _) => {
                let shape = if matches!(value, Value::Map(_)) { object } else { other };
                shape.fits(value, path, reason, problems)
            }
            (Shape::Flag, Value::Bool(_)) | (Shape::Function, Value::Function) => true,
            (Shape::Arg, Value::Text(_) | Value::Number(_) | Value::Date(_)) => true,
            (Shape::Text, Value::Text(text)) => !text.is_empty(),
            (Shape::OneOf(choices), Value::Text(text)) => choices.iter().any(|choice| choice == text),
            (Shape::Parsed(_, parse), Value::Text(text)) => parse(text).map_err(|why| *reason = why).is_ok(),
            (Shape::Whole(least, most, _), Value::Number(number)) => {
                let whole = *number as u64;
                whole as f64 == *number && whole >= *least && whole <= *most
            }
            (Shape::Millis(least), Value::Number(number)) => {
                *number >= *least as f64 && *number <= MAX_TIMER as f64
            }
            (Shape::Time, Value::Number(at) | Value::Date(at)) => at.is_finite(),
            (Shape::List(inner), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let mut place = String::from(path);
                    place.push('[');
                    push_integer(&mut place, index as u64);
                    place.push(']');
                    inner.check(item, place, problems);
                }
                true
            }
            (Shape::Members(inner), Value::Map(members)) => {
                for (name, value) in members.iter().filter(|(_, value)| !value.is_absent()) {
                    inner.check(value, below(path, name), problems);
                }
                true
            }
            (Shape::Object(known), Value::Map(members)) => {
                for (name, value) in members {
                    if !value.is_absent() && !known.iter().any(|member| member.name == name) {
                        problems.push(Problem { path: below(path, name), message: unknown(name, known) });
                    }
                }
                for member in *known {
                    let value = value.member(member.name);
                    if member.required || !value.is_absent() {
                        member.shape.check(value, below(path, member.name), problems);
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// What to write here, in words.
    fn expected(&self, out: &mut String) {
        let words = match self {
            Shape::Flag => "true or false",
            Shape::Function => "a function",
            Shape::Text => "a string that is not empty",
            Shape::Parsed(what, _) => what,
            Shape::Time => "a time in epoch milliseconds",
            Shape::Arg => "a string, a number or a Date",
            Shape::List(_) => "an array",
            Shape::Object(_) | Shape::Members(_) => "an object",
            Shape::OneOf(choices) => {
                out.push_str("one of");
                let mut before = " \"";
                for choice in *choices {
                    push_all(out, &[before, choice]);
                    before = "\", \"";
                }
                "\""
            }
            Shape::Whole(least, most, what) => return range(out, what, *least, *most),
            Shape::Millis(least) => return range(out, "milliseconds", *least, MAX_TIMER),
            Shape::Either(_, inner) => return inner.expected(out),
            Shape::OrFalse(inner) => {
                inner.expected(out);
                ", or false to turn it off"
            }
        };
        out.push_str(words);
    }
}

fn range(out: &mut String, what: &str, least: u64, most: u64) {
    push_all(out, &[what, " from "]);
    push_integer(out, least);
    out.push_str(" to ");
    push_integer(out, most);
}

/// The path of a member.
fn below(path: &str, name: &str) -> String {
    let mut inner = String::new();
    push_all(&mut inner, &[path, if path.is_empty() { "" } else { "." }, name]);
    inner
}

/// Says that there is no such member: the name that was probably meant, else all there are.
fn unknown(name: &str, known: &[Member]) -> String {
    let mut message = String::from("unknown option; ");
    let near = |most: usize| {
        known.iter().find(|member| {
            most < name.len().min(member.name.len()) && within(most, name.as_bytes(), member.name.as_bytes())
        })
    };
    if let Some(member) = near(1).or_else(|| near(2)) {
        push_all(&mut message, &["did you mean \"", member.name, "\"?"]);
        return message;
    }
    let mut before = "known here: ";
    for member in known {
        push_all(&mut message, &[before, member.name]);
        before = ", ";
    }
    message
}

/// Whether so many letters changed, left out or added turn one name into the other; case does not count.
fn within(edits: usize, a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([], rest) | (rest, []) => rest.len() <= edits,
        ([x, a_rest @ ..], [y, b_rest @ ..]) => {
            if x.eq_ignore_ascii_case(y) {
                return within(edits, a_rest, b_rest);
            }
            edits > 0
                && (within(edits - 1, a_rest, b_rest)
                    || within(edits - 1, a_rest, b)
                    || within(edits - 1, a, b_rest))
        }
    }
}

/// Appends texts, one after another.
pub(crate) fn push_all(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Member; 4] = [
        Member::may("attempts", Shape::Flag),
        Member::may("base", Shape::Flag),
        Member::may("cap", Shape::Flag),
        Member::may("timeouts", Shape::Flag),
    ];

    #[test]
    fn typing_mistakes_find_the_name_that_was_meant() {
        assert_eq!(unknown("atempts", &KNOWN), "unknown option; did you mean \"attempts\"?");
        assert_eq!(unknown("Timeout", &KNOWN), "unknown option; did you mean \"timeouts\"?");
        assert_eq!(unknown("CAP", &KNOWN), "unknown option; did you mean \"cap\"?");
        assert_eq!(unknown("delay", &KNOWN), "unknown option; known here: attempts, base, cap, timeouts");
        assert!(within(3, b"kitten", b"sitting") && !within(2, b"kitten", b"sitting"));
        assert!(within(3, b"", b"abc") && !within(2, b"abc", b""));
    }

    #[test]
    fn every_shape_says_what_it_wants() {
        let expected = |shape: Shape| {
            let mut text = String::new();
            shape.expected(&mut text);
            text
        };
        assert_eq!(expected(Shape::OneOf(&["a", "b"])), "one of \"a\", \"b\"");
        assert_eq!(expected(Shape::Whole(1, 20, "attempts")), "attempts from 1 to 20");
        assert_eq!(
            expected(Shape::Either(&Shape::Object(&[]), &Shape::OrFalse(&Shape::Millis(1)))),
            "milliseconds from 1 to 2147483647, or false to turn it off"
        );
        let problems = Shape::Parsed("a word", |_| Err("too long")).problems(&Value::Text("x".into()));
        assert_eq!(problems[0].message, "expected a word (too long), got \"x\"");
    }
}
