//! How connections break, and what the log says about it.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use super::client::{Client, ask, get, log, log_when, put};
use super::server;

#[tokio::test]
async fn a_reset_before_headers() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "reset": true }, { "text": "fine" }] })).await;
    let first = &server.addresses.first;
    assert_eq!(ask(first, "GET /s/a", &[], b"").await.unwrap_err(), ErrorKind::ConnectionReset);
    assert_eq!(get(first, "/s/a").await.text(), "fine");
    let log = log(&server, "a").await;
    assert_eq!(log["requests"][0]["end"], "reset");
    assert_eq!(log["requests"][0]["status"], json!(null));
    assert_eq!(log["counts"]["aborted"], 0);
}

#[tokio::test]
async fn a_reset_after_some_bytes() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "bytes": 100_000, "reset": 70_000 }] })).await;
    let answer = get(&server.addresses.first, "/s/a").await;
    assert_eq!(answer.header("content-length"), Some("100000"));
    assert_eq!(answer.body.len(), 70_000);
    assert_eq!(answer.broken, Some(ErrorKind::ConnectionReset));
    let log = log(&server, "a").await;
    assert_eq!((&log["requests"][0]["end"], &log["requests"][0]["sent"]), (&json!("reset"), &json!(70_000)));
}

#[tokio::test]
async fn a_connection_closed_before_headers() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "closeBeforeHeaders": true }] })).await;
    let ended = ask(&server.addresses.first, "POST /s/a", &[], b"some body").await.unwrap_err();
    assert_eq!(ended, ErrorKind::UnexpectedEof);
    assert_eq!(log(&server, "a").await["requests"][0]["body"]["text"], "some body");
}

#[tokio::test]
async fn a_body_shorter_than_its_length() {
    let server = server().await;
    let steps = json!([
        { "text": "0123456789", "truncateAfter": 4 },
        { "text": "0123456789", "truncateAfter": 4, "chunked": true },
    ]);
    put(&server, "a", &json!({ "steps": steps })).await;
    for length in [Some("10"), None] {
        let answer = get(&server.addresses.first, "/s/a").await;
        assert_eq!((answer.status, answer.text()), (200, "0123"));
        assert_eq!(answer.header("content-length"), length);
        assert_eq!(answer.broken, Some(ErrorKind::UnexpectedEof), "closed, not reset");
        assert!(answer.header("date").is_some());
        let read = answer.after - answer.headers_after;
        assert!(read >= Duration::from_millis(40), "there is time to take the headers first: {read:?}");
    }
    assert_eq!(log(&server, "a").await["requests"][0]["end"], "truncated");
}

#[tokio::test]
async fn a_body_longer_than_its_length() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "text": "0123456789", "oversize": 5 }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    let answer = client.answer().await.unwrap();
    assert_eq!((answer.text(), answer.header("content-length")), ("0123456789", Some("10")));
    assert_eq!(client.rest().await, (b"!!!!!".to_vec(), ErrorKind::UnexpectedEof));
    assert_eq!(log(&server, "a").await["requests"][0]["end"], "oversized");
}

#[tokio::test]
async fn silence_until_the_client_leaves() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "silence": true }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    let log = log_when(&server, "a", |log| log["counts"]["requests"] == 1).await;
    assert_eq!((&log["counts"]["open"], &log["requests"][0]["abortedAt"]), (&json!(1), &json!(null)));
    sleep(Duration::from_millis(150)).await;
    drop(client);
    let log = log_when(&server, "a", |log| log["counts"]["aborted"] == 1).await;
    let request = &log["requests"][0];
    let waited = request["abortedAt"].as_u64().unwrap() - request["at"].as_u64().unwrap();
    assert!((150..2000).contains(&waited), "{waited}");
    assert_eq!((&request["headersAt"], &log["counts"]["open"]), (&json!(null), &json!(0)));
}

#[tokio::test]
async fn silence_with_an_end() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "silence": 100 }] })).await;
    let start = Instant::now();
    assert_eq!(
        ask(&server.addresses.first, "GET /s/a", &[], b"").await.unwrap_err(),
        ErrorKind::UnexpectedEof
    );
    assert!((100..2000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    assert_eq!(log(&server, "a").await["requests"][0]["end"], "silent");
}

#[tokio::test]
async fn a_stall_that_the_client_ends() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "bytes": 5000, "stallAfter": 2000 }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    assert_eq!(client.head().await.unwrap().header("content-length"), Some("5000"));
    assert_eq!(client.bytes().await.len(), 2000);
    sleep(Duration::from_millis(100)).await;
    let mut more = [0; 1];
    assert!(client.stream.try_read(&mut more).is_err(), "nothing comes after the stall");
    drop(client);
    let log = log_when(&server, "a", |log| log["counts"]["aborted"] == 1).await;
    assert_eq!(log["requests"][0]["sent"], 2000);
    assert_eq!(log["requests"][0]["status"], 200);
}

