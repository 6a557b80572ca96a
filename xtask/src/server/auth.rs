//! A session that expires: requests need the current token, and a refresh mints the next one.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use super::script::{Auth, Content, Step};

/// The cookie that carries the token.
const COOKIE_NAME: &str = "session";

/// Which token is good at the moment.
pub(super) struct Session {
    /// Generations run over the life of the server, so that a scenario installed anew refuses the tokens of the old.
    generation: AtomicU64,
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

impl Session {
    pub(super) fn new() -> Self {
        let session = Self { generation: AtomicU64::new(0) };
        session.renew();
        session
    }

    /// Makes all tokens that were given out worthless.
    pub(super) fn renew(&self) {
        self.generation.store(GENERATIONS.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// The token that is good now.
    pub(super) fn token(&self) -> String {
        format!("token-{}", self.generation.load(Ordering::Relaxed))
    }

    /// Whether a request may pass.
    pub(super) fn admits(&self, auth: &Auth, head: &super::log::Head) -> bool {
        let asked = |pattern: &super::script::Pattern| {
            pattern.matches(&head.method, &head.path, head.query.as_deref())
        };
        if !auth.protect.is_empty() && !auth.protect.iter().any(asked) {
            return true;
        }
        let shown = if auth.cookie { cookie(&head.headers) } else { bearer(&head.headers) };
        shown == Some(self.token().as_str())
    }

    /// The answer to a refresh: a new token, in the body and as a cookie of this scenario.
    pub(super) fn refresh(&self, auth: &Auth, id: &str) -> Step {
        self.renew();
        let token = self.token();
        let body = if auth.cookie { json!({ "refreshed": true }) } else { json!({ "token": token }) };
        let cookie = format!("{COOKIE_NAME}={token}; Path=/s/{id}; HttpOnly; SameSite=Lax");
        let mut step = answer(StatusCode::OK, "application/json", body.to_string());
        if auth.cookie {
            step.headers.extend(HeaderValue::from_str(&cookie).ok().map(|value| (SET_COOKIE, value)));
        }
        step
    }
}

/// The answer to a request without the current token.
pub(super) fn refusal() -> Step {
    let problem = json!({ "title": "Sign in to see this", "status": 401 });
    let mut step = answer(StatusCode::UNAUTHORIZED, "application/problem+json", problem.to_string());
    step.headers.push((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    step
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Step {
    let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    Step {
        status: Some(status),
        headers: vec![fixed(CONTENT_TYPE, kind), fixed(CACHE_CONTROL, "no-store")],
        body: Content::Bytes(Bytes::from(body)),
        ..Step::default()
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|it| it.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, it)| it)
}
