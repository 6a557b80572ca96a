//! The options of a client and of a call: one tree, read in one go, all its problems found at once.

mod reader;
mod value;

use alloc::string::String;
use alloc::vec::Vec;
pub use reader::{Problem, Reader};
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

const POLICY: [&str; 5] = ["attemptTimeout", "idleTimeout", "deadline", "retry", "throwHttpErrors"];

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
        let mut problems = Vec::new();
        let mut options = Options { surfaces: Some(Surfaces::default()), ..Options::default() };
        let mut root = Reader::root(value, &mut problems);
        if root.object(&["rules", "defaults", "surfaces", "seed"]) {
            if let Some(mut defaults) = root.member("defaults") {
                defaults.object(&POLICY);
                options.defaults = policy(&mut defaults);
                check_relations(&mut defaults, &[&options.defaults]);
            }
            let defaults = options.defaults.clone();
            if let Some(mut rules) = root.member("rules") {
                rules.each(|reader| options.rules.extend(rule(reader, &defaults)));
            }
            if let Some(mut surfaces) = root.member("surfaces") {
                options.surfaces = read_surfaces(&mut surfaces);
            }
            options.seed =
                root.member("seed").and_then(|mut seed| seed.integer(0, 1 << 53, "a whole number"));
        }
        if problems.is_empty() { Ok(options) } else { Err(problems) }
    }
}

impl CallOptions {
    /// Reads one call's options, laid over `below` (the layers under it, outermost first).
    ///
    /// # Errors
    /// Every problem of the tree, each with its path.
    pub fn read(value: &Value, below: &[&PolicyPatch]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut options = CallOptions::default();
        let mut root = Reader::root(value, &mut problems);
        let mut known = POLICY.to_vec();
        known.extend(["notify", "expect", "onProgress", "actionId"]);
        if root.object(&known) {
            options.policy = policy(&mut root);
            let mut layers = below.to_vec();
            layers.push(&options.policy);
            check_relations(&mut root, &layers);
            if let Some(mut notify) = root.member("notify") {
                options.notify = match notify.one_of(&["auto", "silent", "toast", "banner"]) {
                    Some(1) => Some(Surface::Silent),
                    Some(2) => Some(Surface::Toast),
                    Some(3) => Some(Surface::Banner),
                    _ => None,
                };
            }
            if let Some(mut expected) = root.member("expect") {
                match expected.value() {
                    Value::Text(text) if expect::essence(text).is_some() => {
                        options.expect = Some(text.clone())
                    }
                    _ => expected.wrong("a content type like \"application/json\" or \"image/*\""),
                }
            }
            if let Some(mut progress) = root.member("onProgress") {
                options.progress = *progress.value() == Value::Function;
                if !options.progress {
                    progress.wrong("a function");
                }
            }
            if let Some(mut action) = root.member("actionId") {
                action.text();
            }
        }
        if problems.is_empty() { Ok(options) } else { Err(problems) }
    }
}

fn rule(reader: &mut Reader<'_>, defaults: &PolicyPatch) -> Option<Rule> {
    let mut known = POLICY.to_vec();
    known.push("match");
    if !reader.object(&known) {
        if *reader.value() == Value::Absent {
            reader.wrong("an object");
        }
        return None;
    }
    let policy = policy(reader);
    check_relations(reader, &[defaults, &policy]);
    let Some(mut place) = reader.member("match") else {
        reader.report_at("match", "expected a URL pattern like \"/api/*\", got nothing");
        return None;
    };
    let mut methods = Vec::new();
    let pattern = match place.value() {
        Value::Text(_) => pattern(&mut place),
        Value::Map(_) => {
            place.object(&["url", "methods"]);
            if let Some(mut named) = place.member("methods") {
                methods = method_names(&mut named);
            }
            match place.member("url") {
                Some(mut url) => pattern(&mut url),
                None => Pattern::parse("*://*/*").ok(),
            }
        }
        _ => {
            place.wrong("a URL pattern like \"/api/*\", or { url, methods }");
            None
        }
    };
    Some(Rule { pattern: pattern?, methods, policy })
}

fn pattern(reader: &mut Reader<'_>) -> Option<Pattern> {
    let text = reader.text()?;
    match Pattern::parse(text) {
        Ok(pattern) => Some(pattern),
        Err(reason) => {
            let mut expected = String::from("a URL pattern (");
            expected.push_str(reason);
            expected.push(')');
            reader.wrong(&expected);
            None
        }
    }
}

fn policy(reader: &mut Reader<'_>) -> PolicyPatch {
    let mut patch = PolicyPatch::default();
    if let Some(mut limit) = reader.member("attemptTimeout") {
        patch.attempt_timeout = time_limit(&mut limit);
    }
    if let Some(mut limit) = reader.member("idleTimeout") {
        patch.idle_timeout = time_limit(&mut limit);
    }
    if let Some(mut limit) = reader.member("deadline") {
        patch.deadline = deadline(&mut limit);
    }
    if let Some(mut retry) = reader.member("retry") {
        patch.retry = match retry.value() {
            Value::Bool(false) => Some(None),
            Value::Map(_) => Some(Some(read_retry(&mut retry))),
            _ => {
                retry.wrong("an object, or false to turn it off");
                None
            }
        };
    }
    patch.throw_http_errors = reader.member("throwHttpErrors").and_then(|mut throw| throw.boolean());
    patch
}

