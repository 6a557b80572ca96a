//! From a step to an answer: headers, body, and the way it goes out, through hyper or past it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::time::sleep;

use super::body::{Sending, Source};
use super::conditional;
use super::cors::Cors;
use super::dates::{Form, epoch_ms, format};
use super::log::{Captured, Head, Recorder};
use super::raw;
use super::script::{Content, End, Flow, Moment, Pace, Start, Step};
use super::wire::Wire;

/// An answer ready to go out.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) source: Source,
    pub(super) flow: Flow,
}

/// Puts a passing step over the one that it passed to: what the upper one says counts, the body is the lower one's.
pub(super) fn overlay(mut under: Step, over: &Step) -> Step {
    under.status = over.status.or(under.status);
    under.headers.retain(|(name, _)| over.headers.iter().all(|(other, _)| other != name));
    under.headers.extend(over.headers.iter().cloned());
    under.moments.extend(over.moments.iter().cloned());
    under.etag = over.etag.clone().or(under.etag);
    under.ranges |= over.ranges;
    under.cors = over.cors.clone().or(under.cors);
    under.delay += over.delay;
    let flow = over.flow.clone();
    if flow.start != Start::Headers {
        under.flow.start = flow.start;
    }
    if flow.pace != Pace::None {
        under.flow.pace = flow.pace;
    }
    if flow.end != End::Whole {
        under.flow.end = flow.end;
    }
    under.flow.stall = flow.stall.or(under.flow.stall);
    under.flow.chunked |= flow.chunked;
    under
}

/// Plays a step: waits, then answers or fails to, as it says.
pub(super) async fn play(
    step: Step,
    head: &Head,
    body: &Captured,
    cors: &Cors,
    clock_skew: i64,
    wire: &Arc<Wire>,
    mut recorder: Recorder,
) -> Response<Body> {
    sleep(step.delay).await;
    match step.flow.start {
        Start::Headers => {}
        Start::Silence(time) => {
            sleep(time).await;
            recorder.end("silent");
            wire.close();
            return Response::default();
        }
        Start::Close => {
            recorder.end("closed");
            wire.close();
            return Response::default();
        }
        Start::Reset => {
            recorder.end("reset");
            wire.reset();
            return Response::default();
        }
    }
    let now = epoch_ms() + clock_skew;
    let cors = step.cors.as_ref().unwrap_or(cors).answer(&head.headers);
    let mut answer = Answer::new(step, head, body, now);
    answer.headers.extend(cors);
    if clock_skew != 0 {
        answer.headers.extend(date(now, Form::Imf).map(|value| (DATE, value)));
    }
    recorder.headers(answer.status);
    answer.send(head, wire, recorder).await
}

impl Answer {
    fn new(step: Step, head: &Head, body: &Captured, now: i64) -> Self {
        let source = match step.body {
            Content::Bytes(bytes) => Source::Bytes(bytes),
            Content::Generated(count) => Source::Generated(0..count),
            Content::Echo => Source::Bytes(echo(head, body).into()),
            Content::Empty | Content::Pass => Source::empty(),
        };
        let status = step.status.unwrap_or(StatusCode::OK);
        let mut answer = Self { status, headers: step.headers, source, flow: step.flow };
        answer.headers.extend(step.moments.iter().filter_map(|moment| moment_header(moment, now)));
        if head.method == "GET" || head.method == "HEAD" {
            conditional::apply(&mut answer, &head.headers, step.etag.as_ref(), step.ranges);
        }
        if matches!(answer.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            answer.source = Source::empty();
        }
        answer
    }

    /// Whether the answer may have a body at all.
    fn may_have_body(&self, head: &Head) -> bool {
        head.method != "HEAD" && !matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
    }

    async fn send(mut self, head: &Head, wire: &Arc<Wire>, mut recorder: Recorder) -> Response<Body> {
        let with_body = self.may_have_body(head);
        let length = self.source.len();
        if !self.flow.chunked
            && self.status != StatusCode::NO_CONTENT
            && self.status != StatusCode::NOT_MODIFIED
        {
            self.headers.push((CONTENT_LENGTH, HeaderValue::from(length)));
        }
        // A body that is known to be empty is never asked for its end.
        if !with_body || (length == 0 && !self.flow.chunked && self.flow.end == End::Whole) {
            recorder.end("whole");
            return self.response(Body::empty());
        }
        let flow = std::mem::take(&mut self.flow);
        let sending = Sending::new(self.source.clone(), flow.pace, flow.stall, recorder);
        if flow.end == End::Whole {
            return self.response(Body::from_stream(sending.into_stream()));
        }
        raw::send(&self, sending.open_ended(), flow.end, flow.chunked, wire).await;
        Response::default()
    }

    fn response(self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// What was received, as JSON.
fn echo(head: &Head, body: &Captured) -> String {
    let mut echo = head.to_json();
    if let Some(fields) = echo.as_object_mut() {
        fields.insert("body".to_owned(), body.to_json());
    }
    echo.to_string()
}

/// Rounded up to the second, so that the moment is never earlier than the script says.
fn moment_header(moment: &Moment, now: i64) -> Option<(HeaderName, HeaderValue)> {
    let value = date(now.saturating_add(moment.in_ms).saturating_add(999), moment.form)?;
    Some((moment.header.clone(), value))
}

fn date(ms: i64, form: Form) -> Option<HeaderValue> {
    HeaderValue::from_str(&format(ms.div_euclid(1000), form)).ok()
}

/// A plain JSON answer of the server itself, readable from every origin.
pub(super) fn json(status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{value}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
