//! What the options must look like, as tables, and the one checker that reads them.

use alloc::string::String;
use alloc::vec::Vec;

use super::value::{Value, push_integer};
use crate::names::{nth, position};
use crate::policy::settings::{Id, OFF, ON, Settings};
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
    /// A Response, or a function that brings one.
    Answer,
    /// An element of the page.
    Element,
    /// A string that is not empty.
    Text,
    /// One of these strings, which stand in one text with bars between them.
    OneOf(&'static str),
    /// A string that a parser takes. It comes with what to write, and says what is wrong, where it knows more.
    Parsed(&'static str, fn(&str) -> Result<(), &'static str>),
    /// A whole number from the first to the second one, both included, with what it counts.
    Whole(u64, u64, &'static str),
    /// Milliseconds, from this to what a timer can hold. Fractions are dropped when it is read.
    Millis(u64),
    /// A number from 0 to 1.
    Ratio,
    /// A number from 0 to this.
    Amount(u64),
    /// Epoch milliseconds, or a Date.
    Time,
    /// The value of a message's variable.
    Arg,
    /// An array of these.
    List(&'static Shape),
    /// An object with these members and no others.
    Object(&'static [Member]),
    /// The same, and beside them those that it shares with other objects.
    With(&'static [Member], &'static [Member]),
    /// An object whose members, whatever their names, are all like this.
    Members(&'static Shape),
    /// Where the first is an object, objects must be like it, else strings; anything else like the second.
    Either(&'static Shape, &'static Shape),
    /// The same, or `false` to turn it off.
    OrFalse(&'static Shape),
}

/// A member of an object.
pub struct Member {
    name: &'static str,
    pub(super) shape: Shape,
    required: bool,
    /// The setting that it names.
    id: Option<Id>,
}

impl Member {
    /// One that may be left out.
    pub const fn may(name: &'static str, shape: Shape) -> Self {
        Member { name, shape, required: false, id: None }
    }

    /// One that must be there.
    pub const fn must(name: &'static str, shape: Shape) -> Self {
        Member { name, shape, required: true, id: None }
    }

    /// One of a policy.
    pub const fn set(name: &'static str, id: Id, shape: Shape) -> Self {
        Member { name, shape, required: false, id: Some(id) }
    }

    /// One of a policy that must be there.
    pub const fn must_set(name: &'static str, id: Id, shape: Shape) -> Self {
        Member { name, shape, required: true, id: Some(id) }
    }
}

/// What one pass over a value finds.
#[derive(Default)]
struct Reading {
    settings: Settings,
    problems: Vec<Problem>,
}

impl Shape {
    /// Everything that is wrong with a value, each problem with its path.
    pub fn problems(&self, value: &Value) -> Vec<Problem> {
        let mut reading = Reading::default();
        self.check(value, String::new(), None, &mut reading);
        reading.problems
    }

    /// The settings that a value names, where it is as it should be.
    pub fn settings(&self, value: &Value) -> Settings {
        let mut reading = Reading::default();
        self.check(value, String::new(), None, &mut reading);
        reading.settings
    }

    fn check(&self, value: &Value, path: String, id: Option<Id>, reading: &mut Reading) {
        let mut reason = "";
        if !self.fits(value, &path, id, &mut reason, reading) {
            let mut message = String::from("expected ");
            self.expected(&mut message);
            if !reason.is_empty() {
                push_all(&mut message, &[" (", reason, ")"]);
            }
            push_all(&mut message, &[", got ", &value.describe()]);
            reading.problems.push(Problem { path, message });
        }
    }

    /// Whether the value itself is of this shape. What is wrong within it goes to the problems at once.
    fn fits(
        &self,
        value: &Value,
        path: &str,
        id: Option<Id>,
        reason: &mut &'static str,
        reading: &mut Reading,
    ) -> bool {
        let mut set = |number| {
            if let Some(id) = id {
                reading.settings.set(id, number);
            }
            true
        };
        match (self, value) {
            (Shape::OrFalse(_), Value::Bool(false)) => set(OFF),
            (Shape::OrFalse(inner), _) => inner.fits(value, path, id, reason, reading),
            (Shape::Either(first, other), _) => {
                let is_first = match first {
                    Shape::Object(_) => matches!(value, Value::Map(_)),
                    _ => matches!(value, Value::Text(_)),
                };
                if is_first { first } else { other }.fits(value, path, id, reason, reading)
            }
            (Shape::Flag, Value::Bool(flag)) => set(if *flag { ON } else { OFF }),
            (Shape::Function | Shape::Answer, Value::Function) => true,
            (Shape::Answer, Value::Other(class)) => class == "Response",
            (Shape::Element, Value::Element(..)) => true,
            (Shape::Arg, Value::Text(_) | Value::Number(_) | Value::Date(_)) => true,
            (Shape::Text, Value::Text(text)) => !text.is_empty(),
            (Shape::OneOf(choices), Value::Text(text)) => {
                position(choices, text).is_some_and(|index| set(index as f64))
            }
            (Shape::Parsed(_, parse), Value::Text(text)) => parse(text).map_err(|why| *reason = why).is_ok(),
            (Shape::Whole(least, most, _), Value::Number(number)) => {
                let whole = *number as u64;
                whole as f64 == *number && whole >= *least && whole <= *most && set(*number)
            }
            (Shape::Millis(least), Value::Number(number)) => {
                *number >= *least as f64 && *number <= MAX_TIMER as f64 && set(*number as u64 as f64)
            }
            (Shape::Ratio, Value::Number(number)) => *number >= 0.0 && *number <= 1.0 && set(*number),
            (Shape::Amount(most), Value::Number(number)) => {
                *number >= 0.0 && *number <= *most as f64 && set(*number)
            }
            (Shape::Time, Value::Number(at) | Value::Date(at)) => at.is_finite(),
            (Shape::List(inner), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let mut place = String::from(path);
                    place.push('[');
                    push_integer(&mut place, index as u64);
                    place.push(']');
                    inner.check(item, place, None, reading);
                }
                true
            }
            (Shape::Members(inner), Value::Map(members)) => {
                for (name, value) in members.iter().filter(|(_, value)| !value.is_absent()) {
                    inner.check(value, below(path, name), None, reading);
                }
                true
            }
            (Shape::Object(own) | Shape::With(own, _), Value::Map(members)) => {
                set(ON);
                let shared = if let Shape::With(_, shared) = self { shared } else { &[][..] };
                for (name, value) in members {
                    let mut known = own.iter().chain(shared);
                    if !value.is_absent() && !known.any(|member| member.name == name) {
                        let message = unknown(name, own, shared);
                        reading.problems.push(Problem { path: below(path, name), message });
                    }
                }
                for member in own.iter().chain(shared) {
                    let value = value.member(member.name);
                    if member.required || !value.is_absent() {
                        member.shape.check(value, below(path, member.name), member.id, reading);
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
            Shape::Answer => "a Response, or a function that returns one",
            Shape::Element => "an element",
            Shape::Text => "a string that is not empty",
            Shape::Parsed(what, _) => what,
            Shape::Time => "a time in epoch milliseconds",
            Shape::Arg => "a string, a number or a Date",
            Shape::List(_) => "an array",
            Shape::Object(_) | Shape::With(..) | Shape::Members(_) => "an object",
            Shape::OneOf(choices) => {
                out.push_str("one of");
                let mut before = " \"";
                for at in 0.. {
                    let choice = nth(choices, at);
                    if choice.is_empty() {
                        break;
                    }
                    push_all(out, &[before, choice]);
                    before = "\", \"";
                }
                "\""
            }
            Shape::Whole(least, most, what) => return range(out, what, *least, *most),
            Shape::Millis(least) => return range(out, "milliseconds", *least, MAX_TIMER),
            Shape::Ratio => return range(out, "a share", 0, 1),
            Shape::Amount(most) => return range(out, "a number", 0, *most),
            Shape::Either(Shape::Text, inner) => {
                out.push_str("a string or ");
                return inner.expected(out);
            }
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
fn unknown(name: &str, own: &[Member], shared: &[Member]) -> String {
    let mut message = String::from("unknown option; ");
    let near = |most: usize| {
        own.iter().chain(shared).find(|member| {
            most < name.len().min(member.name.len()) && within(most, name.as_bytes(), member.name.as_bytes())
        })
    };
    if let Some(member) = near(1).or_else(|| near(2)) {
        push_all(&mut message, &["did you mean \"", member.name, "\"?"]);
        return message;
    }
    let mut before = "known here: ";
    for member in own.iter().chain(shared) {
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
        assert_eq!(unknown("atempts", &KNOWN, &[]), "unknown option; did you mean \"attempts\"?");
        assert_eq!(unknown("Timeout", &KNOWN, &[]), "unknown option; did you mean \"timeouts\"?");
        assert_eq!(unknown("CAP", &KNOWN, &[]), "unknown option; did you mean \"cap\"?");
        assert_eq!(
            unknown("delay", &KNOWN, &[]),
            "unknown option; known here: attempts, base, cap, timeouts"
        );
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
        assert_eq!(expected(Shape::OneOf("a|b")), "one of \"a\", \"b\"");
        assert_eq!(expected(Shape::Whole(1, 20, "attempts")), "attempts from 1 to 20");
        assert_eq!(
            expected(Shape::Either(&Shape::Object(&[]), &Shape::OrFalse(&Shape::Millis(1)))),
            "milliseconds from 1 to 2147483647, or false to turn it off"
        );
        let problems = Shape::Parsed("a word", |_| Err("too long")).problems(&Value::Text("x".into()));
        assert_eq!(problems[0].message, "expected a word (too long), got \"x\"");
    }
}