fn time_limit(reader: &mut Reader<'_>) -> Option<Limit> {
    match reader.value() {
        Value::Bool(false) => Some(Limit::Off),
        _ => reader.millis(1, true).map(Limit::Set),
    }
}

fn deadline(reader: &mut Reader<'_>) -> Option<DeadlinePatch> {
    if !matches!(reader.value(), Value::Map(_)) {
        return time_limit(reader).map(DeadlinePatch::Total);
    }
    reader.object(&["total", "body"]);
    let body = reader.member("body").and_then(|mut body| body.boolean());
    let Some(mut total) = reader.member("total") else {
        reader.report_at("total", "expected milliseconds, got nothing");
        return None;
    };
    total.millis(1, false).map(|total| DeadlinePatch::Object { total, body })
}

fn read_retry(reader: &mut Reader<'_>) -> RetryPatch {
    reader.object(&["attempts", "methods", "statuses", "base", "cap", "timeouts"]);
    let mut patch = RetryPatch::default();
    if let Some(mut attempts) = reader.member("attempts") {
        let what = "attempts in all (1 means no retry),";
        patch.attempts = attempts.integer(1, MAX_ATTEMPTS, what).map(|attempts| attempts as u32);
    }
    if let Some(mut methods) = reader.member("methods") {
        patch.methods = Some(method_names(&mut methods));
    }
    if let Some(mut statuses) = reader.member("statuses") {
        let mut named = Vec::new();
        statuses.each(|status| named.extend(status.integer(400, 599, "an error status").map(|s| s as u16)));
        patch.statuses = Some(named);
    }
    patch.base = reader.member("base").and_then(|mut base| base.millis(0, false));
    patch.cap = reader.member("cap").and_then(|mut cap| cap.millis(0, false));
    patch.timeouts = reader.member("timeouts").and_then(|mut timeouts| timeouts.boolean());
    patch
}

fn method_names(reader: &mut Reader<'_>) -> Vec<String> {
    let mut names = Vec::new();
    reader.each(|method| names.extend(method.text().map(str::to_ascii_uppercase)));
    names
}

fn read_surfaces(reader: &mut Reader<'_>) -> Option<Surfaces> {
    if *reader.value() == Value::Bool(false) {
        return None;
    }
    let mut surfaces = Surfaces::default();
    reader.object(&["position", "maxVisible", "hotkey", "density", "theme", "delay", "headless"]);
    let positions = ["top-start", "top", "top-end", "bottom-start", "bottom", "bottom-end"];
    for (name, choices) in [
        ("position", &positions[..]),
        ("density", &["comfortable", "compact"]),
        ("theme", &["auto", "light", "dark"]),
    ] {
        if let Some(mut member) = reader.member(name) {
            member.one_of(choices);
        }
    }
    if let Some(mut hotkey) = reader.member("hotkey")
        && *hotkey.value() != Value::Bool(false)
    {
        hotkey.text();
    }
    if let Some(mut headless) = reader.member("headless") {
        surfaces.headless = headless.boolean().unwrap_or_default();
    }
    if let Some(most) = reader.member("maxVisible").and_then(|mut most| most.integer(1, 10, "a whole number"))
    {
        surfaces.max_visible = most as usize;
    }
    if let Some(delay) = reader.member("delay").and_then(|mut delay| delay.millis(0, false)) {
        surfaces.delay = delay;
    }
    Some(surfaces)
}

/// What holds between members once the layers are laid over each other.
fn check_relations(reader: &mut Reader<'_>, layers: &[&PolicyPatch]) {
    let mut policy = Policy::built_in();
    layers.iter().for_each(|layer| policy.apply(layer));
    // A conflict is reported once, where the innermost layer makes it.
    let Some(own) = layers.last() else { return };
    if (own.attempt_timeout.is_some() || own.deadline.is_some())
        && let (Limit::Set(attempt), Limit::Set(total)) = (policy.limits.attempt, policy.limits.total)
        && attempt > total
    {
        let message = relation("attemptTimeout", attempt, "deadline", total);
        reader.report_at("attemptTimeout", &message);
    }
    if own.retry.is_some()
        && let Some((base, cap)) = policy.retry.as_ref().and_then(|retry| Some((retry.base?, retry.cap?)))
        && base > cap
    {
        reader.report_at("retry.base", &relation("base", base, "cap", cap));
    }
}

fn relation(less: &str, low: Millis, more: &str, high: Millis) -> String {
    let mut message = String::from("expected ");
    message.push_str(less);
    message.push_str(" to be at most ");
    message.push_str(more);
    message.push_str(" (");
    push_integer(&mut message, high);
    message.push_str(" ms), got ");
    push_integer(&mut message, low);
    message.push_str(": lower it, or raise ");
    message.push_str(more);
    message
}
