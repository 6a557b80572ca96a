//! The control plane: scenarios are installed, read and forgotten; every answer may be read from every origin.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::middleware::map_response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::answer::json;
use super::{Shared, script};

type App = State<Arc<Shared>>;

/// The routes of the control plane.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_server", get(addresses).options(preflight))
        .route("/_scenario/{id}", get(read).put(install).delete(forget).options(preflight))
        .route("/_scenario/{id}/expire", post(expire).options(preflight))
        .layer(map_response(readable))
}

/// Every answer, also one that no handler gave, may be read from every origin.
async fn readable(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn addresses(State(shared): App) -> Response<Body> {
    json(StatusCode::OK, &shared.addresses.to_json())
}

/// `PUT /_scenario/{id}`; with `?keep`, log, session and saved orders live on under the new script.
async fn install(
    State(shared): App,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response<Body> {
    let refused = |status, path: &str, message: String| {
        json(status, &json!({ "problems": [{ "path": path, "message": message }] }))
    };
    if id.len() > 100 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        let message = "an id has at most 100 letters, digits, `-`, `_` and `.`".to_owned();
        return refused(StatusCode::BAD_REQUEST, "id", message);
    }
    let value = match serde_json::from_slice::<Value>(&body) {
        Ok(value) => value,
        Err(error) => return refused(StatusCode::BAD_REQUEST, "", format!("not JSON: {error}")),
    };
    let script = match script::parse(&value) {
        Ok(script) => script,
        Err(problems) => return json(StatusCode::BAD_REQUEST, &json!({ "problems": problems })),
    };
    let keep = query.is_some_and(|query| query.split('&').any(|part| part == "keep" || part == "keep=true"));
    if shared.store.put(&id, script, keep).is_none() {
        return refused(StatusCode::INSUFFICIENT_STORAGE, "", "too many scenarios: DELETE some".to_owned());
    }
    let path = format!("/s/{id}");
    let at = |origin: &str| format!("{origin}{path}");
    let addresses = &shared.addresses;
    let answer = json!({
        "id": id, "path": path, "first": at(&addresses.first), "second": at(&addresses.second),
        "refused": at(&addresses.refused),
    });
    json(StatusCode::OK, &answer)
}

async fn read(State(shared): App, Path(id): Path<String>) -> Response<Body> {
    let Some(scenario) = shared.store.get(&id) else { return unknown(&id) };
    let mut log = scenario.log.to_json();
    if let Some(fields) = log.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
        if scenario.script.auth.is_some() {
            fields.insert("token".to_owned(), json!(scenario.session.token()));
        }
    }
    json(StatusCode::OK, &log)
}

async fn forget(State(shared): App, Path(id): Path<String>) -> Response<Body> {
    json(StatusCode::OK, &json!({ "forgotten": shared.store.delete(&id) }))
}

/// `POST /_scenario/{id}/expire`: every token given out so far is worth nothing from now on.
async fn expire(State(shared): App, Path(id): Path<String>) -> Response<Body> {
    let Some(scenario) = shared.store.get(&id) else { return unknown(&id) };
    scenario.session.renew();
    json(StatusCode::OK, &json!({ "expired": true }))
}

async fn preflight() -> Response<Body> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert("access-control-allow-headers", HeaderValue::from_static("*"));
    headers.insert("access-control-allow-methods", HeaderValue::from_static("GET, PUT, POST, DELETE"));
    response
}

fn unknown(id: &str) -> Response<Body> {
    json(StatusCode::NOT_FOUND, &json!({ "error": format!("there is no scenario `{id}`") }))
}
