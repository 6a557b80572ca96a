//! Options: one tree, all its problems at once, each with its path, what was expected and what was found.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

#[path = "calls/world.rs"]
#[allow(dead_code)]
mod world;

use steadfetch::policy::options::{CallOptions, Options, Rules};
use steadfetch::policy::settings::Id;
use world::tree;

fn problems(json: &str) -> Vec<(String, String)> {
    Options::read(&tree(json))
        .unwrap_err()
        .into_iter()
        .map(|problem| (problem.path, problem.message))
        .collect()
}

#[test]
fn all_problems_come_at_once_each_with_path_got_expected_and_fix() {
    let found = problems(
        r#"{
            "seed": -1,
            "rule": [],
            "defaults": { "attemptTimeout": "10s", "retry": { "atempts": 3, "attempts": 0, "statuses": [200, 503] } },
            "rules": [
                { "match": "/api/*", "retry": { "cap": 2.5e10 } },
                { "match": "api", "deadline": {} },
                { "deadline": { "total": 5, "boddy": true } },
                7
            ],
            "surfaces": { "position": "left", "maxVisible": 0, "theme": 1, "headless": "no" }
        }"#,
    );
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    for path in [
        "seed",
        "rule",
        "defaults.attemptTimeout",
        "defaults.retry.atempts",
        "defaults.retry.attempts",
        "defaults.retry.statuses[0]",
        "rules[0].retry.cap",
        "rules[1].match",
        "rules[1].deadline.total",
        "rules[2].deadline.boddy",
        "rules[2].match",
        "rules[3]",
        "surfaces.position",
        "surfaces.maxVisible",
        "surfaces.theme",
        "surfaces.headless",
    ] {
        assert!(paths.contains(&path), "{path} is missing in {paths:?}");
    }
    assert_eq!(paths.len(), 16, "{paths:?}");
    let message = |path: &str| found.iter().find(|(at, _)| at == path).unwrap().1.as_str();
    assert!(message("defaults.attemptTimeout").contains("\"10s\""));
    assert!(message("defaults.attemptTimeout").contains("milliseconds from 1 to 2147483647"));
    assert!(message("defaults.retry.atempts").contains("did you mean \"attempts\"?"));
    assert!(message("rule").contains("did you mean \"rules\"?"));
    assert!(message("rules[3]").contains("got 7"));
}

#[test]
fn what_may_leave_is_checked_like_all_else() {
    for good in [
        r#"{ "telemetry": { "otlp": { "url": "/collector", "headers": { "x": "y" }, "service": "shop" }, "sample": 0 } }"#,
        r#"{ "telemetry": { "traceparent": "same-origin", "log": "console" } }"#,
        r#"{ "telemetry": { "traceparent": ["https://a.example:8443"], "log": false } }"#,
        r#"{ "privacy": { "fields": ["actionId"], "routes": ["/a/:b"], "trustServerText": ["https://a.example"] } }"#,
    ] {
        assert!(Options::read(&tree(good)).is_ok(), "{good}: {:?}", problems(good));
    }
    let found = problems(
        r#"{ "telemetry": { "otlp": { "headers": { "x": 1 } }, "traceparent": ["https://a.example/path"], "sample": 2, "log": true },
            "privacy": { "fields": "all", "routes": ["orders"], "trustServerText": ["a.example"], "field": [] } }"#,
    );
    let mut paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "privacy.field",
            "privacy.fields",
            "privacy.routes[0]",
            "privacy.trustServerText[0]",
            "telemetry.log",
            "telemetry.otlp.headers.x",
            "telemetry.otlp.url",
            "telemetry.sample",
            "telemetry.traceparent[0]",
        ]
    );
}

