//! Who may read an answer from another origin: the CORS headers of answers and of preflights.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::script::reader::{Fields, Problems, kind_of};

/// What the open policy exposes: every header that has a meaning for a client.
const EXPOSED: &str = "age, content-range, date, etag, location, ratelimit, ratelimit-limit, ratelimit-policy, \
    ratelimit-remaining, ratelimit-reset, retry-after, www-authenticate, x-ratelimit-limit, x-ratelimit-remaining, \
    x-ratelimit-reset";

/// A CORS policy.
#[derive(Clone)]
pub(super) enum Cors {
    /// Everybody may ask everything, with credentials, and read every header that matters.
    Open,
    /// No CORS headers at all: other origins are shut out.
    Closed,
    /// Exactly what the script says.
    Custom(Box<Custom>),
}

/// A policy spelt out.
#[derive(Clone)]
pub(super) struct Custom {
    /// None echoes the origin that asks.
    origin: Option<HeaderValue>,
    credentials: bool,
    expose: Option<HeaderValue>,
    allow_headers: Allowed,
    methods: Allowed,
    max_age: HeaderValue,
}

/// What a preflight is told.
#[derive(Clone)]
enum Allowed {
    /// Whatever it asked for.
    Asked,
    Listed(HeaderValue),
    Nothing,
}

impl Allowed {
    fn answer(&self, asked: Option<&HeaderValue>) -> Option<HeaderValue> {
        match self {
            Self::Asked => asked.cloned(),
            Self::Listed(value) => Some(value.clone()),
            Self::Nothing => None,
        }
    }
}

impl Cors {
    /// `"open"`, `"none"` or `{ origin, credentials, expose, allowHeaders, methods, maxAge }`.
    pub(super) fn parse(value: &Value, path: &str, problems: &Problems) -> Option<Self> {
        match value {
            Value::String(text) if text == "open" => return Some(Self::Open),
            Value::String(text) if text == "none" => return Some(Self::Closed),
            Value::Object(_) => {}
            other => {
                let got = other.as_str().unwrap_or(kind_of(other));
                problems.add(path, format!("expected \"open\", \"none\" or an object, got {got}"));
                return None;
            }
        }
        let fields = Fields::of(value, path, problems)?;
        let list = |name: &'static str| {
            let texts = fields.texts(name).filter(|texts| !texts.is_empty())?;
            header(&fields, name, &texts.join(", "))
        };
        let allowed = |name: &'static str| match (fields.has(name), list(name)) {
            (false, _) => Allowed::Asked,
            (true, Some(value)) => Allowed::Listed(value),
            (true, None) => Allowed::Nothing,
        };
        let origin = match fields.text("origin") {
            None => Some(HeaderValue::from_static("*")),
            Some("echo") => None,
            Some(text) => header(&fields, "origin", text),
        };
        let custom = Custom {
            origin,
            credentials: fields.flag("credentials").unwrap_or(false),
            expose: list("expose"),
            allow_headers: allowed("allowHeaders"),
            methods: allowed("methods"),
            max_age: HeaderValue::from(fields.number("maxAge", 0..=86_400).unwrap_or(0)),
        };
        fields.finish();
        Some(Self::Custom(Box::new(custom)))
    }

    /// The headers of an answer to this request.
    pub(super) fn answer(&self, request: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = Vec::new();
        let (origin, credentials, expose) = match self {
            Self::Closed => return headers,
            Self::Open => (None, true, Some(HeaderValue::from_static(EXPOSED))),
            Self::Custom(custom) => (custom.origin.clone(), custom.credentials, custom.expose.clone()),
        };
        let echoes = origin.is_none();
        if let Some(origin) = origin.or_else(|| request.get(ORIGIN).cloned()) {
            headers.push((ACCESS_CONTROL_ALLOW_ORIGIN, origin));
            if credentials {
                headers.push((ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")));
            }
            headers.extend(expose.map(|names| (ACCESS_CONTROL_EXPOSE_HEADERS, names)));
        }
        if echoes {
            headers.push((VARY, HeaderValue::from_static("origin")));
        }
        headers
    }

    /// The headers of the answer to a preflight.
    pub(super) fn preflight(&self, request: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = self.answer(request);
        headers.retain(|(name, _)| name != ACCESS_CONTROL_EXPOSE_HEADERS);
        let (allowed, methods, max_age) = match self {
            Self::Closed => return headers,
            Self::Open => (&Allowed::Asked, &Allowed::Asked, HeaderValue::from(0)),
            Self::Custom(custom) => (&custom.allow_headers, &custom.methods, custom.max_age.clone()),
        };
        let allowed = allowed.answer(request.get(ACCESS_CONTROL_REQUEST_HEADERS));
        let methods = methods.answer(request.get(ACCESS_CONTROL_REQUEST_METHOD));
        headers.extend(allowed.map(|value| (ACCESS_CONTROL_ALLOW_HEADERS, value)));
        headers.extend(methods.map(|value| (ACCESS_CONTROL_ALLOW_METHODS, value)));
        headers.push((ACCESS_CONTROL_MAX_AGE, max_age));
        headers
    }
}

/// Whether a request is the browser asking first.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn header(fields: &Fields<'_>, name: &str, text: &str) -> Option<HeaderValue> {
    let value = HeaderValue::from_str(text).ok();
    if value.is_none() {
        fields.wrong(name, "holds characters that a header cannot carry");
    }
    value
}
