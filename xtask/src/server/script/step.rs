//! Reads one step out of JSON.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::reader::{Fields, kind_of};
use super::{Content, Etag, Moment, Pace, Step, flow};
use crate::server::cors::Cors;
use crate::server::dates::Form;

/// The longest delay, silence or stall, in milliseconds.
pub(super) const LONGEST_MS: u64 = 60_000;
pub(super) const MOST_BYTES: u64 = 16 << 30;
const MOST_CHUNKS: usize = 1000;
/// What the server decides on by itself; a wrong value would break the connection for other tests.
const OWN_HEADERS: [&str; 4] = ["connection", "content-length", "transfer-encoding", "upgrade"];
const CONTENT_FIELDS: [&str; 8] = ["text", "json", "base64", "bytes", "chunks", "echo", "problem", "pass"];

/// Reads a step; the caller finishes the fields.
pub(super) fn read(fields: &Fields<'_>) -> Step {
    let mut step = Step { repeat: fields.number("repeat", 1..=u64::MAX).unwrap_or(1), ..Step::default() };
    step.status = fields
        .number("status", 200..=599)
        .and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    content(fields, &mut step);
    if let Some(kind) = fields.text("type") {
        header(fields, "type", &mut step, CONTENT_TYPE, kind);
    }
    timing_headers(fields, &mut step);
    for (path, name, value) in fields.members("headers").unwrap_or_default() {
        own_header(fields, &mut step, &path, name, value);
    }
    step.etag = etag(fields);
    step.ranges = fields.flag("ranges").unwrap_or(false);
    step.cors =
        fields.value("cors").and_then(|value| Cors::parse(value, &fields.path_of("cors"), fields.problems));
    step.read_rate = fields.number("readRate", 1..=u64::MAX);
    step.delay = Duration::from_millis(fields.number("delay", 0..=LONGEST_MS).unwrap_or(0));
    flow::read(fields, &mut step);
    step
}

/// The body, of which a step has one at most.
fn content(fields: &Fields<'_>, step: &mut Step) {
    let given: Vec<&str> = CONTENT_FIELDS.into_iter().filter(|name| fields.has(name)).collect();
    if let [first, second, ..] = given.as_slice() {
        fields.wrong(second, format!("a step has one body, and `{first}` is there already"));
    }
    let mut set = |body: Content, kind: &'static str| {
        step.body = body;
        if !kind.is_empty() {
            step.headers.push((CONTENT_TYPE, HeaderValue::from_static(kind)));
        }
    };
    if let Some(text) = fields.text("text") {
        set(Content::Bytes(Bytes::from(text.to_owned())), "text/plain; charset=utf-8");
    }
    if let Some(value) = fields.value("json") {
        set(Content::Bytes(Bytes::from(value.to_string())), "application/json");
    }
    if let Some(text) = fields.text("base64") {
        match STANDARD.decode(text) {
            Ok(bytes) => set(Content::Bytes(Bytes::from(bytes)), "application/octet-stream"),
            Err(error) => fields.wrong("base64", error.to_string()),
        }
    }
    if let Some(count) = fields.number("bytes", 0..=MOST_BYTES) {
        set(Content::Generated(count), "application/octet-stream");
    }
    if fields.flag("echo") == Some(true) {
        set(Content::Echo, "application/json");
    }
    if fields.flag("pass") == Some(true) {
        set(Content::Pass, "");
    }
    if let Some(problem) = fields.value("problem") {
        set(Content::Bytes(Bytes::from(problem.to_string())), "application/problem+json");
        let own = problem.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let status =
            own.filter(|status| (200..600).contains(status)).and_then(|it| StatusCode::from_u16(it).ok());
        step.status = step.status.or(status).or(Some(StatusCode::INTERNAL_SERVER_ERROR));
    }
    if let Some(target) = fields.text("redirect") {
        header(fields, "redirect", step, LOCATION, target);
        step.status = step.status.or(Some(StatusCode::FOUND));
    }
    chunks(fields, step);
}

