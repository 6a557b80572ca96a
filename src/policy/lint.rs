//! What the rules come to: the worst case of each, and what looks wrong.
//!
//! The options' own reader finds what cannot be; this finds what can be and is hardly meant. Sentences are fixed texts with
//! whole numbers put in: no formatter ships for them.

use crate::names::names;
use alloc::string::String;
use alloc::vec::Vec;

use super::backoff::Schedule;
use super::options::{Rule, Rules, Target, Value, push_all, push_integer};
use super::retry::{is_idempotent, repeats};
use super::settings::{Id, Settings};
use super::text::before;
use crate::fault::Kind;
use crate::time::Millis;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What holds.
    Info,
    /// What is hardly meant.
    Warning,
    /// What cannot be meant.
    Error,
}

names!(Level { Info = "info", Warning = "warning", Error = "error" });

/// One thing about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `defaults`, or a rule's path and pattern: `rules[0] /api/*`; of a policy document `remotePolicy.rules[0] /api/*`.
    pub rule: String,
    /// How much it matters.
    pub level: Level,
    /// In plain words.
    pub message: String,
    /// The longest that a call waits for its headers, ms; `None`: not what this is about, or there is no limit.
    pub worst_wait: Option<Millis>,
    /// Requests of one call at most.
    pub worst_attempts: Option<u32>,
}

const FOR_EVER: &str = "neither deadline nor attemptTimeout: a call may wait for ever; set one of them";
const NO_ROOM: &str = "an attempt may use up most of the deadline, so a retry after a timeout hardly ever fits; lower \
    attemptTimeout or raise deadline";
const EFFECTS: &str = "retry.methods names a method that is not idempotent: what a request did may be done twice; add \
    idempotency, or name it only where it just reads";
const NEVER_HEDGED: &str = "hedge has no effect: only idempotent methods are hedged";
const NO_BREAKER: &str =
    "retries without a circuit breaker: a server that is down gets every attempt of every call";
const NO_BUDGET: &str = "retries without a budget: while a server fails, each call multiplies its load";
const NO_BOUND: &str =
    "budget.refill is 1 or more: every success pays for a whole retry, so the budget bounds nothing";
const ALONE: &str = "endpoints has one entry: there is nowhere else to go when it fails";
const MIXED: &str = "some endpoints name a group and some do not: calls never go from one kind to the other";
const COVERED: &str =
    "this rule never matches: an earlier one covers the same requests; put it first, or remove it";
const OUTSIDE: &str = "a library around this one that tries again too (ky, TanStack Query) multiplies these attempts: turn \
    its own retries off";

/// Everything there is to say about these rules.
pub fn lint(rules: &Rules) -> Vec<Finding> {
    let mut findings = Vec::new();
    let policy = Settings::complete(&rules.defaults);
    look_at("defaults", &policy, &rules.defaults, None, &mut findings);
    for (index, rule) in rules.rules.iter().enumerate() {
        // Each place counts its own rules.
        let (place, number) = match index.checked_sub(rules.remote) {
            Some(own) => ("rules[", own),
            None => ("remotePolicy.rules[", index),
        };
        let mut name = String::from(place);
        push_integer(&mut name, number as u64);
        push_all(&mut name, &["] ", rule.pattern.source()]);
        let mut layers = rules.defaults.clone();
        layers.apply(&rule.policy);
        let policy = Settings::complete(&layers);
        look_at(&name, &policy, &rule.policy, Some(rule), &mut findings);
        if rules.rules.iter().take(index).any(|earlier| covers(earlier, rule)) {
            add(&name, Level::Error, COVERED, &mut findings);
        }
    }
    add("defaults", Level::Info, OUTSIDE, &mut findings);
    findings
}

