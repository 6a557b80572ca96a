//! The options of a client and of a call: one tree, read in one go, all its problems found at once.

mod shape;
mod value;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
pub(crate) use shape::push_all;
pub use shape::{Member, Problem, Shape};
pub use value::{Value, push_integer};

use super::expect;
use super::limits::{DeadlinePatch, Limit};
use super::pattern::Pattern;
use super::retry::RetryPatch;
use super::{Policy, PolicyPatch};
use crate::fault::Surface;
use crate::time::Millis;

/// The longest `attempts`: beyond it, retrying is a loop.
const MAX_ATTEMPTS: u64 = 20;

const ATTEMPT_TIMEOUT: Member = Member::may("attemptTimeout", Shape::OrFalse(&Shape::Millis(1)));
const IDLE_TIMEOUT: Member = Member::may("idleTimeout", Shape::OrFalse(&Shape::Millis(1)));
const DEADLINE: Member = Member::may(
    "deadline",
    Shape::Either(
        &Shape::Object(&[Member::must("total", Shape::Millis(1)), Member::may("body", Shape::Flag)]),
        &Shape::OrFalse(&Shape::Millis(1)),
    ),
);
const RETRY: Member = Member::may(
    "retry",
    Shape::OrFalse(&Shape::Object(&[
        Member::may("attempts", Shape::Whole(1, MAX_ATTEMPTS, "attempts in all (1 means no retry),")),
        Member::may("methods", METHODS),
        Member::may("statuses", Shape::List(&Shape::Whole(400, 599, "an error status"))),
        Member::may("base", Shape::Millis(0)),
        Member::may("cap", Shape::Millis(0)),
        Member::may("timeouts", Shape::Flag),
    ])),
);
const METHODS: Shape = Shape::List(&Shape::Text);
const THROW: Member = Member::may("throwHttpErrors", Shape::Flag);

const PATTERN: Shape =
    Shape::Parsed("a URL pattern like \"/api/*\"", |text| Pattern::parse(text).map(|_| ()));
const MATCH: Member = Member::must(
    "match",
    Shape::Either(&Shape::Object(&[Member::may("url", PATTERN), Member::may("methods", METHODS)]), &PATTERN),
);
const RULE: Shape = Shape::Object(&[MATCH, ATTEMPT_TIMEOUT, IDLE_TIMEOUT, DEADLINE, RETRY, THROW]);

const SURFACES: Shape = Shape::Object(&[
    Member::may(
        "position",
        Shape::OneOf(&["top-start", "top", "top-end", "bottom-start", "bottom", "bottom-end"]),
    ),
    Member::may("maxVisible", Shape::Whole(1, 10, "a whole number")),
    Member::may("hotkey", Shape::OrFalse(&Shape::Text)),
    Member::may("density", Shape::OneOf(&["comfortable", "compact"])),
    Member::may("theme", Shape::OneOf(&["auto", "light", "dark"])),
    Member::may("delay", Shape::Millis(0)),
    Member::may("headless", Shape::Flag),
]);

const CLIENT: Shape = Shape::Object(&[
    Member::may("rules", Shape::List(&RULE)),
    Member::may("defaults", Shape::Object(&[ATTEMPT_TIMEOUT, IDLE_TIMEOUT, DEADLINE, RETRY, THROW])),
    Member::may("surfaces", Shape::OrFalse(&SURFACES)),
    Member::may("seed", Shape::Whole(0, 1 << 53, "a whole number")),
]);

const CONTENT_TYPE: Shape =
    Shape::Parsed("a content type like \"application/json\" or \"image/*\"", |text| {
        expect::essence(text).map(|_| ()).ok_or("")
    });
const CALL: Shape = Shape::Object(&[
    Member::may("notify", Shape::OneOf(&["auto", "silent", "toast", "banner"])),
    Member::may("expect", CONTENT_TYPE),
    Member::may("onProgress", Shape::Function),
    Member::may("actionId", Shape::Text),
    ATTEMPT_TIMEOUT,
    IDLE_TIMEOUT,
    DEADLINE,
    RETRY,
    THROW,
]);

/// The options of a client.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Options {
    /// The first one that matches decides.
    pub rules: Vec<Rule>,
    /// What holds for every call.
    pub defaults: PolicyPatch,
    /// How notices are shown; `None`: not at all.
    pub surfaces: Option<Surfaces>,
    /// Seeds jitter.
    pub seed: Option<u64>,
}

/// Requests that are treated in a way of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which URLs.
    pub pattern: Pattern,
    /// Which methods, upper-case; empty: all.
    pub methods: Vec<String>,
    /// How.
    pub policy: PolicyPatch,
}

/// What the notice model needs to know of `surfaces`.
#[derive(Clone, Debug, PartialEq)]
pub struct Surfaces {
    /// Cards shown at once; 1 to 10, default 3.
    pub max_visible: usize,
    /// How long a failure must last before it is shown, ms; default 600.
    pub delay: Millis,
    /// Nothing is drawn.
    pub headless: bool,
}

impl Default for Surfaces {
    fn default() -> Self {
        Surfaces { max_visible: 3, delay: 600, headless: false }
    }
}

/// The options of one call.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CallOptions {
    /// Over the rule's.
    pub policy: PolicyPatch,
    /// Where its failure is shown; `None`: the ladder chooses.
    pub notify: Option<Surface>,
    /// The content type that the answer must have.
    pub expect: Option<String>,
    /// Whether the body's progress is asked for.
    pub progress: bool,
}

