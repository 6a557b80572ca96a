//! What a scenario received and how each answer ended, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::dates::epoch_ms;

/// Requests kept in full per scenario; later ones are only counted.
const MOST_ENTRIES: usize = 5000;
/// Bytes of request bodies kept per scenario.
const MOST_CAPTURED: usize = 4 << 20;

/// What a request is for the counts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Request,
    Preflight,
    Refresh,
}

/// The head of a request, as received.
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) method: String,
    /// Below `/s/{id}`, as written in the URL.
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    /// `first` or `second`: the origin that was asked.
    pub(super) origin: &'static str,
    /// The number of the connection, and whether it had carried a request before.
    pub(super) connection: u64,
    pub(super) reused: bool,
}

/// A request body: its size and digest, and its beginning.
#[derive(Clone, Default)]
pub(super) struct Captured {
    pub(super) length: u64,
    pub(super) sha256: String,
    pub(super) start: Bytes,
}

impl Captured {
    /// Whether `start` is all of it.
    pub(super) fn is_whole(&self) -> bool {
        self.start.len() as u64 == self.length
    }

    pub(super) fn to_json(&self) -> Value {
        let (name, content) = match std::str::from_utf8(&self.start) {
            Ok(text) => ("text", text.to_owned()),
            Err(_) => ("base64", STANDARD.encode(&self.start)),
        };
        json!({ "length": self.length, "sha256": self.sha256, "whole": self.is_whole(), name: content })
    }
}

impl Head {
    pub(super) fn to_json(&self) -> Value {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
            .collect();
        json!({ "method": self.method, "path": self.path, "query": self.query, "headers": headers })
    }
}

struct Entry {
    head: Arc<Head>,
    at: u64,
    body: Captured,
    answer: String,
    status: Option<u16>,
    headers_at: Option<u64>,
    sent: u64,
    end: Option<(&'static str, u64)>,
}

#[derive(Default)]
struct Inner {
    entries: Vec<Entry>,
    captured: usize,
    requests: u64,
    preflights: u64,
    refreshes: u64,
    aborted: u64,
    open: u64,
    discarded: u64,
}

/// The log of one scenario.
pub(super) struct Log {
    start: Instant,
    started_at: i64,
    inner: Mutex<Inner>,
}

impl Log {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), started_at: epoch_ms(), inner: Mutex::default() })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Notes a request. What becomes of it goes through the recorder.
    pub(super) fn begin(self: &Arc<Self>, head: Arc<Head>) -> Recorder {
        let at = self.now();
        let mut inner = self.inner();
        let count = match head.kind {
            Kind::Request => &mut inner.requests,
            Kind::Preflight => &mut inner.preflights,
            Kind::Refresh => &mut inner.refreshes,
        };
        *count += 1;
        inner.open += 1;
        let index = (inner.entries.len() < MOST_ENTRIES).then_some(inner.entries.len());
        if index.is_some() {
            let body = Captured::default();
            let answer = String::new();
            inner.entries.push(Entry {
                head,
                at,
                body,
                answer,
                status: None,
                headers_at: None,
                sent: 0,
                end: None,
            });
        }
        Recorder { log: Arc::clone(self), index, ended: false }
    }

    /// Notes a used connection that was closed so that the client takes a new one.
    pub(super) fn discarded(&self) {
        self.inner().discarded += 1;
    }

    /// Everything, as the control plane answers it.
    pub(super) fn to_json(&self) -> Value {
        let inner = self.inner();
        let of = |kind: Kind| {
            inner
                .entries
                .iter()
                .filter(|entry| entry.head.kind == kind)
                .map(Entry::to_json)
                .collect::<Vec<_>>()
        };
        let mut by_path = BTreeMap::<String, u64>::new();
        for entry in inner.entries.iter().filter(|entry| entry.head.kind == Kind::Request) {
            *by_path.entry(format!("{} {}", entry.head.method, entry.head.path)).or_default() += 1;
        }
        json!({
            "startedAt": self.started_at,
            "now": self.now(),
            "counts": {
                "requests": inner.requests,
                "preflights": inner.preflights,
                "refreshes": inner.refreshes,
                "aborted": inner.aborted,
                "open": inner.open,
                "discarded": inner.discarded,
                "byPath": by_path,
            },
            "requests": of(Kind::Request),
            "preflights": of(Kind::Preflight),
            "refreshes": of(Kind::Refresh),
        })
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        let mut entry = self.head.to_json();
        let more = json!({
            "origin": self.head.origin,
            "connection": self.head.connection,
            "reused": self.head.reused,
            "at": self.at,
            "body": self.body.to_json(),
            "answer": self.answer,
            "status": self.status,
            "headersAt": self.headers_at,
            "sent": self.sent,
            "end": self.end.map(|(how, _)| how),
            "endedAt": self.end.map(|(_, at)| at),
            "abortedAt": self.end.filter(|(how, _)| *how == "aborted").map(|(_, at)| at),
        });
        if let (Value::Object(entry), Value::Object(more)) = (&mut entry, more) {
            entry.extend(more);
        }
        entry
    }
}

/// Follows one answer. Dropped before its end, it notes that the client went away.
pub(super) struct Recorder {
    log: Arc<Log>,
    index: Option<usize>,
    ended: bool,
}

impl Recorder {
    fn update(&self, change: impl FnOnce(&mut Entry)) {
        let mut inner = self.log.inner();
        if let Some(entry) = self.index.and_then(|index| inner.entries.get_mut(index)) {
            change(entry);
        }
    }

    /// The request body has arrived, or as much of it as came.
    pub(super) fn body(&self, mut body: Captured) {
        let mut inner = self.log.inner();
        if inner.captured + body.start.len() > MOST_CAPTURED {
            body.start = Bytes::new();
        }
        inner.captured += body.start.len();
        if let Some(entry) = self.index.and_then(|index| inner.entries.get_mut(index)) {
            entry.body = body;
        }
    }

    /// What answers.
    pub(super) fn answer(&self, name: String) {
        self.update(|entry| entry.answer = name);
    }

    /// The headers go out now.
    pub(super) fn headers(&self, status: StatusCode) {
        let now = self.log.now();
        self.update(|entry| {
            entry.status = Some(status.as_u16());
            entry.headers_at = Some(now);
        });
    }

    /// So many more bytes of the body went out.
    pub(super) fn sent(&self, bytes: usize) {
        self.update(|entry| entry.sent += bytes as u64);
    }

    /// The answer is over: `whole`, or in the way that the script wanted. Only the first word counts.
    pub(super) fn end(&mut self, how: &'static str) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let now = self.log.now();
        let mut inner = self.log.inner();
        inner.open -= 1;
        inner.aborted += u64::from(how == "aborted");
        if let Some(entry) = self.index.and_then(|index| inner.entries.get_mut(index)) {
            entry.end = Some((how, now));
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.end("aborted");
    }
}