/// One layer's complete policy. `own`: what the layer itself names; what it takes over is told where it is named.
fn look_at(name: &str, policy: &Settings, own: &Settings, rule: Option<&Rule>, findings: &mut Vec<Finding>) {
    let methods = rule.map(|rule| rule.methods.as_slice()).unwrap_or_default();
    let worst_attempts = attempts(policy, methods);
    let worst_wait = wait(policy, worst_attempts);
    findings.push(Finding {
        rule: name.into(),
        level: Level::Info,
        message: sum_up(policy, worst_attempts, worst_wait),
        worst_wait,
        worst_attempts: Some(worst_attempts),
    });
    let names = |ids: &[Id]| rule.is_none() || ids.iter().any(|id| own.is_named(*id));
    let more = worst_attempts > 1;
    let (attempt, deadline) = (policy.millis(Id::AttemptTimeout), policy.millis(Id::Deadline));
    let limits = names(&[Id::AttemptTimeout, Id::Deadline]);
    // Our own limits give way to each other; nobody needs to be told of them.
    let chosen = own.is_named(Id::AttemptTimeout) || own.is_named(Id::Deadline);
    let no_room =
        matches!((attempt, deadline), (Some(attempt), Some(deadline)) if attempt > deadline / 4 * 3);
    let unsafe_named = own.methods.as_ref().is_some_and(|methods| !methods.iter().all(|m| is_idempotent(m)));
    let hedged = |method: &String| is_idempotent(method) && repeats(policy, method);
    let endpoints = rule.map(|rule| rule.endpoints.as_slice()).unwrap_or_default();
    let without_group = |target: &Target| target.group.is_empty();
    let checks = [
        (FOR_EVER, limits && attempt.is_none() && deadline.is_none()),
        (NO_ROOM, chosen && more && no_room && policy.on(Id::RetryTimeouts)),
        (EFFECTS, unsafe_named && !policy.on(Id::Idempotency)),
        (
            NEVER_HEDGED,
            names(&[Id::Hedge]) && policy.on(Id::Hedge) && !methods.is_empty() && !methods.iter().any(hedged),
        ),
        (NO_BREAKER, names(&[Id::Breaker]) && more && !policy.on(Id::Breaker)),
        (NO_BUDGET, names(&[Id::Budget]) && more && !policy.on(Id::Budget)),
        (
            NO_BOUND,
            own.is_named(Id::BudgetRefill) && policy.on(Id::Budget) && policy.number(Id::BudgetRefill) >= 1.0,
        ),
        (ALONE, endpoints.len() == 1),
        (MIXED, endpoints.iter().any(without_group) && !endpoints.iter().all(without_group)),
    ];
    for (message, holds) in checks {
        if holds {
            add(name, Level::Warning, message, findings);
        }
    }
    for status in own.statuses.iter().flat_map(|statuses| statuses.iter()) {
        if is_final(*status) {
            let mut message = String::from("retry.statuses names ");
            push_integer(&mut message, u64::from(*status));
            message.push_str(": trying again does not change that answer");
            add(name, Level::Warning, &message, findings);
        }
    }
}

/// Requests of one call at most, a repeat after a sign-in refresh aside.
fn attempts(policy: &Settings, methods: &[String]) -> u32 {
    let repeated = |method: &String| repeats(policy, method) || policy.on(Id::Idempotency);
    if !methods.is_empty() && !methods.iter().any(repeated) {
        return 1;
    }
    let attempts = if policy.on(Id::Retry) { policy.whole(Id::RetryAttempts).max(1) } else { 1 };
    let hedges = policy.on(Id::Hedge) && (methods.is_empty() || methods.iter().any(|m| is_idempotent(m)));
    attempts + if hedges { policy.whole(Id::HedgeMax) } else { 0 }
}

