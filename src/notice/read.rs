//! Reads the notices that an app raises, and says everything that is wrong with one.

use super::{AppNotice, Arg, Change, OwnAction, Severity};
use crate::fault::Surface;
use crate::policy::options::{Problem, Reader, Value};
use crate::time::Instant;
use alloc::string::String;
use alloc::vec::Vec;

const MEMBERS: [&str; 7] = ["message", "cause", "severity", "surface", "args", "actions", "until"];
const SEVERITIES: [Severity; 4] = [Severity::Info, Severity::Success, Severity::Warning, Severity::Error];
const SURFACES: [Surface; 4] = [Surface::Silent, Surface::Inline, Surface::Toast, Surface::Banner];

impl AppNotice {
    /// Reads a `NoticeInput`. `instant` turns epoch milliseconds into the client's time.
    ///
    /// # Errors
    /// Every problem, each with its path.
    pub fn read(value: &Value, instant: impl Fn(f64) -> Instant) -> Result<Self, Vec<Problem>> {
        let (change, cause) = read(value, instant, true)?;
        Ok(AppNotice {
            message: change.message.unwrap_or_default(),
            cause,
            severity: change.severity.unwrap_or(Severity::Info),
            surface: change.surface.unwrap_or(Surface::Toast),
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
        read(value, instant, false).map(|(change, _)| change)
    }
}

fn read(
    value: &Value,
    instant: impl Fn(f64) -> Instant,
    whole: bool,
) -> Result<(Change, Option<String>), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut root = Reader::root(value, &mut problems);
    let mut change = Change::default();
    let mut cause = None;
    if root.object(&MEMBERS) {
        change.message = root.member("message").and_then(|mut message| message.text().map(Into::into));
        if whole && root.member("message").is_none() {
            root.report_at("message", "expected a message id like \"text\", got nothing");
        }
        cause = root.member("cause").and_then(|mut cause| cause.text().map(Into::into));
        let severity = root.member("severity").and_then(|mut it| it.one_of(&SEVERITIES.map(Severity::name)));
        change.severity = severity.and_then(|at| SEVERITIES.get(at).copied());
        let surface = root.member("surface").and_then(|mut it| it.one_of(&SURFACES.map(Surface::name)));
        change.surface = surface.and_then(|at| SURFACES.get(at).copied());
        change.args = root.member("args").map(|mut args| read_args(&mut args));
        if let Some(mut actions) = root.member("actions") {
            let mut list = Vec::new();
            actions.each(|action| list.extend(read_action(action)));
            change.actions = Some(list);
        }
        if let Some(mut until) = root.member("until") {
            match until.value() {
                Value::Number(at) | Value::Date(at) if at.is_finite() => change.until = Some(instant(*at)),
                _ => until.wrong("a time in epoch milliseconds"),
            }
        }
    } else if whole && *root.value() == Value::Absent {
        root.wrong("an object");
    }
    if problems.is_empty() { Ok((change, cause)) } else { Err(problems) }
}

fn read_args(reader: &mut Reader<'_>) -> Vec<(String, Arg)> {
    let Value::Map(members) = reader.value() else {
        reader.wrong("an object");
        return Vec::new();
    };
    let mut args = Vec::new();
    for (name, value) in members {
        match value {
            Value::Text(text) => args.push((name.clone(), Arg::Text(text.clone()))),
            Value::Number(number) => args.push((name.clone(), Arg::Number(*number))),
            Value::Date(at) => args.push((name.clone(), Arg::Time(*at))),
            Value::Absent => {}
            _ => {
                if let Some(mut member) = reader.member(name) {
                    member.wrong("a string, a number or a Date");
                }
            }
        }
    }
    args
}

fn read_action(reader: &mut Reader<'_>) -> Option<OwnAction> {
    reader.object(&["id", "label", "run", "href"]);
    let Some(id) = reader.member("id").and_then(|mut id| id.text().map(String::from)) else {
        reader.report_at("id", "expected a name for the action");
        return None;
    };
    let mut words = |name: &str| reader.member(name).and_then(|mut member| member.text().map(String::from));
    let (label, href) = (words("label"), words("href"));
    if let Some(mut run) = reader.member("run")
        && *run.value() != Value::Function
    {
        run.wrong("a function");
    }
    Some(OwnAction { id, label, href })
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
        assert_eq!(paths, ["message", "severity", "args.x", "actions[0].id", "until"]);
        assert!(AppNotice::read(&Value::Absent, |at| at as u64).is_err());
        assert!(Change::read(&map(&[]), |at| at as u64).is_ok());
    }
}
