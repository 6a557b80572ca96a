//! Records: what leaves of them, and what must not.

use steadfetch::policy::options::Value;
use steadfetch::telemetry::redact::{FIELDS, Form, Privacy};

use crate::secrets::text_of;

#[path = "../calls/world.rs"]
#[allow(dead_code)]
mod json;

use json::tree;

fn passed(options: &str, record: &str) -> Value {
    Privacy::read(&tree(options), "https://app.example").record(&tree(record))
}

const CALL: &str = r#"{ "type": "call", "at": 1764000000000, "callId": "k3x9ab-17", "actionId": "save-order",
    "traceId": "0af7651916cd43dd8448eb211c80319c", "href": "https://a.example/orders/17?mail=a@b.c", "route": "/orders/{id}",
    "origin": "https://a.example/orders/17", "method": "PUT", "source": "network", "attempts": 2, "duration": 120.7,
    "headers": { "authorization": "Bearer x" }, "body": "secret", "partition": "anna", "userAgent": "X",
    "fault": { "kind": "conflict", "code": "SF-conflict", "status": 409, "problem": { "title": "Out of stock",
        "detail": "Anna has 3", "type": "https://a.example/problems/stock?x=1", "instance": "/orders/17", "extra": 1 } },
    "timeline": [{ "at": 0, "what": "start" }, { "at": 5, "what": "response", "status": 409, "why": "final", "url": "/x" }] }"#;

#[test]
fn only_what_is_listed_leaves_and_in_its_form() {
    let expected = r#"{ "type": "call", "at": 1764000000000, "callId": "k3x9ab-17",
        "traceId": "0af7651916cd43dd8448eb211c80319c", "route": "/orders/{id}", "origin": "https://a.example/orders/{id}",
        "method": "PUT", "source": "network", "attempts": 2, "duration": 120,
        "fault": { "kind": "conflict", "code": "SF-conflict", "status": 409 },
        "timeline": [{ "at": 0, "what": "start" }, { "at": 5, "what": "response", "status": 409, "why": "final" }] }"#;
    assert_eq!(passed("{}", CALL), tree(expected));
}

#[test]
fn the_app_names_what_else_may_leave_and_whose_words() {
    let fields = r#""fields": ["actionId", "fault.problem.title", "fault.problem.type", "headers.authorization", "body"]"#;
    let plain = passed(&format!("{{ {fields} }}"), CALL);
    assert_eq!(plain.member("actionId").text(), Some("save-order"));
    let problem = |value: &Value| value.member("fault").member("problem").clone();
    assert_eq!(
        problem(&plain),
        tree(r#"{ "type": "https://a.example/problems/stock" }"#),
        "no words of a stranger's"
    );
    let trusting = passed(&format!(r#"{{ {fields}, "trustServerText": ["https://a.example"] }}"#), CALL);
    assert_eq!(problem(&trusting).member("title").text(), Some("Out of stock"));
    assert!(problem(&trusting).member("detail").is_absent(), "not named");
    for never in ["headers", "body", "href", "partition"] {
        assert!(trusting.member(never).is_absent(), "{never} has no row: naming it changes nothing");
    }
    let privacy = Privacy::read(&tree(&format!("{{ {fields} }}")), "");
    assert_eq!(privacy.unknown().collect::<Vec<_>>(), ["headers.authorization", "body"]);
}

#[test]
fn the_apps_own_routes_come_first() {
    let options = r#"{ "routes": ["https://a.example/orders/:number", "/own/*"] }"#;
    assert_eq!(passed(options, CALL).member("route").text(), Some("https://a.example/orders/:number"));
    let other = passed(options, r#"{ "href": "https://app.example/own/x", "route": "/own/x" }"#);
    assert_eq!(other.member("route").text(), Some("/own/*"));
}

#[test]
fn what_has_not_its_form_does_not_leave() {
    for record in [
        r#"{ "type": "ab cd", "callId": "anna", "traceId": "0AF7", "method": "GET /users", "at": "soon" }"#,
        r#"{ "type": "4111", "callId": "k3x9ab-17-x", "traceId": "zz", "attempts": -1, "duration": 1e300, "online": "yes" }"#,
        r#"{ "type": { "type": "call" }, "people": { "anna@b.c": 1 }, "origin": "anna", "fault": "text", "timeline": "text" }"#,
    ] {
        assert_eq!(passed("{}", record), tree("{}"), "{record}");
    }
}

#[test]
fn a_report_leaves_with_a_reference_of_ours_and_the_persons_words_as_they_are() {
    let words = "语".repeat(8_001);
    let record = format!(
        r#"{{ "type": "report", "reference": "K7P-4WM", "words": "{words}", "contact": "me@b.c 4111 1111 1111 1111" }}"#
    );
    let kept = "语".repeat(8_000);
    let expected = format!(
        r#"{{ "type": "report", "reference": "K7P-4WM", "words": "{kept}", "contact": "me@b.c 4111 1111 1111 1111" }}"#
    );
    assert_eq!(passed("{}", &record), tree(&expected));
    for odd in ["K7P-4W", "K7P4WMX", "k7p-4wm", "A7P-4WM", "K7P-4W0", "anna", "K7P-4WMX"] {
        assert_eq!(passed("{}", &format!(r#"{{ "reference": "{odd}" }}"#)), tree("{}"), "{odd}");
    }
}

#[test]
fn odd_trees_pass_through_nothing_and_stop_nothing() {
    let mut deep = Value::Text("x".into());
    for _ in 0..100 {
        deep = Value::Map(vec![("timeline".into(), Value::List(vec![deep]))]);
    }
    let privacy = Privacy::read(&Value::Absent, "");
    assert_eq!(text_of(&privacy.record(&deep)).replace(['t', 'i', 'm', 'e', 'l', 'n', ':', ' '], ""), "");
    for odd in [Value::Absent, Value::Function, Value::Other("Response".into()), Value::Text("secret".into())]
    {
        assert_eq!(privacy.record(&odd), Value::Absent);
    }
    let twice = Value::Map(vec![
        ("type".into(), Value::Text("call".into())),
        ("type".into(), Value::Text("state".into())),
    ]);
    assert_eq!(privacy.record(&twice), tree(r#"{ "type": "call" }"#));
}

#[test]
fn every_form_is_used_and_every_place_is_there_once() {
    for (at, field) in FIELDS.iter().enumerate() {
        assert!(!FIELDS[..at].iter().any(|other| other.path == field.path), "{} is there twice", field.path);
        let words = matches!(field.form, Form::ServerText);
        assert!(!words || field.named, "a server's words leave only where the app says so: {}", field.path);
    }
}
