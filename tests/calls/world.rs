//! A world with one client: its server answers by script, its clock moves by itself.

use std::collections::VecDeque;

use steadfetch::call::{Answer, Failure, Output, Rejection, Request};
use steadfetch::engine::Engine;
use steadfetch::fault::Kind;
use steadfetch::policy::options::{Options, Value};
use steadfetch::telemetry::timeline::{Entry, What, Why};

/// What the server does with one request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// Answers after some time.
    Answer { status: u16, after: u64, server_wait: Option<u64> },
    /// Breaks the connection after some time.
    Reset { after: u64 },
    /// Says nothing.
    Silence,
}

pub fn status(status: u16) -> Reply {
    Reply::Answer { status, after: 5, server_wait: None }
}

pub fn wait(status: u16, server_wait: u64) -> Reply {
    Reply::Answer { status, after: 5, server_wait: Some(server_wait) }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Resolved(u16),
    Rejected(Rejection),
}

/// Everything that a finished call tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub end: End,
    /// When each request was sent.
    pub sent: Vec<u64>,
    pub ended: u64,
    pub fault: Option<Kind>,
    pub retry_at: Option<u64>,
    pub cancelled: usize,
    pub discarded: usize,
    pub entries: Vec<Entry>,
}

impl Story {
    pub fn requests(&self) -> usize {
        self.sent.len()
    }

    pub fn says(&self, what: What, why: Why) -> bool {
        self.entries.iter().any(|entry| entry.what == what && entry.why == why)
    }

    pub fn waits(&self) -> Vec<u64> {
        self.entries.iter().filter(|entry| entry.what == What::Wait).filter_map(|entry| entry.delay).collect()
    }
}

/// The client, the script of its server, and when the caller aborts.
pub struct World {
    pub engine: Engine,
    pub replies: VecDeque<Reply>,
    pub method: &'static str,
    pub request: Request,
    pub abort_at: Option<u64>,
    pub start: u64,
}

impl World {
    /// The options as JSON; the last reply repeats.
    pub fn new(options: &str, replies: &[Reply]) -> Self {
        let options = Options::read(&tree(options)).unwrap_or_else(|problems| panic!("{problems:?}"));
        World {
            engine: Engine::new(options, 1, "https://app.example"),
            replies: replies.iter().copied().collect(),
            method: "GET",
            request: Request::default(),
            abort_at: None,
            start: 1000,
        }
    }

    /// Carries out one call to its end.
    pub fn run(&mut self) -> Story {
        let lane = self.engine.lane(self.method, "https://app.example/a").expect("an http URL");
        let mut now = self.start;
        let slot = self.engine.admit(lane, self.request, 1, now);
        let mut pending: Option<(u64, Reply)> = None;
        let mut story = Story {
            end: End::Resolved(0),
            sent: vec![],
            ended: 0,
            fault: None,
            retry_at: None,
            cancelled: 0,
            discarded: 0,
            entries: vec![],
        };
        let mut status = 0;
        for _ in 0..10_000 {
            while let Some(output) = self.engine.output(slot) {
                match output {
                    Output::Send { attempt, .. } => {
                        story.sent.push(now);
                        assert_eq!(attempt as usize, story.sent.len(), "attempts count from 1");
                        pending = self.next_reply().map(|(after, reply)| (now + after, reply));
                    }
                    Output::Cancel(_) => {
                        story.cancelled += 1;
                        pending = None;
                    }
                    Output::Discard(_) => story.discarded += 1,
                    Output::Resolve { .. } => return self.finish(slot, End::Resolved(status), now, story),
                    Output::Reject(how) => return self.finish(slot, End::Rejected(how), now, story),
                    Output::Refresh => self.engine.refreshed(false, now),
                    Output::BreakBody(_) | Output::GoOn => unreachable!("no body is watched here"),
                    Output::Serve { .. } | Output::Fallback | Output::Queue => {
                        unreachable!("nothing stands in here")
                    }
                }
            }
            let next = [pending.map(|(at, _)| at), self.engine.next_timer(), self.abort_at];
            now = next.into_iter().flatten().min().expect("a call that waits for nothing is stuck").max(now);
            if self.abort_at.is_some_and(|at| at <= now) {
                self.abort_at = None;
                self.engine.abort(slot, now);
            } else if let Some((_, reply)) = pending.take_if(|(at, _)| *at <= now) {
                let attempt = story.sent.len() as u32;
                match reply {
                    Reply::Answer { status: answered, server_wait, .. } => {
                        status = answered;
                        let answer = Answer { status, server_wait, ..Answer::default() };
                        self.engine.answered(slot, attempt, answer, None, now);
                    }
                    _ => self.engine.failed(slot, attempt, Failure::Network, now),
                }
            } else {
                self.engine.tick(now);
                while self.engine.due().is_some() {}
            }
        }
        panic!("the call never ends: {story:?}");
    }

    fn next_reply(&mut self) -> Option<(u64, Reply)> {
        let reply = match self.replies.len() {
            0 | 1 => *self.replies.front().expect("a reply"),
            _ => self.replies.pop_front().expect("a reply"),
        };
        match reply {
            Reply::Answer { after, .. } | Reply::Reset { after } => Some((after, reply)),
            Reply::Silence => None,
        }
    }

    fn finish(&mut self, slot: u32, end: End, now: u64, mut story: Story) -> Story {
        let known = self.engine.known(slot).expect("the slot is held until its release");
        story.end = end;
        story.ended = now;
        story.fault = known.fault.map(|fault| fault.kind);
        story.retry_at = known.fault.and_then(|fault| fault.retry_at);
        story.entries = known.timeline.entries().to_vec();
        self.engine.release(slot);
        assert!(self.engine.known(slot).is_none(), "a released slot tells nothing");
        story
    }
}

/// A tree from JSON.
pub fn tree(json: &str) -> Value {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Absent,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().expect("a number")),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(members) => {
                Value::Map(members.into_iter().map(|(name, value)| (name, convert(value))).collect())
            }
        }
    }
    convert(serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}")))
}