#[tokio::test]
async fn a_stall_that_ends() {
    let server = server().await;
    let steps = json!([{ "bytes": 5000, "stallAfter": 2000, "stallFor": 200 }]);
    put(&server, "a", &json!({ "steps": steps })).await;
    let answer = get(&server.addresses.first, "/s/a").await;
    assert_eq!((answer.body.len(), answer.broken), (5000, None));
    assert!(answer.after - answer.headers_after >= Duration::from_millis(190), "{:?}", answer.after);
    assert_eq!(log(&server, "a").await["requests"][0]["end"], "whole");
}

#[tokio::test]
async fn an_upload_that_the_client_breaks_off() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{}] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("POST /s/a", &[], b"").await;
    client.answer().await.unwrap();
    client
        .stream
        .write_all(b"POST /s/a HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nhalf")
        .await
        .unwrap();
    log_when(&server, "a", |log| log["counts"]["requests"] == 2).await;
    drop(client);
    let log = log_when(&server, "a", |log| log["counts"]["aborted"] == 1).await;
    assert_eq!(
        (&log["requests"][0]["end"], &log["requests"][1]["end"]),
        (&json!("whole"), &json!("aborted"))
    );
    assert_eq!(log["requests"][1]["body"]["text"], "half", "what came is kept");
}

#[tokio::test]
async fn answers_share_a_connection_and_a_fault_takes_a_new_one() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "text": "one" }, { "text": "two" }] })).await;
    put(&server, "b", &json!({ "steps": [{ "closeBeforeHeaders": true }, { "text": "fine" }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    for text in ["one", "two"] {
        client.send("GET /s/a", &[], b"").await;
        assert_eq!(client.answer().await.unwrap().text(), text);
    }
    let log_a = log(&server, "a").await;
    let of = |n: usize, name: &str| log_a["requests"][n][name].clone();
    assert_eq!(of(0, "connection"), of(1, "connection"));
    assert_eq!((of(0, "reused"), of(1, "reused")), (json!(false), json!(true)));

    // Browsers repeat a request by themselves when a used connection closes: it must not count.
    client.send("GET /s/b", &[], b"").await;
    assert!(client.answer().await.is_err());
    let counts = log(&server, "b").await["counts"].clone();
    assert_eq!((&counts["requests"], &counts["discarded"]), (&json!(0), &json!(1)));
    assert!(ask(&server.addresses.first, "GET /s/b", &[], b"").await.is_err(), "the fault is still to come");
    let answer = get(&server.addresses.first, "/s/b").await;
    assert_eq!((answer.text(), answer.header("connection")), ("fine", Some("close")));
    assert_eq!(log(&server, "b").await["counts"]["requests"], 2);
}

#[tokio::test]
async fn used_connections_break_where_the_script_wants_it() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "text": "one" }] })).await;
    put(&server, "b", &json!({ "breakReused": true, "steps": [{ "reset": true }] })).await;
    let mut client = Client::connect(&server.addresses.first).await;
    client.send("GET /s/a", &[], b"").await;
    client.answer().await.unwrap();
    client.send("GET /s/b", &[], b"").await;
    assert_eq!(client.answer().await.unwrap_err(), ErrorKind::ConnectionReset);
    assert_eq!(log(&server, "b").await["counts"]["requests"], 1);
}

#[tokio::test]
async fn the_app_may_have_acted_though_its_answer_is_lost() {
    let server = server().await;
    let faults = json!({ "POST /api/orders": { "pass": true, "reset": true, "times": 1 } });
    put(&server, "a", &json!({ "app": true, "faults": faults })).await;
    let first = &server.addresses.first;
    let order = br#"{"customer":"Ada","item":"Chair"}"#;
    let lost = ask(first, "POST /s/a/api/orders", &["idempotency-key: k"], order).await;
    assert_eq!(lost.unwrap_err(), ErrorKind::ConnectionReset);
    let again = ask(first, "POST /s/a/api/orders", &["idempotency-key: k"], order).await.unwrap();
    assert_eq!(again.status, 201);
    assert_eq!(get(first, "/s/a/api/orders").await.json()["count"], 25, "saved once");
}
