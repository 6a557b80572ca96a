//! What answers and requests carry.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::client::{Client, ask, get, log, log_when, put};
use super::server;
use crate::server::body::{Sending, Source};
use crate::server::log::{Head, Kind, Log};
use crate::server::script::{Pace, Stall};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn every_kind_of_body_with_its_type() {
    let server = server().await;
    let steps = json!([
        { "text": "grüße" },
        { "json": [1, null, "x"] },
        { "base64": "AP8=" },
        { "bytes": 300 },
        { "problem": { "title": "No", "status": 422, "errors": [] } },
        { "problem": { "title": "No" }, "status": 503 },
        { "redirect": "/s/a/there", "status": 307 },
        { "text": "<p>", "type": "text/html" },
        { "status": 204 },
        {},
    ]);
    put(&server, "a", &json!({ "steps": steps })).await;
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(get(&server.addresses.first, "/s/a").await);
    }
    let kind = |n: usize| (answers[n].status, answers[n].header("content-type"));
    assert_eq!((kind(0), answers[0].text()), ((200, Some("text/plain; charset=utf-8")), "grüße"));
    assert_eq!((kind(1), answers[1].text()), ((200, Some("application/json")), "[1,null,\"x\"]"));
    assert_eq!(
        (kind(2), answers[2].body.as_slice()),
        ((200, Some("application/octet-stream")), &[0, 255][..])
    );
    let generated: Vec<u8> = (0..300_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(answers[3].body, generated);
    assert_eq!(kind(4), (422, Some("application/problem+json")));
    assert_eq!((kind(5), answers[5].text()), ((503, Some("application/problem+json")), "{\"title\":\"No\"}"));
    assert_eq!((answers[6].status, answers[6].header("location")), (307, Some("/s/a/there")));
    assert_eq!(kind(7), (200, Some("text/html")));
    assert_eq!((answers[8].status, answers[8].header("content-length")), (204, None));
    assert_eq!((answers[9].status, answers[9].header("content-length")), (200, Some("0")));
}

#[tokio::test]
async fn headers_of_the_script() {
    let server = server().await;
    let headers = json!({ "Set-Cookie": ["a=1", "b=2"], "content-type": "text/x", "X-One": "1" });
    put(&server, "a", &json!({ "steps": [{ "text": "x", "headers": headers }] })).await;
    let answer = get(&server.addresses.first, "/s/a").await;
    let all = |name: &str| {
        answer
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(all("content-type"), ["text/x"]);
    assert_eq!(all("x-one"), ["1"]);
}

#[tokio::test]
async fn what_was_received_is_logged_and_echoed() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "echo": true }] })).await;
    let headers = ["X-Twice: 1", "X-Twice: 2", "content-type: text/plain"];
    let answer =
        ask(&server.addresses.first, "PUT /s/a/b%20c?d=%26", &headers, "é".as_bytes()).await.unwrap();
    let log = log(&server, "a").await;
    for seen in [&answer.json(), &log["requests"][0]] {
        assert_eq!(seen["method"], "PUT");
        assert!(seen["end"].is_null() || seen["end"] == "whole");
        assert_eq!((&seen["path"], &seen["query"]), (&json!("/b%20c"), &json!("d=%26")));
        let twice: Vec<_> =
            seen["headers"].as_array().unwrap().iter().filter(|pair| pair[0] == "x-twice").collect();
        assert_eq!(twice, [&json!(["x-twice", "1"]), &json!(["x-twice", "2"])]);
        let body = json!({ "length": 2, "sha256": sha256("é".as_bytes()), "whole": true, "text": "é" });
        assert_eq!(seen["body"], body);
    }
}

#[tokio::test]
async fn large_and_binary_bodies_are_digested_whole_and_kept_in_part() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{}] })).await;
    let body: Vec<u8> = (0..5_000_000_u32).map(|n| (n * 7 % 256) as u8).collect();
    ask(&server.addresses.first, "POST /s/a", &[], &body).await.unwrap();
    let log = log(&server, "a").await;
    let seen = &log["requests"][0]["body"];
    assert_eq!((&seen["length"], &seen["whole"]), (&json!(5_000_000), &json!(false)));
    assert_eq!(seen["sha256"], sha256(&body));
    let kept = STANDARD.decode(seen["base64"].as_str().unwrap()).unwrap();
    assert_eq!(kept, body[..16 * 1024]);
}

#[tokio::test]
async fn head_has_headers_only() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "bytes": 1000, "truncateAfter": 5 }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    for _ in 0..2 {
        client.send("HEAD /s/a", &[], b"").await;
        assert_eq!(client.head().await.unwrap().header("content-length"), Some("1000"));
    }
    assert_eq!(log(&server, "a").await["requests"][1]["end"], "whole");
}