impl Options {
    /// Reads a client's options.
    ///
    /// # Errors
    /// Every problem of the tree, each with its path.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut problems = if value.is_absent() { Vec::new() } else { CLIENT.problems(value) };
        let defaults = policy(value.member("defaults"));
        check_relations("defaults", &[&defaults], &mut problems);
        let mut rules = Vec::new();
        for (index, value) in value.member("rules").items().iter().enumerate() {
            let rule = rule(value);
            let mut path = String::from("rules[");
            push_integer(&mut path, index as u64);
            path.push(']');
            check_relations(&path, &[&defaults, &rule.policy], &mut problems);
            rules.push(rule);
        }
        let options = Options {
            rules,
            defaults,
            surfaces: surfaces(value.member("surfaces")),
            seed: value.member("seed").whole(),
        };
        if problems.is_empty() { Ok(options) } else { Err(problems) }
    }
}

impl CallOptions {
    /// Reads one call's options, laid over `below` (the layers under it, outermost first).
    ///
    /// # Errors
    /// Every problem of the tree, each with its path.
    pub fn read(value: &Value, below: &[&PolicyPatch]) -> Result<Self, Vec<Problem>> {
        let mut problems = if value.is_absent() { Vec::new() } else { CALL.problems(value) };
        let options = CallOptions {
            policy: policy(value),
            notify: match value.member("notify").text() {
                Some("silent") => Some(Surface::Silent),
                Some("toast") => Some(Surface::Toast),
                Some("banner") => Some(Surface::Banner),
                _ => None,
            },
            expect: value.member("expect").text().map(Into::into),
            progress: !value.member("onProgress").is_absent(),
        };
        let mut layers = below.to_vec();
        layers.push(&options.policy);
        check_relations("", &layers, &mut problems);
        if problems.is_empty() { Ok(options) } else { Err(problems) }
    }
}

// What follows takes out what the shapes have let through; what they have not comes out as anything, and is not used.

fn rule(value: &Value) -> Rule {
    let place = value.member("match");
    let url = place.text().or_else(|| place.member("url").text()).unwrap_or("*://*/*");
    Rule {
        pattern: Pattern::parse(url).unwrap_or_default(),
        methods: method_names(place.member("methods")),
        policy: policy(value),
    }
}

fn policy(value: &Value) -> PolicyPatch {
    let (deadline, retry) = (value.member("deadline"), value.member("retry"));
    PolicyPatch {
        attempt_timeout: limit(value.member("attemptTimeout")),
        idle_timeout: limit(value.member("idleTimeout")),
        deadline: match deadline.member("total").whole() {
            Some(total) => Some(DeadlinePatch::Object { total, body: deadline.member("body").flag() }),
            None => limit(deadline).map(DeadlinePatch::Total),
        },
        retry: match retry {
            Value::Absent => None,
            Value::Bool(_) => Some(None),
            _ => Some(Some(retry_patch(retry))),
        },
        throw_http_errors: value.member("throwHttpErrors").flag(),
    }
}

fn limit(value: &Value) -> Option<Limit> {
    match value {
        Value::Bool(_) => Some(Limit::Off),
        _ => value.whole().map(Limit::Set),
    }
}

fn retry_patch(value: &Value) -> RetryPatch {
    let (methods, statuses) = (value.member("methods"), value.member("statuses"));
    RetryPatch {
        attempts: value.member("attempts").whole().map(|attempts| attempts as u32),
        methods: (!methods.is_absent()).then(|| method_names(methods).into()),
        statuses: (!statuses.is_absent()).then(|| {
            Rc::new(statuses.items().iter().filter_map(Value::whole).map(|status| status as u16).collect())
        }),
        base: value.member("base").whole(),
        cap: value.member("cap").whole(),
        timeouts: value.member("timeouts").flag(),
    }
}

fn method_names(value: &Value) -> Vec<String> {
    value.items().iter().filter_map(Value::text).map(str::to_ascii_uppercase).collect()
}

fn surfaces(value: &Value) -> Option<Surfaces> {
    if let Value::Bool(_) = value {
        return None;
    }
    let usual = Surfaces::default();
    Some(Surfaces {
        max_visible: value.member("maxVisible").whole().map_or(usual.max_visible, |most| most as usize),
        delay: value.member("delay").whole().unwrap_or(usual.delay),
        headless: value.member("headless").flag().unwrap_or(usual.headless),
    })
}

/// What holds between members once the layers are laid over each other; looked at where the members are in order.
fn check_relations(path: &str, layers: &[&PolicyPatch], problems: &mut Vec<Problem>) {
    // A conflict is reported once, where the innermost layer makes it.
    let Some(own) = layers.last() else { return };
    if problems.iter().any(|problem| problem.path.starts_with(path)) {
        return;
    }
    let mut policy = Policy::built_in();
    layers.iter().for_each(|layer| policy.apply(layer));
    if (own.attempt_timeout.is_some() || own.deadline.is_some())
        && let (Limit::Set(attempt), Limit::Set(total)) = (policy.limits.attempt, policy.limits.total)
        && attempt > total
    {
        problems.push(relation(path, ["attemptTimeout", "deadline"], [attempt, total]));
    }
    if own.retry.is_some()
        && let Some((base, cap)) = policy.retry.as_ref().and_then(|retry| Some((retry.base?, retry.cap?)))
        && base > cap
    {
        problems.push(relation(path, ["retry.base", "retry.cap"], [base, cap]));
    }
}

/// The first of two members is greater than the second.
fn relation(path: &str, [less, more]: [&str; 2], [low, high]: [Millis; 2]) -> Problem {
    let mut at = String::from(path);
    push_all(&mut at, &[if path.is_empty() { "" } else { "." }, less]);
    let mut message = String::from("expected at most ");
    push_integer(&mut message, high);
    push_all(&mut message, &[" ms, which is ", more, ", got "]);
    push_integer(&mut message, low);
    push_all(&mut message, &[": lower it, or raise ", more]);
    Problem { path: at, message }
}
