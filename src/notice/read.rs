//! Reads the notices that an app raises, and says everything that is wrong with one.

use alloc::string::String;
use alloc::vec::Vec;

use super::{AppNotice, Arg, Change, OwnAction, Severity};
use crate::fault::Surface;
use crate::names::position;
use crate::policy::options::{Member, Problem, Shape, Value};
use crate::time::Instant;

const SEVERITIES: [Severity; 4] = [Severity::Info, Severity::Success, Severity::Warning, Severity::Error];
const SURFACES: [Surface; 4] = [Surface::Silent, Surface::Inline, Surface::Toast, Surface::Banner];

const NOTICE: Shape = Shape::With(&[Member::must("message", Shape::Text)], OTHERS);
const CHANGES: Shape = Shape::With(&[Member::may("message", Shape::Text)], OTHERS);

static OTHERS: &[Member] = &[
    Member::may("cause", Shape::Text),
    Member::may("severity", Shape::OneOf(Severity::NAMES)),
    Member::may("surface", Shape::Either(&Shape::OneOf(Surface::NAMES), &Shape::Element)),
    Member::may("args", Shape::Members(&Shape::Arg)),
    Member::may(
        "actions",
        Shape::List(&Shape::Object(&[
            Member::must("id", Shape::Text),
            Member::may("label", Shape::Text),
            Member::may("run", Shape::Function),
            Member::may("href", Shape::Text),
        ])),
    ),
    Member::may("until", Shape::Time),
];

impl AppNotice {
    /// Reads a `NoticeInput`. `instant` turns epoch milliseconds into the client's time.
    ///
    /// # Errors
    /// Every problem, each with its path.
    pub fn read(value: &Value, instant: impl Fn(f64) -> Instant) -> Result<Self, Vec<Problem>> {
        let change = read(&NOTICE, value, instant)?;
        Ok(AppNotice {
            message: change.message.unwrap_or_default(),
            cause: text(value, "cause"),
            severity: change.severity.unwrap_or(Severity::Info),
            surface: change.surface.unwrap_or(Surface::Toast),
            anchor: change.anchor,
            args: change.args.unwrap_or_default(),
            actions: change.actions.unwrap_or_default(),
            until: change.until,
        })
    }
}

impl Change {
    /// Reads a `Partial<NoticeInput>`. `instant` turns epoch milliseconds into the client's time.
    ///
    /// # Errors
    /// Every problem, each with its path.
    pub fn read(value: &Value, instant: impl Fn(f64) -> Instant) -> Result<Self, Vec<Problem>> {
        if value.is_absent() { Ok(Change::default()) } else { read(&CHANGES, value, instant) }
    }
}

fn read(shape: &Shape, value: &Value, instant: impl Fn(f64) -> Instant) -> Result<Change, Vec<Problem>> {
    let problems = shape.problems(value);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (args, actions) = (value.member("args"), value.member("actions"));
    let anchor = value.member("surface").element();
    Ok(Change {
        message: text(value, "message"),
        severity: choice(Severity::NAMES, &SEVERITIES, value.member("severity")),
        surface: match anchor {
            Some(_) => Some(Surface::Inline),
            None => choice(Surface::NAMES, &SURFACES, value.member("surface")),
        },
        anchor,
        args: match args {
            Value::Map(members) => {
                let mut args = Vec::new();
                for (name, value) in members {
                    if let Some(arg) = arg(value) {
                        args.push((name.clone(), arg));
                    }
                }
                Some(args.into())
            }
            _ => None,
        },
        actions: (!actions.is_absent()).then(|| actions.read_each(|given| Some(action(given))).into()),
        until: match value.member("until") {
            Value::Number(at) | Value::Date(at) => Some(instant(*at)),
            _ => None,
        },
    })
}

/// What a name stands for.
fn choice<T: Copy>(names: &str, all: &[T], value: &Value) -> Option<T> {
    all.get(position(names, value.text()?)?).copied()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.member(name).text().map(Into::into)
}

fn arg(value: &Value) -> Option<Arg> {
    Some(match value {
        Value::Text(text) => Arg::Text(text.clone()),
        Value::Number(number) => Arg::Number(*number),
        Value::Date(at) => Arg::Time(*at),
        _ => return None,
    })
}

fn action(value: &Value) -> OwnAction {
    OwnAction {
        id: text(value, "id").unwrap_or_default(),
        label: text(value, "label"),
        href: text(value, "href"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(members: &[(&str, Value)]) -> Value {
        Value::Map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    }

    #[test]
    fn a_notice_is_read_with_its_defaults() {
        let args = map(&[("title", Value::Text("<img onerror>".into())), ("n", Value::Number(2.5))]);
        let value = map(&[("message", Value::Text("text".into())), ("args", args)]);
        let notice = AppNotice::read(&value, |at| at as u64).unwrap();
        assert_eq!((notice.severity, notice.surface), (Severity::Info, Surface::Toast));
        assert_eq!(notice.args[0], ("title".into(), Arg::Text("<img onerror>".into())));
    }

    #[test]
    fn every_mistake_is_named_with_its_path() {
        let action = map(&[("run", Value::Bool(true))]);
        let value = map(&[
            ("severity", Value::Text("fatal".into())),
            ("args", map(&[("x", Value::List(vec![]))])),
            ("actions", Value::List(vec![action])),
            ("until", Value::Number(f64::NAN)),
        ]);
        let paths: Vec<_> =
            AppNotice::read(&value, |at| at as u64).unwrap_err().into_iter().map(|p| p.path).collect();
        assert_eq!(paths, ["message", "severity", "args.x", "actions[0].id", "actions[0].run", "until"]);
        assert!(AppNotice::read(&Value::Absent, |at| at as u64).is_err());
        assert!(Change::read(&map(&[]), |at| at as u64).is_ok());
    }
}
