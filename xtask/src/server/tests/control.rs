//! The control plane: installing, reading, forgetting, and every mistake told at once.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::client::{Answer, ask, get, put};
use super::server;
use crate::server::Running;

async fn install(server: &Running, id: &str, text: &str) -> Answer {
    ask(&server.addresses.first, &format!("PUT /_scenario/{id}"), &[], text.as_bytes()).await.unwrap()
}

/// The paths of the problems that a script has.
async fn problems(server: &Running, script: Value) -> Vec<String> {
    let answer = install(server, "bad", &script.to_string()).await;
    assert_eq!(answer.status, 400, "{script}");
    let problems = answer.json()["problems"].as_array().unwrap().clone();
    assert!(problems.iter().all(|problem| problem["message"].as_str().is_some_and(|text| text.len() > 5)));
    problems.iter().map(|problem| problem["path"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn installing_tells_the_addresses() {
    let server = server().await;
    let answer = install(&server, "a", r#"{"app":true}"#).await;
    let addresses = &server.addresses;
    assert_eq!(answer.json()["first"], format!("{}/s/a", addresses.first));
    assert_eq!(answer.json()["second"], format!("{}/s/a", addresses.second));
    assert_eq!(answer.json()["refused"], format!("{}/s/a", addresses.refused));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(get(&addresses.second, "/_server").await.json(), addresses.to_json());
    let headers = ["origin: http://x.test", "access-control-request-method: PUT"];
    let preflight = ask(&addresses.first, "OPTIONS /_scenario/a", &headers, b"").await.unwrap();
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("PUT"));
}

#[tokio::test]
async fn forgotten_by_request_or_by_time() {
    let server = server().await;
    let first = &server.addresses.first;
    put(&server, "a", &json!({ "steps": [{}] })).await;
    assert_eq!(ask(first, "DELETE /_scenario/a", &[], b"").await.unwrap().json()["forgotten"], true);
    assert_eq!(ask(first, "DELETE /_scenario/a", &[], b"").await.unwrap().json()["forgotten"], false);
    assert_eq!(get(first, "/_scenario/a").await.status, 404);
    let answer = get(first, "/s/a/x").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (404, Some("*")));
    put(&server, "b", &json!({ "keepFor": 1, "steps": [{}] })).await;
    assert_eq!(get(first, "/s/b").await.status, 200);
    sleep(Duration::from_millis(1200)).await;
    assert_eq!(get(first, "/s/b").await.status, 404);
}

#[tokio::test]
async fn every_problem_of_a_script_is_told_with_its_path() {
    let server = server().await;
    let script = json!({
        "steps": [
            { "status": 99, "dealy": 5, "text": 7 },
            { "text": "a", "json": 1 },
            { "headers": { "bad name": "x", "content-length": "5", "x": 1, "y": "a\nb" } },
            { "delay": -1, "silence": 1e9, "repeat": 0, "retryAfter": { "date": "iso" } },
            "x",
        ],
        "routes": { "GET": {}, "GET /x": [], "GET /y": { "steps": [{ "bytes": "many" }], "from": 5, "until": 5 } },
        "cors": { "origin": 5, "colour": "red" },
        "auth": { "by": "magic" },
        "clock": 1,
    });
    let mut found = problems(&server, script).await;
    found.sort();
    let mut expected = [
        "auth.by",
        "clock",
        "cors.colour",
        "cors.origin",
        "routes[\"GET /x\"]",
        "routes[\"GET /y\"].steps[0].bytes",
        "routes[\"GET /y\"].until",
        "routes[\"GET\"]",
        "steps[0].dealy",
        "steps[0].status",
        "steps[0].text",
        "steps[1].json",
        "steps[2].headers[\"bad name\"]",
        "steps[2].headers[\"content-length\"]",
        "steps[2].headers[\"x\"]",
        "steps[2].headers[\"y\"]",
        "steps[3].delay",
        "steps[3].repeat",
        "steps[3].retryAfter.date",
        "steps[3].retryAfter.in",
        "steps[3].silence",
        "steps[4]",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(get(&server.addresses.first, "/_scenario/bad").await.status, 404, "nothing was installed");
}

#[tokio::test]
async fn faults_that_cannot_happen_are_told() {
    let server = server().await;
    let one = async |step: Value| problems(&server, json!({ "steps": [step] })).await;
    assert_eq!(one(json!({ "text": "abc", "truncateAfter": 3 })).await, ["steps[0].truncateAfter"]);
    assert_eq!(one(json!({ "bytes": 10, "stallAfter": 11 })).await, ["steps[0].stallAfter"]);
    assert_eq!(one(json!({ "bytes": 10, "reset": 11 })).await, ["steps[0].reset"]);
    assert_eq!(one(json!({ "text": "abc", "oversize": 3, "chunked": true })).await, ["steps[0].oversize"]);
    assert_eq!(one(json!({ "text": "abc", "oversize": 3, "truncateAfter": 1 })).await, ["steps[0]"]);
    assert_eq!(one(json!({ "silence": true, "closeBeforeHeaders": true })).await, ["steps[0]"]);
    assert_eq!(one(json!({ "stallFor": 5 })).await, ["steps[0].stallFor"]);
    assert_eq!(problems(&server, json!({})).await, [""]);
    assert_eq!(problems(&server, json!([])).await, [""]);
}

#[tokio::test]
async fn hostile_control_requests() {
    let server = server().await;
    let first = &server.addresses.first;
    for text in ["", "{", "null", "[[[[", "{\"steps\":", "\u{0}"] {
        assert_eq!(install(&server, "x", text).await.status, 400, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(install(&server, "x", &deep).await.status, 400);
    let long = "i".repeat(101);
    assert_eq!(install(&server, &long, "{\"app\":true}").await.status, 400);
    assert_eq!(install(&server, "%2e%2e%2fx", "{\"app\":true}").await.status, 400);
    assert_eq!(get(first, "/_scenario/%ff").await.status, 400);
    let answer = ask(first, "PATCH /_scenario/x", &[], b"").await.unwrap();
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (405, Some("*")));
    assert_eq!(get(first, "/_server").await.status, 200, "still there");
}

#[tokio::test]
async fn there_is_room_for_so_many_scenarios_only() {
    let server = server().await;
    for n in 0..512 {
        put(&server, &format!("n{n}"), &json!({ "app": true })).await;
    }
    let answer = install(&server, "one-more", r#"{"app":true}"#).await;
    assert_eq!(answer.status, 507);
    put(&server, "n7", &json!({ "app": true })).await;
}
