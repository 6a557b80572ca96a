//! Delays, paces, and headers that name a moment.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, ask, get, log, put};
use super::server;
use crate::server::dates::{Form, epoch_ms, format};

#[tokio::test]
async fn latency_before_headers() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "delay": 200, "text": "late" }] })).await;
    let answer = get(&server.addresses.first, "/s/a").await;
    assert!((200..2000).contains(&answer.headers_after.as_millis()), "{:?}", answer.headers_after);
    let log = log(&server, "a").await;
    let request = &log["requests"][0];
    assert!(request["headersAt"].as_u64().unwrap() >= request["at"].as_u64().unwrap() + 199);
}

#[tokio::test]
async fn chunks_arrive_one_by_one() {
    let server = server().await;
    let chunks =
        json!([{ "text": "one," }, { "delay": 150, "text": "two," }, { "delay": 150, "base64": "dGhyZWU=" }]);
    put(&server, "a", &json!({ "steps": [{ "chunks": chunks }, { "chunks": chunks, "chunked": true }] }))
        .await;
    for length in [Some("13"), None] {
        let mut client = Client::connect(&server.addresses.first).await;
        client.send("GET /s/a", &[], b"").await;
        let head = client.head().await.unwrap();
        assert_eq!(head.header("content-length"), length);
        let start = std::time::Instant::now();
        let mut arrivals = Vec::new();
        let mut text = String::new();
        while !text.contains("three") {
            text.push_str(std::str::from_utf8(&client.bytes().await).unwrap());
            arrivals.push(start.elapsed());
        }
        if length.is_some() {
            assert_eq!(text, "one,two,three");
        }
        assert!(arrivals.len() >= 3, "{arrivals:?}");
        assert!(arrivals[0] < Duration::from_millis(140), "the first is not held back: {arrivals:?}");
        assert!(*arrivals.last().unwrap() >= Duration::from_millis(290), "{arrivals:?}");
    }
}

#[tokio::test]
async fn a_slow_body() {
    let server = server().await;
    let step = json!({ "bytes": 4000, "pace": { "size": 1000, "delay": 60 } });
    put(&server, "a", &json!({ "steps": [step] })).await;
    let answer = get(&server.addresses.first, "/s/a").await;
    assert_eq!(answer.body.len(), 4000);
    let took = answer.after - answer.headers_after;
    assert!((170..2000).contains(&took.as_millis()), "three pauses: {took:?}");
}

#[tokio::test]
async fn a_slow_reader_of_uploads() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "readRate": 1_000_000 }] })).await;
    let answer = ask(&server.addresses.first, "POST /s/a", &[], &vec![7; 300_000]).await.unwrap();
    assert!((280..3000).contains(&answer.headers_after.as_millis()), "{:?}", answer.headers_after);
}

/// The values of a header in the answers to a sequence of steps, and the second in which each was asked for.
async fn values(steps: Value, skew: i64, name: &str) -> Vec<(Option<String>, i64)> {
    let server = server().await;
    let count = steps.as_array().unwrap().len();
    put(&server, "a", &json!({ "clockSkew": skew, "steps": steps })).await;
    let mut values = Vec::new();
    for _ in 0..count {
        let before = epoch_ms();
        let answer = get(&server.addresses.first, "/s/a").await;
        values.push((answer.header(name).map(str::to_owned), before));
    }
    values
}

/// Whether a date is the one `seconds` from `now`, rounded up, give or take the time a request takes.
fn is_about(text: &str, form: Form, now_ms: i64, seconds: i64) -> bool {
    (0..=2).any(|late| text == format((now_ms + 999).div_euclid(1000) + seconds + late, form))
}

#[tokio::test]
async fn retry_after_in_all_forms() {
    let steps = json!([
        { "status": 503, "retryAfter": 7 },
        { "status": 503, "retryAfter": "0x10" },
        { "status": 503, "retryAfter": { "date": "imf", "in": 90 } },
        { "status": 503, "retryAfter": { "date": "rfc850", "in": 90 } },
        { "status": 503, "retryAfter": { "date": "asctime", "in": 90 } },
        { "status": 503, "retryAfter": { "date": "imf", "in": -90 } },
        { "status": 503 },
    ]);
    let values = values(steps, 0, "retry-after").await;
    let text = |n: usize| values[n].0.as_deref().unwrap();
    assert_eq!((text(0), text(1)), ("7", "0x10"));
    for (n, form, seconds) in
        [(2, Form::Imf, 90), (3, Form::Rfc850, 90), (4, Form::Asctime, 90), (5, Form::Imf, -90)]
    {
        assert!(is_about(text(n), form, values[n].1, seconds), "{}", text(n));
    }
    assert_eq!(values[6].0, None);
}

#[tokio::test]
async fn a_clock_that_is_off() {
    let steps = json!([{ "status": 503, "retryAfter": { "date": "imf", "in": 10 } }]);
    let dates = values(steps.clone(), -3600, "retry-after").await;
    assert!(is_about(dates[0].0.as_deref().unwrap(), Form::Imf, dates[0].1, 10 - 3600), "{dates:?}");
    let dates = values(steps, -3600, "date").await;
    // Date is rounded down as everywhere.
    assert!(is_about(dates[0].0.as_deref().unwrap(), Form::Imf, dates[0].1 - 1000, -3600), "{dates:?}");
}

#[tokio::test]
async fn rate_limit_headers() {
    let server = server().await;
    let steps = json!([
        { "rateLimit": "\"default\";r=0;t=3", "rateLimitPolicy": "\"default\";q=10;w=60" },
        { "rateLimitLegacy": { "limit": 60, "remaining": 0, "reset": 5 } },
        { "rateLimitLegacy": { "prefix": "RateLimit", "remaining": "0", "reset": { "date": "epoch", "in": 5 } } },
    ]);
    put(&server, "a", &json!({ "steps": steps })).await;
    let first = &server.addresses.first;
    let answer = get(first, "/s/a").await;
    assert_eq!(answer.header("ratelimit"), Some("\"default\";r=0;t=3"));
    assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=10;w=60"));
    let answer = get(first, "/s/a").await;
    let legacy = ["limit", "remaining", "reset"].map(|name| answer.header(&format!("x-ratelimit-{name}")));
    assert_eq!(legacy, [Some("60"), Some("0"), Some("5")]);
    let now = epoch_ms();
    let answer = get(first, "/s/a").await;
    assert_eq!((answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")), (None, Some("0")));
    assert!(is_about(answer.header("ratelimit-reset").unwrap(), Form::Epoch, now, 5));
}