#[test]
fn relations_hold_between_members_and_layers() {
    let found = problems(r#"{ "defaults": { "attemptTimeout": 500, "deadline": 100 } }"#);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].0 == "defaults.attemptTimeout" && found[0].1.contains("100") && found[0].1.contains("500")
    );
    let across = r#"{ "defaults": { "attemptTimeout": 500 }, "rules": [{ "match": "/a", "deadline": 100 }, { "match": "/b" }] }"#;
    assert_eq!(problems(across).len(), 1, "reported once, where it arises");
    assert_eq!(
        problems(r#"{ "defaults": { "retry": { "base": 9, "cap": 8 } } }"#)[0].0,
        "defaults.retry.base"
    );
    assert!(
        Options::read(&tree(r#"{ "defaults": { "deadline": 100 } }"#)).is_ok(),
        "our own limit gives way"
    );
}

#[test]
fn what_is_left_out_or_null_is_no_problem() {
    for json in ["null", "{}", r#"{ "rules": null, "defaults": { "retry": null }, "surfaces": false }"#] {
        assert!(Options::read(&tree(json)).is_ok(), "{json}");
    }
    for json in ["7", "[]", "\"x\"", "true"] {
        assert_eq!(problems(json)[0].0, "", "{json}");
    }
}

#[test]
fn a_calls_options_are_checked_against_the_layers_below() {
    let options = Options::read(&tree(r#"{ "defaults": { "deadline": 100 } }"#)).unwrap();
    let read = |json: &str| CallOptions::read(&tree(json), &options.rules.defaults);
    assert_eq!(read(r#"{ "attemptTimeout": 500 }"#).unwrap_err()[0].path, "attemptTimeout");
    assert_eq!(read(r#"{ "expect": "json", "onProgress": 1, "notify": "loud" }"#).unwrap_err().len(), 3);
    assert_eq!(read(r#"{ "rules": [] }"#).unwrap_err()[0].path, "rules");
    let call = read(r#"{ "expect": "application/json", "notify": "silent", "actionId": "save" }"#).unwrap();
    assert_eq!(call.expect.as_deref(), Some("application/json"));
}

#[test]
fn a_policy_document_has_a_version_rules_and_a_kill_switch() {
    let read = |json: &str| Rules::document(&tree(json), &Rules::default());
    let rules = read(
        r#"{ "version": 1, "enabled": true, "features": { "search": "reduced" },
            "defaults": { "attemptTimeout": 700 }, "rules": [{ "match": "/api/*", "retry": { "attempts": 2 } }] }"#,
    );
    let rules = rules.unwrap().expect("it is enabled");
    assert_eq!(rules.defaults.millis(Id::AttemptTimeout), Some(700));
    assert_eq!(rules.rules[0].policy.whole(Id::RetryAttempts), 2);
    assert_eq!(read(r#"{ "version": 1 }"#), Ok(Some(Rules::default())));
    assert_eq!(read(r#"{ "version": 1, "enabled": false, "rules": [{ "match": "/a" }] }"#), Ok(None));
}

#[test]
fn a_policy_document_that_is_wrong_is_refused_as_a_whole() {
    let paths = |json: &str| {
        let problems = Rules::document(&tree(json), &Rules::default()).unwrap_err();
        problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>()
    };
    assert_eq!(paths("{}"), ["version"]);
    assert_eq!(paths("null"), [""]);
    assert_eq!(paths(r#"{ "version": 2 }"#), ["version"]);
    // What only the page itself may say: where faults strike, who is signed in, another address to load a policy from.
    let own = r#"{ "version": 1, "auth": {}, "faults": [], "remotePolicy": {}, "seed": 1, "surfaces": {} }"#;
    assert_eq!(paths(own), ["auth", "faults", "remotePolicy", "seed", "surfaces"]);
    assert_eq!(
        paths(
            r#"{ "version": 1, "enabled": "no", "features": { "a": "half" },
            "rules": [{ "match": "/a", "retry": { "attempts": -1 } }], "defaults": { "deadline": 5, "attemptTimeout": 9 } }"#
        )
        .len(),
        4
    );
    // A kill switch in a document that is wrong does not hold either: nothing of it is believed.
    assert_eq!(paths(r#"{ "version": 1, "enabled": false, "rules": 7 }"#), ["rules"]);
}