#[tokio::test]
async fn parts_on_condition() {
    let server = server().await;
    let script = json!({
        "routes": {
            "/strong": { "bytes": 1000, "etag": "v1", "ranges": true },
            "/weak": { "bytes": 1000, "etag": "W/\"v1\"", "ranges": true },
            "/own": { "text": "hello", "etag": true },
        },
    });
    put(&server, "a", &script).await;
    let first = server.addresses.first.clone();
    let part = async |path: &str, headers: &[&str]| {
        ask(&first, &format!("GET /s/a{path}"), headers, b"").await.unwrap()
    };

    let answer = part("/strong", &[]).await;
    assert_eq!(
        (answer.status, answer.header("etag"), answer.header("accept-ranges")),
        (200, Some("\"v1\""), Some("bytes"))
    );
    let answer = part("/strong", &["range: bytes=500-599"]).await;
    assert_eq!((answer.status, answer.header("content-range")), (206, Some("bytes 500-599/1000")));
    assert_eq!(answer.body, (500..600_u32).map(|n| (n % 251) as u8).collect::<Vec<_>>());
    assert_eq!(part("/strong", &["range: bytes=500-", "if-range: \"v1\""]).await.body.len(), 500);
    let answer = part("/strong", &["range: bytes=500-", "if-range: \"v0\""]).await;
    assert_eq!((answer.status, answer.body.len(), answer.header("content-range")), (200, 1000, None));
    assert_eq!(
        part("/weak", &["range: bytes=500-", "if-range: W/\"v1\""]).await.status,
        200,
        "weak tags prove nothing"
    );
    let answer = part("/strong", &["range: bytes=1000-"]).await;
    assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */1000")));
    assert_eq!(answer.body, b"");
    assert_eq!(
        part("/own", &["range: bytes=1-2"]).await.status,
        200,
        "no ranges unless the step serves them"
    );

    let answer = part("/strong", &["if-none-match: \"x\", W/\"v1\""]).await;
    assert_eq!((answer.status, answer.header("etag"), answer.body.len()), (304, Some("\"v1\""), 0));
    assert_eq!(part("/strong", &["if-none-match: \"x\""]).await.status, 200);
    let tag = part("/own", &[]).await.header("etag").unwrap().to_owned();
    assert_eq!(part("/own", &[&format!("if-none-match: {tag}")]).await.status, 304);
}

#[tokio::test]
async fn a_cut_body_and_its_continuation() {
    let server = server().await;
    let step = |more: serde_json::Value| {
        let mut step = json!({ "bytes": 9000, "etag": "v1", "ranges": true });
        step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        step
    };
    put(&server, "a", &json!({ "steps": [step(json!({ "truncateAfter": 4000 })), step(json!({}))] })).await;
    let first = &server.addresses.first;
    let mut body = get(first, "/s/a").await.body;
    let range = format!("range: bytes={}-", body.len());
    body.extend(ask(first, "GET /s/a", &[&range, "if-range: \"v1\""], b"").await.unwrap().body);
    assert_eq!(body, (0..9000_u32).map(|n| (n % 251) as u8).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stall_that_nobody_ends_is_cut() {
    let log = Log::new();
    let head = Head {
        kind: Kind::Request,
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: None,
        headers: HeaderMap::new(),
        origin: "first",
        connection: 1,
        reused: false,
    };
    let recorder = log.begin(Arc::new(head));
    let stall = Stall { after: 3, lasts: Duration::from_millis(50), resumes: false };
    let mut sending = Sending::new(Source::Generated(0..9), Pace::None, Some(stall), recorder);
    assert_eq!(sending.next().await.unwrap().unwrap(), [0, 1, 2][..]);
    let start = Instant::now();
    assert!(sending.next().await.unwrap().is_err());
    assert!(start.elapsed() >= stall.lasts);
    assert_eq!(log.to_json()["requests"][0]["end"], "cut");
}

/// Resident pages of this process.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[tokio::test]
async fn gigabytes_pass_through_little_memory() {
    const WANTED: u64 = 300 << 20;
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "bytes": 2_u64 << 30 }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    assert_eq!(client.head().await.unwrap().header("content-length"), Some("2147483648"));
    // A client that does not read holds the server up.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = resident();
    let sent = log(&server, "a").await["requests"][0]["sent"].as_u64().unwrap();
    assert!(sent < 32 << 20, "{sent} bytes went out to nobody");
    let mut received = 0_u64;
    while received < WANTED {
        let bytes = client.bytes().await;
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            assert_eq!(u64::from(bytes[at]), (received + at as u64) % 251, "at {received} + {at}");
        }
        received += bytes.len() as u64;
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 20, "grew by {grown} bytes");
    drop(client);
    let log = log_when(&server, "a", |log| log["counts"]["aborted"] == 1).await;
    let sent = log["requests"][0]["sent"].as_u64().unwrap();
    assert!((WANTED..1 << 30).contains(&sent), "{sent}");
}