/// The longest that a call waits for its headers.
fn wait(policy: &Settings, attempts: u32) -> Option<Millis> {
    if let Some(deadline) = policy.millis(Id::Deadline) {
        return Some(deadline);
    }
    let timeout = policy.millis(Id::AttemptTimeout)?;
    // Hedges run beside other attempts.
    let attempts =
        attempts.min(if policy.on(Id::Retry) { policy.whole(Id::RetryAttempts).max(1) } else { 1 });
    let (base, cap) = (policy.millis(Id::RetryBase), policy.millis(Id::RetryCap));
    let mut sum = timeout.saturating_mul(attempts.into());
    for retry in 1..attempts {
        let longest = |kind| Schedule::chosen(kind, retry, base, cap).longest(retry);
        sum = sum.saturating_add(longest(Kind::Overloaded).max(longest(Kind::Unreachable)));
    }
    Some(sum)
}

/// Worst case and server load, in words.
fn sum_up(policy: &Settings, attempts: u32, wait: Option<Millis>) -> String {
    let mut text = String::new();
    match wait {
        Some(wait) => {
            text.push_str("a call waits at most ");
            push_integer(&mut text, wait);
            text.push_str(" ms for its headers");
            if !policy.on(Id::Deadline) {
                text.push_str(", and longer where a server asks for it or the circuit breaker holds it");
            }
        }
        None => text.push_str("a call may wait for ever"),
    }
    text.push_str("; it is sent at most ");
    push_integer(&mut text, attempts.into());
    text.push_str(if attempts == 1 { " time" } else { " times" });
    text.push_str(", and once more after a sign-in refresh where auth is on");
    if attempts > 1 {
        text.push_str(". Server load: up to ");
        push_integer(&mut text, attempts.into());
        text.push_str(" requests for one call, ");
        let (capacity, refill) = (policy.number(Id::BudgetCapacity), policy.number(Id::BudgetRefill));
        if policy.on(Id::Budget) && refill < 1.0 {
            let long_run = (1.0 + refill).min(f64::from(attempts));
            text.push_str("in the long run at most ");
            text.push_str(&Value::Number(long_run).describe());
            text.push_str(" for each that succeeds, beside a burst of ");
            text.push_str(&Value::Number(capacity).describe());
            text.push_str(" retries at each endpoint");
        } else {
            text.push_str("and nothing bounds it in the long run");
        }
    }
    text
}

/// Answers that say the same however often one asks. Others may pass: 408, 409 and 423 (somebody else is at work), 412 and 421
/// (another connection, another state), 425, 429, and 413 where the server says when.
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 409 | 412 | 413 | 421 | 423 | 425 | 429)
}

/// Whether the earlier rule takes every request of the later one, as far as the patterns show it at once.
fn covers(earlier: &Rule, later: &Rule) -> bool {
    let (first, second) = (earlier.pattern.source(), later.pattern.source());
    let is_path = matches!(second.as_bytes().first(), Some(b'/' | b'{')) || second == "*";
    let pattern = match first {
        "*://*/*" => true,
        "/*" | "*" => is_path,
        _ => first == second || literal_start(first).is_some_and(|start| second.starts_with(start)),
    };
    let named = |method: &String| earlier.methods.contains(method);
    let methods =
        earlier.methods.is_empty() || (!later.methods.is_empty() && later.methods.iter().all(named));
    pattern && methods
}

/// What stands before the `*` at the end of a pattern that is literal otherwise.
fn literal_start(pattern: &str) -> Option<&str> {
    let start = pattern.strip_suffix("*").filter(|start| !start.is_empty())?;
    let rest = start.strip_prefix("https://").or_else(|| start.strip_prefix("http://")).unwrap_or(start);
    before(rest, b"*:{}\\").1.is_empty().then_some(start)
}