/// `chunks: [{ text | base64 | bytes, delay }]`: a body in parts, each after a pause.
fn chunks(fields: &Fields<'_>, step: &mut Step) {
    let Some(items) = fields.list("chunks", MOST_CHUNKS) else { return };
    let (mut whole, mut pauses) = (Vec::new(), Vec::new());
    for (path, item) in items {
        let Some(chunk) = Fields::of(item, &path, fields.problems) else { continue };
        let delay = chunk.number("delay", 0..=LONGEST_MS).unwrap_or(0);
        pauses.push((whole.len() as u64, Duration::from_millis(delay)));
        if let Some(text) = chunk.text("text") {
            whole.extend_from_slice(text.as_bytes());
        }
        if let Some(text) = chunk.text("base64") {
            match STANDARD.decode(text) {
                Ok(bytes) => whole.extend(bytes),
                Err(error) => chunk.wrong("base64", error.to_string()),
            }
        }
        if let Some(count) = chunk.number("bytes", 0..=1 << 20) {
            let from = whole.len() as u64;
            whole.extend((from..from + count).map(crate::server::body::generated));
        }
        chunk.finish();
    }
    step.headers.push((CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")));
    step.body = Content::Bytes(Bytes::from(whole));
    step.flow.pace = Pace::At(pauses);
}

/// Retry-After and the RateLimit families.
fn timing_headers(fields: &Fields<'_>, step: &mut Step) {
    if let Some(value) = fields.value("retryAfter") {
        moment(fields, "retryAfter", value, RETRY_AFTER, step);
    }
    for (field, name) in [("rateLimit", "ratelimit"), ("rateLimitPolicy", "ratelimit-policy")] {
        if let Some(text) = fields.text(field) {
            header(fields, field, step, HeaderName::from_static(name), text);
        }
    }
    let Some(legacy) = fields.object("rateLimitLegacy") else { return };
    let prefix = legacy.text("prefix").unwrap_or("X-RateLimit");
    for (field, name) in [("limit", "Limit"), ("remaining", "Remaining"), ("reset", "Reset")] {
        let Some(value) = legacy.value(field) else { continue };
        match HeaderName::try_from(format!("{prefix}-{name}")) {
            Ok(name) => moment(&legacy, field, value, name, step),
            Err(_) => legacy.wrong("prefix", "makes no header name"),
        }
    }
    legacy.finish();
}

/// A number, raw text, or `{ date | epoch, in }`: a moment so many seconds from the answer.
fn moment(fields: &Fields<'_>, field: &'static str, value: &Value, name: HeaderName, step: &mut Step) {
    match value {
        Value::Number(number) => header(fields, field, step, name, &number.to_string()),
        Value::String(text) => header(fields, field, step, name, text),
        Value::Object(_) => {
            let Some(inner) = Fields::of(value, &fields.path_of(field), fields.problems) else { return };
            let form = match inner.text("date") {
                Some("imf") => Some(Form::Imf),
                Some("rfc850") => Some(Form::Rfc850),
                Some("asctime") => Some(Form::Asctime),
                Some("epoch") => Some(Form::Epoch),
                _ => {
                    inner.wrong("date", "expected \"imf\", \"rfc850\", \"asctime\" or \"epoch\"");
                    None
                }
            };
            if !inner.has("in") {
                inner.wrong("in", "is missing: seconds from the answer, negative for the past");
            }
            let seconds = inner.signed("in", -10_000_000_000..=10_000_000_000);
            if let (Some(form), Some(seconds)) = (form, seconds) {
                step.moments.push(Moment { header: name, form, in_ms: seconds * 1000 });
            }
            inner.finish();
        }
        other => {
            fields.wrong(field, format!("expected a number, a string or an object, got {}", kind_of(other)))
        }
    }
}

fn header(fields: &Fields<'_>, field: &str, step: &mut Step, name: HeaderName, text: &str) {
    match HeaderValue::from_str(text) {
        Ok(value) => {
            // A later, more explicit word replaces the default that came with the body.
            step.headers.retain(|(known, _)| *known != name);
            step.headers.push((name, value));
        }
        Err(_) => fields.wrong(field, "holds characters that a header cannot carry"),
    }
}

/// A member of `headers`: a string, or several under one name.
fn own_header(fields: &Fields<'_>, step: &mut Step, path: &str, name: &str, value: &Value) {
    let problems = fields.problems;
    let Ok(header) = HeaderName::try_from(name) else {
        return problems.add(path, "is no header name");
    };
    if OWN_HEADERS.contains(&header.as_str()) {
        return problems.add(path, "is set by the server; see `chunked`, `truncateAfter` and `oversize`");
    }
    let values = match value {
        Value::Array(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    step.headers.retain(|(known, _)| *known != header);
    for value in values {
        match value.as_str().map(HeaderValue::from_str) {
            Some(Ok(value)) => step.headers.push((header.clone(), value)),
            Some(Err(_)) => problems.add(path, "holds characters that a header cannot carry"),
            None => problems.add(path, format!("expected a string, got {}", kind_of(value))),
        }
    }
}

/// `true`, or the tag itself, with its quotes or without.
fn etag(fields: &Fields<'_>) -> Option<Etag> {
    match fields.value("etag")? {
        Value::Bool(true) => Some(Etag::Content),
        Value::Bool(false) => None,
        Value::String(text) => {
            let quoted = if text.ends_with('"') { text.clone() } else { format!("\"{text}\"") };
            match HeaderValue::from_str(&quoted) {
                Ok(value) => Some(Etag::Text(value)),
                Err(_) => {
                    fields.wrong("etag", "holds characters that a header cannot carry");
                    None
                }
            }
        }
        other => {
            fields.wrong("etag", format!("expected true or a string, got {}", kind_of(other)));
            None
        }
    }
}
