//! Which step answers which request.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::client::{ask, get, log, put};
use super::server;

#[tokio::test]
async fn steps_follow_each_other_and_the_last_repeats() {
    let server = server().await;
    let steps = json!([{ "status": 500, "repeat": 2 }, { "status": 429 }, { "text": "fine" }]);
    put(&server, "a", &json!({ "steps": steps })).await;
    let mut seen = Vec::new();
    for path in ["/s/a", "/s/a/", "/s/a/x", "/s/a/y/z?q=1", "/s/a/x"] {
        seen.push(get(&server.addresses.first, path).await.status);
    }
    assert_eq!(seen, [500, 500, 429, 200, 200]);
    let log = log(&server, "a").await;
    assert_eq!(log["counts"]["requests"], 5);
    assert_eq!(log["counts"]["byPath"], json!({ "GET /": 2, "GET /x": 2, "GET /y/z": 1 }));
    assert_eq!(log["requests"][3]["path"], "/y/z");
    assert_eq!(log["requests"][3]["query"], "q=1");
    assert_eq!(log["requests"][3]["answer"], "steps[2]");
    assert_eq!(log["requests"][1]["status"], 500);
}

#[tokio::test]
async fn each_path_can_count_for_itself() {
    let server = server().await;
    put(&server, "a", &json!({ "sequence": "path", "steps": [{ "status": 503 }, {}] })).await;
    let first = &server.addresses.first;
    assert_eq!(get(first, "/s/a/x").await.status, 503);
    assert_eq!(get(first, "/s/a/y").await.status, 503);
    assert_eq!(ask(first, "PUT /s/a/x", &[], b"").await.unwrap().status, 503);
    assert_eq!(get(first, "/s/a/x").await.status, 200);
}

#[tokio::test]
async fn routes_have_sequences_of_their_own_and_the_most_specific_wins() {
    let server = server().await;
    let routes = json!({
        "GET /list": [{ "status": 500 }, { "text": "list" }],
        "GET /list?q": { "text": "search" },
        "* /list/*": { "text": "one" },
        "/**": { "status": 404 },
    });
    put(&server, "a", &json!({ "routes": routes, "steps": [{ "status": 418 }] })).await;
    let first = &server.addresses.first;
    assert_eq!(get(first, "/s/a/list").await.status, 500);
    assert_eq!(get(first, "/s/a/list?q=x").await.text(), "search");
    assert_eq!(get(first, "/s/a/list").await.text(), "list");
    assert_eq!(get(first, "/s/a/list/7").await.text(), "one");
    assert_eq!(get(first, "/s/a/other").await.status, 404);
}

#[tokio::test]
async fn rules_end_after_a_time_or_a_number_of_requests() {
    let server = server().await;
    let script = json!({
        "faults": {
            "GET /timed": { "status": 503, "from": 100, "until": 600 },
            "GET /counted": { "steps": [{ "status": 503 }], "times": 2 },
        },
        "steps": [{ "text": "fine" }],
    });
    put(&server, "a", &script).await;
    let first = &server.addresses.first;
    assert_eq!(get(first, "/s/a/timed").await.status, 200);
    for expected in [503, 503, 200] {
        assert_eq!(get(first, "/s/a/counted").await.status, expected);
    }
    sleep(Duration::from_millis(200)).await;
    assert_eq!(get(first, "/s/a/timed").await.status, 503);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(get(first, "/s/a/timed").await.status, 200);
}

#[tokio::test]
async fn a_passing_step_lies_over_the_answer_below() {
    let server = server().await;
    let over = json!({ "pass": true, "delay": 100, "status": 203, "headers": { "x-over": "yes", "x-both": "over" } });
    let script = json!({
        "faults": { "GET /a": [over, { "status": 503 }] },
        "routes": { "GET /a": { "text": "below", "headers": { "x-both": "below" }, "etag": "e" } },
    });
    put(&server, "a", &script).await;
    let answer = get(&server.addresses.first, "/s/a/a").await;
    assert_eq!((answer.status, answer.text()), (203, "below"));
    assert_eq!(answer.header("x-over"), Some("yes"));
    let both: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "x-both").collect();
    assert_eq!(both, [&("x-both".to_owned(), "over".to_owned())]);
    assert_eq!(answer.header("etag"), Some("\"e\""));
    assert!(answer.headers_after >= Duration::from_millis(100), "{:?}", answer.headers_after);
    assert_eq!(get(&server.addresses.first, "/s/a/a").await.status, 503);
    assert_eq!(log(&server, "a").await["requests"][0]["answer"], "GET /a[0] behind a passing step");
}

#[tokio::test]
async fn what_nothing_answers_is_told() {
    let server = server().await;
    put(&server, "a", &json!({ "routes": { "GET /a": {} } })).await;
    let answer = get(&server.addresses.first, "/s/a/b").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"], "no step for GET /b");
}

#[tokio::test]
async fn scenarios_in_parallel_do_not_mix() {
    let server = server().await;
    let (first, second) = (&server.addresses.first, &server.addresses.second);
    for n in 0..20 {
        let steps = json!([{ "status": 500, "repeat": n + 1 }, { "text": format!("mine is {n}") }]);
        put(&server, &format!("p{n}"), &json!({ "steps": steps })).await;
    }
    let tasks = (0..20).map(|n| {
        let origin = if n % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move {
            for _ in 0..=n {
                assert_eq!(get(&origin, &format!("/s/p{n}/x")).await.status, 500);
            }
            assert_eq!(get(&origin, &format!("/s/p{n}/x")).await.text(), format!("mine is {n}"));
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for n in 0..20 {
        let log = log(&server, &format!("p{n}")).await;
        assert_eq!(log["counts"]["requests"], n + 2);
        assert_eq!(log["requests"][0]["origin"], if n % 2 == 0 { "first" } else { "second" });
    }
}