fn add(rule: &str, level: Level, message: &str, findings: &mut Vec<Finding>) {
    let (rule, message) = (rule.into(), message.into());
    findings.push(Finding { rule, level, message, worst_wait: None, worst_attempts: None });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::options::Options;

    fn value(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Absent,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap()),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(value).collect()),
            serde_json::Value::Object(members) => {
                Value::Map(members.into_iter().map(|(name, json)| (name, value(json))).collect())
            }
        }
    }

    fn found(json: serde_json::Value) -> Vec<Finding> {
        lint(&Options::read(&value(json)).unwrap_or_else(|problems| panic!("{problems:?}")).rules)
    }

    /// What is wrong, with where.
    fn wrong(json: serde_json::Value) -> Vec<(String, String)> {
        let findings = found(json).into_iter().filter(|finding| finding.level > Level::Info);
        findings.map(|finding| (finding.rule, finding.message)).collect()
    }

    fn rule(policy: serde_json::Value) -> Vec<String> {
        let mut rule = policy;
        rule["match"] = rule.get("match").cloned().unwrap_or("/a".into());
        wrong(serde_json::json!({ "rules": [rule] })).into_iter().map(|(_, message)| message).collect()
    }

    #[test]
    fn nothing_is_wrong_with_the_defaults_and_their_worst_case_is_told() {
        let findings = found(serde_json::json!({}));
        assert!(findings.iter().all(|finding| finding.level == Level::Info));
        let policy = Settings::built_in();
        assert_eq!(findings[0].worst_wait, policy.millis(Id::Deadline));
        assert_eq!(findings[0].worst_attempts, Some(policy.whole(Id::RetryAttempts)));
        assert_eq!(findings.iter().filter(|finding| finding.message == OUTSIDE).count(), 1);
    }

    #[test]
    fn the_worst_case_of_a_rule_is_that_of_all_its_layers() {
        let findings = found(serde_json::json!({
            "defaults": { "attemptTimeout": 1000, "retry": { "attempts": 4, "base": 100, "cap": 300 } },
            "rules": [
                { "match": "/a/*", "deadline": false, "hedge": {} },
                { "match": { "url": "/b", "methods": ["post"] }, "deadline": 7000 },
                { "match": { "url": "/c", "methods": ["POST"] }, "idempotency": {}, "retry": { "attempts": 2 } },
                { "match": "/d", "budget": { "capacity": 5, "refill": 0.25 } }
            ]
        }));
        let worst = |name: &str| {
            let finding = findings.iter().find(|finding| finding.rule.starts_with(name)).unwrap();
            (finding.worst_wait, finding.worst_attempts)
        };
        assert_eq!(
            worst("defaults"),
            (Some(Settings::built_in().millis(Id::Deadline).unwrap().max(4000)), Some(4))
        );
        // Four attempts of a second, with waits of 100, 200 and 300 ms.
        assert_eq!(worst("rules[0] /a/*"), (Some(4600), Some(5)));
        assert_eq!(worst("rules[1] /b"), (Some(7000), Some(1)), "a POST without a key is sent once");
        assert_eq!(worst("rules[2] /c").1, Some(2));
        let words = &findings.iter().find(|finding| finding.rule == "rules[3] /d").unwrap().message;
        assert!(words.contains("it is sent at most 4 times"), "{words}");
        assert!(
            words.contains("at most 1.25 for each that succeeds, beside a burst of 5 retries"),
            "{words}"
        );
    }

    #[test]
    fn limits_that_are_missing_or_leave_no_room() {
        assert_eq!(rule(serde_json::json!({ "deadline": false, "attemptTimeout": false })), [FOR_EVER]);
        assert_eq!(rule(serde_json::json!({ "deadline": 5000, "attemptTimeout": 4500 })), [NO_ROOM]);
        assert!(rule(serde_json::json!({ "deadline": 5000, "attemptTimeout": 1500 })).is_empty());
        assert!(
            rule(serde_json::json!({ "deadline": 5000, "attemptTimeout": 4500, "retry": false })).is_empty()
        );
        assert!(
            rule(serde_json::json!({ "attemptTimeout": 60000 })).is_empty(),
            "our own deadline gives way"
        );
        let inherited = serde_json::json!({
            "defaults": { "deadline": 5000, "attemptTimeout": 4500 }, "rules": [{ "match": "/a", "pacing": false }]
        });
        assert_eq!(wrong(inherited), [("defaults".into(), NO_ROOM.into())], "told once, where it is named");
    }

    #[test]
    fn what_may_be_done_twice_and_what_has_no_effect() {
        let post = serde_json::json!({ "retry": { "methods": ["GET", "POST"] } });
        assert_eq!(rule(post), [EFFECTS]);
        let keyed = serde_json::json!({ "retry": { "methods": ["POST"] }, "idempotency": {} });
        assert!(rule(keyed).is_empty());
        let hedge =
            |methods| serde_json::json!({ "match": { "url": "/a", "methods": methods }, "hedge": {} });
        assert_eq!(rule(hedge(vec!["POST"])), [NEVER_HEDGED]);
        assert!(rule(hedge(vec!["POST", "GET"])).is_empty());
        let statuses = rule(serde_json::json!({ "retry": { "statuses": [404, 409, 429, 500] } }));
        assert_eq!(statuses, ["retry.statuses names 404: trying again does not change that answer"]);
    }

    #[test]
    fn load_without_a_bound() {
        assert_eq!(rule(serde_json::json!({ "breaker": false })), [NO_BREAKER]);
        assert_eq!(rule(serde_json::json!({ "budget": false })), [NO_BUDGET]);
        assert_eq!(rule(serde_json::json!({ "budget": { "refill": 1 } })), [NO_BOUND]);
        assert!(rule(serde_json::json!({ "breaker": false, "budget": false, "retry": false })).is_empty());
    }

    #[test]
    fn endpoints_that_lead_nowhere() {
        let url = |number: u32, group: &str| serde_json::json!({ "url": format!("https://e{number}.example"), "group": group });
        let bare = serde_json::json!({ "url": "https://e.example" });
        let rule = |urls: Vec<serde_json::Value>| rule(serde_json::json!({ "endpoints": { "urls": urls } }));
        assert_eq!(rule(vec![bare.clone()]), [ALONE]);
        assert_eq!(rule(vec![bare.clone(), url(1, "eu")]), [MIXED]);
        assert!(
            rule(vec![url(1, "eu"), url(2, "us")]).is_empty() && rule(vec![bare.clone(), bare]).is_empty()
        );
    }

    #[test]
    fn rules_that_never_match() {
        let covered = |rules: serde_json::Value| {
            let wrong = wrong(serde_json::json!({ "rules": rules }));
            wrong
                .into_iter()
                .map(|(rule, message)| {
                    assert_eq!(message, COVERED);
                    rule
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            covered(serde_json::json!([{ "match": "/a" }, { "match": "/b" }, { "match": "/a" }])),
            ["rules[2] /a"]
        );
        assert_eq!(
            covered(serde_json::json!([{ "match": "/*" }, { "match": "/api/*" }])),
            ["rules[1] /api/*"]
        );
        assert_eq!(
            covered(serde_json::json!([{ "match": "/api/*" }, { "match": "/api/orders/:id" }])).len(),
            1
        );
        let host = "https://api.example.com/";
        assert_eq!(
            covered(serde_json::json!([{ "match": format!("{host}*") }, { "match": format!("{host}a") }]))
                .len(),
            1
        );
        for [first, second] in
            [["/*", host], ["/api/*", "/app/*"], ["/:any/*", "/:any/b"], ["/api/orders", "/api/*"]]
        {
            assert!(
                covered(serde_json::json!([{ "match": first }, { "match": second }])).is_empty(),
                "{first} {second}"
            );
        }
        let get = serde_json::json!({ "url": "/a", "methods": ["GET"] });
        assert!(covered(serde_json::json!([{ "match": get }, { "match": "/a" }])).is_empty());
        assert_eq!(covered(serde_json::json!([{ "match": "/a" }, { "match": get }])).len(), 1);
    }
}
