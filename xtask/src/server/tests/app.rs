//! The built-in API.

use serde_json::json;

use super::client::{Answer, ask, get, put};
use super::server;
use crate::server::Running;

async fn post(server: &Running, headers: &[&str], body: &str) -> Answer {
    ask(&server.addresses.first, "POST /s/a/api/orders", headers, body.as_bytes()).await.unwrap()
}

#[tokio::test]
async fn orders_can_be_listed_searched_and_read() {
    let server = server().await;
    put(&server, "a", &json!({ "app": true })).await;
    let first = &server.addresses.first;
    let list = get(first, "/s/a/api/orders").await;
    assert_eq!((list.status, list.header("content-type")), (200, Some("application/json")));
    let all = list.json();
    assert_eq!((all["count"].as_u64(), all["orders"].as_array().unwrap().len()), (Some(24), 24));
    assert_eq!(all["orders"][1]["total"], 24 * 18_900);
    assert_eq!(get(first, "/s/a/api/orders?q=oak+table").await.json()["count"], 2);
    assert_eq!(get(first, "/s/a/api/orders?q=Y%C4%B1lmaz").await.json()["count"], 1);
    assert_eq!(get(first, "/s/a/api/orders?q=nothing-like-it").await.json()["orders"], json!([]));
    let number = all["orders"][3]["number"].as_u64().unwrap();
    assert_eq!(get(first, &format!("/s/a/api/orders/{number}")).await.json(), all["orders"][3]);
    assert_eq!(get(first, "/s/a/api/orders/7").await.status, 404);
    assert_eq!(get(first, "/s/a/api/orders/x").await.status, 404);
    assert_eq!(get(first, "/s/a/api/session").await.json()["user"]["name"], "Mara Lindqvist");
    assert_eq!(get(first, "/s/a/api/else").await.status, 404);
    assert_eq!(ask(first, "DELETE /s/a/api/orders", &[], b"").await.unwrap().status, 405);
    let tag = format!("if-none-match: {}", list.header("etag").unwrap());
    assert_eq!(ask(first, "GET /s/a/api/orders", &[&tag], b"").await.unwrap().status, 304);
}

#[tokio::test]
async fn orders_can_be_saved_once_per_key() {
    let server = server().await;
    put(&server, "a", &json!({ "app": true })).await;
    let first = &server.addresses.first;
    let order = r#"{"customer":" Ada ","item":"Bookshelf, five boards","quantity":2}"#;
    let saved = post(&server, &["idempotency-key: k1"], order).await;
    assert_eq!(saved.status, 201);
    let number = saved.json()["number"].as_u64().unwrap();
    assert_eq!(saved.header("location"), Some(format!("orders/{number}").as_str()));
    assert_eq!((&saved.json()["customer"], &saved.json()["total"]), (&json!("Ada"), &json!(2 * 34_900)));
    assert_eq!(get(first, "/s/a/api/orders").await.json()["orders"][0], saved.json());
    assert_eq!(post(&server, &["idempotency-key: k1"], order).await.json(), saved.json(), "the same again");
    assert_eq!(post(&server, &["idempotency-key: k1"], r#"{"customer":"B","item":"C"}"#).await.status, 422);
    assert_eq!(get(first, "/s/a/api/orders").await.json()["count"], 25);
    assert_ne!(post(&server, &[], order).await.json()["number"], number, "without a key it is another order");
}

#[tokio::test]
async fn orders_that_cannot_be_saved_say_why() {
    let server = server().await;
    put(&server, "a", &json!({ "app": true })).await;
    let answer = post(&server, &[], r#"{"customer":"","quantity":0}"#).await;
    assert_eq!((answer.status, answer.header("content-type")), (422, Some("application/problem+json")));
    let problem = answer.json();
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/customer", "#/item", "#/quantity"]);
    assert_eq!(post(&server, &[], "{").await.status, 400);
    assert_eq!(post(&server, &[], "[]").await.status, 422);
    let long = json!({ "customer": "x".repeat(121), "item": "y" }).to_string();
    assert_eq!(post(&server, &[], &long).await.json()["errors"][0]["pointer"], "#/customer");
    assert_eq!(post(&server, &[], &"x".repeat(20_000)).await.status, 413);
}

#[tokio::test]
async fn a_new_script_can_keep_what_was_saved() {
    let server = server().await;
    put(&server, "a", &json!({ "app": true })).await;
    let first = &server.addresses.first;
    post(&server, &[], r#"{"customer":"Ada","item":"Chair"}"#).await;
    let script = json!({ "app": true, "faults": { "GET /api/orders?!q": { "status": 503 } } }).to_string();
    ask(first, "PUT /_scenario/a?keep", &[], script.as_bytes()).await.unwrap();
    assert_eq!(get(first, "/s/a/api/orders").await.status, 503);
    assert_eq!(get(first, "/s/a/api/orders?q=").await.json()["count"], 25);
    assert_eq!(super::client::log(&server, "a").await["counts"]["requests"], 3, "the log goes on");
    put(&server, "a", &json!({ "app": true })).await;
    assert_eq!(get(first, "/s/a/api/orders").await.json()["count"], 24, "without `keep` all is new");
}

#[tokio::test]
async fn the_ledger_has_each_key_once_in_order() {
    let server = server().await;
    put(
        &server,
        "a",
        &json!({ "app": true, "faults": { "POST /api/ledger/lost": { "pass": true, "reset": true } } }),
    )
    .await;
    let first = &server.addresses.first;
    let write = async |lane: &str, key: &str, text: &str| {
        let headers = [format!("idempotency-key: {key}")];
        let headers: Vec<&str> = headers.iter().filter(|_| !key.is_empty()).map(String::as_str).collect();
        ask(first, &format!("POST /s/a/api/ledger/{lane}"), &headers, text.as_bytes()).await
    };
    assert_eq!(write("x", "1", "a").await.unwrap().json(), json!({ "lane": "x", "number": 1 }));
    assert_eq!(write("y", "2", "b").await.unwrap().json()["number"], 1);
    assert_eq!(write("x", "3", "c").await.unwrap().json()["number"], 2);
    assert_eq!(write("x", "1", "a").await.unwrap().json()["number"], 1, "the same answer again");
    assert_eq!(write("x", "1", "other").await.unwrap().status, 422);
    assert_eq!(write("x", "", "d").await.unwrap().json()["number"], 3, "without a key it is another one");
    assert!(write("lost", "4", "e").await.is_err(), "written, and the answer lost");
    let told = get(first, "/s/a/api/ledger").await.json();
    assert_eq!(told["lanes"], json!({ "x": ["a", "c", "d"], "y": ["b"], "lost": ["e"] }));
    let counts = ["keys", "repeats", "altered", "keyless"].map(|name| told[name].as_u64());
    assert_eq!(counts, [Some(4), Some(2), Some(1), Some(1)]);
    assert_eq!(ask(first, "PUT /s/a/api/ledger/x", &[], b"").await.unwrap().status, 405);
}
