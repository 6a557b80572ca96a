//! Who may ask, and who may read the answer: CORS and sessions.

use serde_json::{Value, json};

use super::client::{Answer, ask, get, log, put};
use super::server;
use crate::server::Running;

const ORIGIN: &str = "origin: http://app.test";

async fn with_origin(server: &Running, path: &str) -> Answer {
    ask(&server.addresses.second, &format!("GET {path}"), &[ORIGIN], b"").await.unwrap()
}

async fn preflight(server: &Running, path: &str) -> Answer {
    let headers =
        [ORIGIN, "access-control-request-method: PUT", "access-control-request-headers: content-type,x-a"];
    ask(&server.addresses.second, &format!("OPTIONS {path}"), &headers, b"").await.unwrap()
}

#[tokio::test]
async fn the_open_policy() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{}] })).await;
    let answer = with_origin(&server, "/s/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://app.test"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("retry-after"));
    assert_eq!(answer.header("vary"), Some("origin"));
    let answer = preflight(&server, "/s/a").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://app.test"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("PUT"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type,x-a"));
    assert_eq!(answer.header("access-control-max-age"), Some("0"));
}

#[tokio::test]
async fn preflights_are_counted_apart_and_use_up_no_step() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "status": 500 }, {}] })).await;
    preflight(&server, "/s/a/x").await;
    assert_eq!(get(&server.addresses.first, "/s/a/x").await.status, 500);
    let plain = ask(&server.addresses.first, "OPTIONS /s/a/x", &[ORIGIN], b"").await.unwrap();
    assert_eq!(plain.status, 200, "OPTIONS of the app's own is a request");
    let log = log(&server, "a").await;
    assert_eq!((&log["counts"]["requests"], &log["counts"]["preflights"]), (&json!(2), &json!(1)));
    assert_eq!(log["preflights"][0]["path"], "/x");
}

#[tokio::test]
async fn a_closed_policy() {
    let server = server().await;
    put(&server, "a", &json!({ "cors": "none", "steps": [{}] })).await;
    for answer in [with_origin(&server, "/s/a").await, preflight(&server, "/s/a").await] {
        assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control")), "{answer:?}");
    }
}

#[tokio::test]
async fn a_policy_spelt_out() {
    let server = server().await;
    let hidden = json!({ "origin": "*", "expose": [] });
    let exact = json!({
        "origin": "http://other.test", "credentials": true, "expose": ["Retry-After", "ETag"],
        "allowHeaders": ["x-b"], "methods": [], "maxAge": 60,
    });
    put(
        &server,
        "a",
        &json!({ "cors": hidden, "steps": [{ "retryAfter": 1 }, { "cors": exact }, { "cors": "none" }] }),
    )
    .await;
    let answer = with_origin(&server, "/s/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-expose-headers"), None);
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("vary"), None);
    let answer = with_origin(&server, "/s/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://other.test"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("Retry-After, ETag"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    let answer = with_origin(&server, "/s/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), None, "a step may differ");

    put(&server, "b", &json!({ "cors": exact, "steps": [{}] })).await;
    let answer = preflight(&server, "/s/b").await;
    assert_eq!(answer.header("access-control-allow-headers"), Some("x-b"));
    assert_eq!(answer.header("access-control-allow-methods"), None);
    assert_eq!(answer.header("access-control-max-age"), Some("60"));
    assert_eq!(answer.header("access-control-expose-headers"), None);
}

#[tokio::test]
async fn broken_answers_carry_cors_headers_too() {
    let server = server().await;
    put(&server, "a", &json!({ "steps": [{ "text": "0123", "truncateAfter": 2 }] })).await;
    let answer = with_origin(&server, "/s/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://app.test"));
}

#[tokio::test]
async fn a_session_with_a_token() {
    let server = server().await;
    let first = &server.addresses.first;
    put(&server, "a", &json!({ "auth": "bearer", "steps": [{ "text": "secret" }] })).await;
    let answer = get(first, "/s/a/x").await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
    let refreshed = ask(first, "POST /s/a/_refresh", &[], b"").await.unwrap().json();
    let header = format!("authorization: Bearer {}", refreshed["token"].as_str().unwrap());
    assert_eq!(ask(first, "GET /s/a/x", &[&header], b"").await.unwrap().text(), "secret");
    assert_eq!(log(&server, "a").await["token"], refreshed["token"]);
    let again = ask(first, "POST /s/a/_refresh", &[], b"").await.unwrap().json();
    assert_eq!(
        ask(first, "GET /s/a/x", &[&header], b"").await.unwrap().status,
        401,
        "the last one is worthless"
    );
    let header = format!("authorization: Bearer {}", again["token"].as_str().unwrap());
    assert_eq!(ask(first, "GET /s/a/x", &[&header], b"").await.unwrap().status, 200);

    ask(first, "POST /_scenario/a/expire", &[], b"").await.unwrap();
    assert_eq!(ask(first, "GET /s/a/x", &[&header], b"").await.unwrap().status, 401);
    let counts = log(&server, "a").await["counts"].clone();
    assert_eq!((&counts["requests"], &counts["refreshes"]), (&json!(5), &json!(2)));
}

#[tokio::test]
async fn a_session_with_a_cookie() {
    let server = server().await;
    let first = &server.addresses.first;
    put(
        &server,
        "a",
        &json!({ "auth": { "by": "cookie", "protect": ["GET /x/**"] }, "steps": [{ "text": "secret" }] }),
    )
    .await;
    assert_eq!(get(first, "/s/a/open").await.status, 200);
    assert_eq!(get(first, "/s/a/x/y").await.status, 401);
    let answer = ask(first, "POST /s/a/_refresh", &[], b"").await.unwrap();
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/s/a; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(answer.json(), json!({ "refreshed": true }), "scripts do not see it");
    let header = format!("cookie: other=1; {}", cookie.split(';').next().unwrap());
    assert_eq!(ask(first, "GET /s/a/x/y", &[&header], b"").await.unwrap().text(), "secret");
    let wrong = "cookie: session=token-0";
    assert_eq!(ask(first, "GET /s/a/x/y", &[wrong], b"").await.unwrap().status, 401);
}

#[tokio::test]
async fn a_refresh_that_fails_or_takes_its_time() {
    let server = server().await;
    let first = &server.addresses.first;
    let routes: Value = json!({ "POST /_refresh": [{ "status": 500 }, { "pass": true, "delay": 100 }] });
    put(&server, "a", &json!({ "auth": "bearer", "routes": routes })).await;
    assert_eq!(ask(first, "POST /s/a/_refresh", &[], b"").await.unwrap().status, 500);
    let answer = ask(first, "POST /s/a/_refresh", &[], b"").await.unwrap();
    assert!(answer.json()["token"].is_string() && answer.headers_after.as_millis() >= 100);
    let log = log(&server, "a").await;
    assert_eq!((&log["counts"]["refreshes"], &log["counts"]["requests"]), (&json!(2), &json!(0)));
}

#[tokio::test]
async fn faults_come_before_the_check_of_credentials() {
    let server = server().await;
    let script = json!({ "auth": "bearer", "faults": { "/x": { "status": 503, "times": 1 } }, "routes": { "/x": {} } });
    put(&server, "a", &script).await;
    assert_eq!(get(&server.addresses.first, "/s/a/x").await.status, 503);
    assert_eq!(get(&server.addresses.first, "/s/a/x").await.status, 401);
}
