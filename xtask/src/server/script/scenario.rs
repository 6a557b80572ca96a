//! Reads a whole scenario out of JSON.

use std::time::Duration;

use serde_json::Value;

use super::reader::{Fields, Problems, kind_of};
use super::{Auth, Pattern, Rule, Script, Step, step};
use crate::server::cors::Cors;

/// Limits that keep one scenario, and with it the server, small.
const MOST_STEPS: usize = 1000;
const MOST_RULES: usize = 200;
const LONGEST_WINDOW_MS: u64 = 24 * 3600 * 1000;

/// Reads a script; every problem it has comes back as `[{ path, message }]`.
pub(in crate::server) fn parse(value: &Value) -> Result<Script, Value> {
    let problems = Problems::default();
    let script = Fields::of(value, "", &problems).map(read);
    match script {
        Some(script) if problems.is_empty() => Ok(script),
        _ => Err(problems.to_json()),
    }
}

fn read(fields: Fields<'_>) -> Script {
    let mut rules = rules(&fields, "faults", true);
    rules.extend(self::rules(&fields, "routes", false));
    let per_path = match fields.text("sequence") {
        None | Some("scenario") => false,
        Some("path") => true,
        Some(_) => {
            fields.wrong("sequence", "expected \"scenario\" or \"path\"");
            false
        }
    };
    let script = Script {
        rules,
        steps: fields
            .list("steps", MOST_STEPS)
            .map(|items| steps(items, fields.problems))
            .unwrap_or_default(),
        per_path,
        app: fields.flag("app").unwrap_or(false),
        cors: fields
            .value("cors")
            .and_then(|value| Cors::parse(value, &fields.path_of("cors"), fields.problems))
            .unwrap_or(Cors::Open),
        auth: fields.value("auth").and_then(|value| auth(value, &fields)),
        clock_skew: fields.signed("clockSkew", -1_000_000_000..=1_000_000_000).unwrap_or(0) * 1000,
        keep_for: Duration::from_secs(fields.number("keepFor", 1..=7200).unwrap_or(900)),
        break_reused: fields.flag("breakReused").unwrap_or(false),
    };
    if script.steps.is_empty() && script.rules.is_empty() && !script.app && script.auth.is_none() {
        fields.problems.add("", "nothing to play: give steps, routes, faults, app or auth");
    }
    fields.finish();
    script
}

/// Reads `{ "METHOD /path": … }`, the most specific pattern first.
fn rules(fields: &Fields<'_>, name: &'static str, fault: bool) -> Vec<Rule> {
    let members = fields.members(name).unwrap_or_default();
    if members.len() > MOST_RULES {
        fields.wrong(name, format!("has {} patterns, at most {MOST_RULES} are allowed", members.len()));
        return Vec::new();
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (path, key, value) in members {
        let pattern = Pattern::parse(key).map_err(|message| fields.problems.add(&path, message)).ok();
        let Some(rule) = rule(pattern, key, value, &path, fault, fields.problems) else { continue };
        rules.push(rule);
    }
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.pattern.weight()));
    rules
}

/// A rule is one step, a list of steps, or `{ steps, from, until, times }`; a single step may carry the last three too.
fn rule(
    pattern: Option<Pattern>,
    name: &str,
    value: &Value,
    path: &str,
    fault: bool,
    problems: &Problems,
) -> Option<Rule> {
    let mut rule = Rule {
        pattern: pattern.unwrap_or_default(),
        name: name.to_owned(),
        fault,
        from: Duration::ZERO,
        until: None,
        times: None,
        steps: Vec::new(),
    };
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item));
            rule.steps = steps(items.take(MOST_STEPS), problems);
        }
        Value::Object(_) => {
            let fields = Fields::of(value, path, problems)?;
            rule.from = Duration::from_millis(fields.number("from", 0..=LONGEST_WINDOW_MS).unwrap_or(0));
            rule.until = fields.number("until", 0..=LONGEST_WINDOW_MS).map(Duration::from_millis);
            rule.times = fields.number("times", 1..=u64::MAX);
            if rule.until.is_some_and(|until| until <= rule.from) {
                fields.wrong("until", "has to be later than `from`");
            }
            if fields.has("steps") {
                rule.steps = steps(fields.list("steps", MOST_STEPS)?, problems);
                fields.finish();
            } else {
                rule.steps = vec![step::read(&fields)];
                fields.finish();
            }
        }
        other => {
            problems
                .add(path, format!("expected a step, a list of steps or an object, got {}", kind_of(other)));
            return None;
        }
    }
    if rule.steps.is_empty() {
        problems.add(path, "has no steps");
    }
    Some(rule)
}

fn steps<'a>(items: impl IntoIterator<Item = (String, &'a Value)>, problems: &Problems) -> Vec<Step> {
    let mut steps = Vec::new();
    for (path, item) in items {
        let Some(fields) = Fields::of(item, &path, problems) else { continue };
        steps.push(step::read(&fields));
        fields.finish();
    }
    steps
}

/// `"bearer"`, `"cookie"` or `{ by, protect }`.
fn auth(value: &Value, parent: &Fields<'_>) -> Option<Auth> {
    let kind = |text: &str, path: &str| match text {
        "bearer" => Some(false),
        "cookie" => Some(true),
        _ => {
            parent.problems.add(path, "expected \"bearer\" or \"cookie\"");
            None
        }
    };
    let path = parent.path_of("auth");
    if let Value::String(text) = value {
        return Some(Auth { cookie: kind(text, &path)?, protect: Vec::new() });
    }
    let fields = Fields::of(value, &path, parent.problems)?;
    let cookie = fields.text("by").and_then(|text| kind(text, &fields.path_of("by")));
    if !fields.has("by") {
        fields.wrong("by", "is missing: \"bearer\" or \"cookie\"");
    }
    let mut protect = Vec::new();
    for text in fields.texts("protect").unwrap_or_default() {
        match Pattern::parse(text) {
            Ok(pattern) => protect.push(pattern),
            Err(message) => fields.wrong("protect", message),
        }
    }
    fields.finish();
    Some(Auth { cookie: cookie?, protect })
}
