//! Requests below `/s/{id}`: the scenario's script answers them.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::StreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::sleep;

use super::answer::{json, overlay, play as play_step};
use super::cors::is_preflight;
use super::listen::Connection;
use super::log::{Captured, Head, Kind};
use super::script::{Content, Step};
use super::store::{Base, Picked, Scenario};
use super::{Shared, auth};

/// So much of a request body is kept for the log.
const KEPT: usize = 16 * 1024;
/// A larger request body is refused.
const LARGEST_BODY: u64 = 512 << 20;

/// Answers one request.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Extension(connection): Extension<Connection>,
    request: Request,
) -> Response<Body> {
    let (id, path) = split(request.uri().path());
    let Some(scenario) = shared.store.get(id) else {
        let message = format!("there is no scenario `{id}`: PUT one to /_scenario/{id}");
        return json(StatusCode::NOT_FOUND, &json!({ "error": message }));
    };
    let head = Arc::new(head(&scenario, &connection, path, &request));
    if head.kind == Kind::Preflight {
        return preflight(&scenario, &head);
    }
    let Some(picked) = scenario.pick(&head) else {
        // Browsers repeat a request whose used connection closes, on a new one: there the fault can be told apart.
        scenario.log.discarded();
        connection.wire.close();
        return Response::default();
    };
    let recorder = scenario.log.begin(Arc::clone(&head));
    let rate = picked.read_rate();
    let body = match read(request.into_body(), rate).await {
        Ok(body) => body,
        Err(body) => {
            recorder.body(body);
            connection.wire.close();
            return Response::default();
        }
    };
    recorder.body(body.clone());
    recorder.answer(picked.full_name());
    let mut step = match picked.base {
        Base::Step(step) => *step,
        Base::Refusal => auth::refusal(),
        Base::Refresh => refresh(&scenario),
        Base::App => scenario.orders.lock().unwrap_or_else(PoisonError::into_inner).answer(&head, &body),
        Base::Nothing => nothing(&head),
    };
    for over in picked.over.iter().rev() {
        step = overlay(step, over);
    }
    let script = &scenario.script;
    let mut answer =
        play_step(step, &head, &body, &script.cors, script.clock_skew, &connection.wire, recorder).await;
    if script.all_steps().any(Step::breaks_early) {
        // A connection that is not used again cannot break when used again.
        answer.headers_mut().insert("connection", HeaderValue::from_static("close"));
    }
    answer
}

impl Picked {
    fn read_rate(&self) -> Option<u64> {
        let base = match &self.base {
            Base::Step(step) => step.read_rate,
            _ => None,
        };
        self.over.iter().find_map(|step| step.read_rate).or(base)
    }

    fn full_name(&self) -> String {
        if self.over.is_empty() { self.name.clone() } else { format!("{} behind a passing step", self.name) }
    }
}

/// `/s/{id}/rest` as `(id, /rest)`.
fn split(path: &str) -> (&str, &str) {
    let rest = path.strip_prefix("/s/").unwrap_or_default();
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn head(scenario: &Scenario, connection: &Connection, path: &str, request: &Request) -> Head {
    let method = request.method().as_str();
    let kind = if is_preflight(request.method(), request.headers()) {
        Kind::Preflight
    } else if scenario.script.auth.is_some() && method == "POST" && path == "/_refresh" {
        Kind::Refresh
    } else {
        Kind::Request
    };
    Head {
        kind,
        method: method.to_owned(),
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        query: request.uri().query().map(str::to_owned),
        headers: request.headers().clone(),
        origin: connection.origin,
        connection: connection.wire.number,
        reused: connection.wire.reused(),
    }
}

fn preflight(scenario: &Scenario, head: &Arc<Head>) -> Response<Body> {
    let mut recorder = scenario.log.begin(Arc::clone(head));
    recorder.answer("preflight".to_owned());
    recorder.headers(StatusCode::NO_CONTENT);
    recorder.end("whole");
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in scenario.script.cors.preflight(&head.headers) {
        response.headers_mut().append(name, value);
    }
    if scenario.script.all_steps().any(Step::breaks_early) {
        response.headers_mut().insert("connection", HeaderValue::from_static("close"));
    }
    response
}

fn refresh(scenario: &Scenario) -> Step {
    match &scenario.script.auth {
        Some(auth) => scenario.session.refresh(auth, &scenario.id),
        None => auth::refusal(),
    }
}

fn nothing(head: &Head) -> Step {
    let message = format!("no step for {} {}", head.method, head.path);
    let fixed = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    Step {
        status: Some(StatusCode::NOT_FOUND),
        headers: vec![
            fixed("content-type", "application/json"),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        body: Content::Bytes(Bytes::from(json!({ "error": message }).to_string())),
        ..Step::default()
    }
}

/// Reads the request body to its end, slowly where a rate is given. An error is what came before the client left.
async fn read(body: Body, rate: Option<u64>) -> Result<Captured, Captured> {
    let (mut kept, mut sum, mut length) = (Vec::new(), Sha256::new(), 0_u64);
    let mut whole = true;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let Some(piece) = piece.ok().filter(|_| length < LARGEST_BODY) else {
            whole = false;
            break;
        };
        length += piece.len() as u64;
        sum.update(&piece);
        let room = KEPT.saturating_sub(kept.len()).min(piece.len());
        kept.extend_from_slice(piece.get(..room).unwrap_or_default());
        if let Some(rate) = rate {
            sleep(Duration::from_secs_f64(piece.len() as f64 / rate as f64)).await;
        }
    }
    let sha256 = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let body = Captured { length, sha256, start: Bytes::from(kept) };
    if whole { Ok(body) } else { Err(body) }
}
