//! A world with one client and many calls: a server for each endpoint answers by script, the clock moves to the next event.

use std::collections::{HashMap, VecDeque};

use steadfetch::call::{Answer, Failure, Found, How, Input, Output, Rejection, Request};
use steadfetch::engine::{Clocks, Engine};
use steadfetch::fault::{Impact, Kind};
use steadfetch::policy::breaker::State;
use steadfetch::policy::endpoint::LONGEST;
use steadfetch::policy::options::{Options, Value};
use steadfetch::policy::pacing::Quota;
use steadfetch::telemetry::timeline::{Entry, What, Why};

#[path = "../calls/world.rs"]
#[allow(dead_code)]
mod json;

pub use json::tree;

const NEVER: u64 = u64::MAX;

pub const APP: &str = "https://app.example";

/// What a server does with one request.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// How long it takes; `None`: for ever.
    pub after: Option<u64>,
    pub what: Deed,
}

#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Answer(Answer),
    Reset,
    Offline,
    /// No request's: what the look-up of a stored copy found.
    Found(Found),
    /// No request's: whether what was asked to stand in did.
    StoodIn(bool),
}

impl Reply {
    pub fn after(self, after: u64) -> Self {
        Reply { after: Some(after), ..self }
    }

    pub fn wait(self, wait: u64) -> Self {
        self.answer(|answer| answer.server_wait = Some(wait))
    }

    pub fn quota(self, left: u64, reset: u64) -> Self {
        self.answer(|answer| answer.quota.left = Some((left, reset)))
    }

    pub fn concurrent(self, most: u64) -> Self {
        self.answer(|answer| answer.quota = Quota { concurrent: Some(most), ..answer.quota })
    }

    pub fn resumable(self) -> Self {
        self.answer(|answer| answer.resumable = true)
    }

    fn answer(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Deed::Answer(answer) = &mut self.what {
            change(answer);
        }
        self
    }
}

pub fn status(status: u16) -> Reply {
    Reply { after: Some(5), what: Deed::Answer(Answer { status, ..Answer::default() }) }
}

pub fn reset() -> Reply {
    Reply { after: Some(5), what: Deed::Reset }
}

pub fn offline() -> Reply {
    Reply { after: Some(5), what: Deed::Offline }
}

pub fn silence() -> Reply {
    Reply { after: None, what: Deed::Reset }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    Resolved(u16),
    Rejected(Rejection),
    /// With a stored copy, which was the last word.
    Served,
    /// Something else stood in.
    StoodIn,
    /// Its watched body broke.
    Broken(Rejection),
    /// Its watched body was read to the end.
    Read,
}

/// One request as its server sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub at: u64,
    pub call: usize,
    pub attempt: u32,
    pub endpoint: String,
    pub how: How,
}

/// One call as its caller sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub slot: u32,
    pub began: u64,
    pub end: Option<End>,
    pub ended: u64,
    /// Its caller has the answer and reads the body.
    pub reading: bool,
    /// Something is sent, or about to be sent, for its body.
    pub recovering: bool,
    pub gone_on: u32,
    /// When its caller got a stored copy.
    pub served: Option<u64>,
    /// What was asked to stand in, in order.
    pub asked: Vec<Output>,
    pub source: &'static str,
    pub impact: Option<Impact>,
    pub attempts: u32,
    pub hedges: u32,
    pub cancelled: Vec<u32>,
    pub discarded: Vec<u32>,
    pub fault: Option<Kind>,
    pub retry_at: Option<u64>,
    pub entries: Vec<Entry>,
    origin: String,
    pub rule: u32,
    last_status: u16,
    aborted: bool,
}

impl Seen {
    pub fn says(&self, what: What, why: Why) -> bool {
        self.entries.iter().any(|entry| entry.what == what && entry.why == why)
    }
}

struct Pending {
    at: u64,
    call: usize,
    attempt: u32,
    deed: Deed,
}

pub struct World {
    pub engine: Engine,
    pub now: u64,
    pub calls: Vec<Seen>,
    /// All requests, in order.
    pub sent: Vec<Sent>,
    /// How refreshes end, after how long; the last one repeats.
    pub refreshes: VecDeque<(u64, bool)>,
    /// When refreshes began.
    pub refreshed: Vec<u64>,
    /// What look-ups of stored copies find, after how long.
    pub copy: (u64, Found),
    /// Whether what is asked to stand in does, after how long; the last one repeats.
    pub stand_ins: VecDeque<(u64, bool)>,
    /// Serves what has no server of its own.
    fallback: VecDeque<Reply>,
    /// When the servers want no request before: by endpoint, and by endpoint and rule.
    cool: HashMap<(String, Option<u32>), u64>,
    servers: HashMap<String, VecDeque<Reply>>,
    pending: Vec<Pending>,
    refreshing: Option<(u64, bool)>,
    slots: HashMap<u32, usize>,
}

impl World {
    /// The options as JSON; the last reply repeats.
    pub fn new(options: &str, replies: &[Reply]) -> Self {
        World::seeded(options, replies, 1)
    }

    pub fn seeded(options: &str, replies: &[Reply], seed: u64) -> Self {
        let options = Options::read(&tree(options)).unwrap_or_else(|problems| panic!("{problems:?}"));
        World {
            engine: Engine::new(options, seed, APP),
            now: 1000,
            calls: vec![],
            sent: vec![],
            refreshes: VecDeque::from([(50, true)]),
            refreshed: vec![],
            copy: (5, Found::default()),
            stand_ins: VecDeque::from([(5, true)]),
            fallback: replies.iter().copied().collect(),
            cool: HashMap::new(),
            servers: HashMap::new(),
            pending: vec![],
            refreshing: None,
            slots: HashMap::new(),
        }
    }

    /// With `auth`: functions cannot be written in JSON.
    pub fn signed_in(defaults: &str, replies: &[Reply]) -> Self {
        World::with_auth(&format!(r#"{{ "defaults": {defaults} }}"#), replies, 1)
    }

    pub fn with_auth(options: &str, replies: &[Reply], seed: u64) -> Self {
        let mut world = World::seeded("{}", replies, seed);
        let Value::Map(mut members) = tree(options) else { panic!("options are an object") };
        members.push(("auth".into(), Value::Map(vec![("refresh".into(), Value::Function)])));
        let options = Options::read(&Value::Map(members)).unwrap_or_else(|problems| panic!("{problems:?}"));
        world.engine = Engine::new(options, seed, APP);
        world
    }

    /// What the server at this origin or endpoint does from now on.
    pub fn serve(&mut self, endpoint: &str, replies: &[Reply]) {
        self.servers.insert(endpoint.into(), replies.iter().copied().collect());
    }

    /// What all servers without a script of their own do from now on.
    pub fn serve_all(&mut self, replies: &[Reply]) {
        self.fallback = replies.iter().copied().collect();
    }

    /// A GET of this path at the page's own origin, or of this URL.
    pub fn get(&mut self, url: &str) -> usize {
        self.call("GET", url, Request::default(), "null")
    }

    /// Begins a call; its number.
    pub fn call(&mut self, method: &str, url: &str, request: Request, options: &str) -> usize {
        let href = if url.starts_with('/') { format!("{APP}{url}") } else { url.to_owned() };
        let origin = href.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut lane = self.engine.lane(method, &href).expect("an http URL");
        if options != "null" {
            lane = self.engine.single_lane(lane, &tree(options)).unwrap_or_else(|found| panic!("{found:?}"));
        }
        let rule = self.engine.lanes().get(lane).expect("a lane").rule_number();
        let call = self.calls.len();
        let slot = self.engine.admit(lane, request, call as u32, self.now);
        self.calls.push(Seen {
            slot,
            began: self.now,
            end: None,
            ended: 0,
            reading: false,
            recovering: false,
            gone_on: 0,
            served: None,
            asked: vec![],
            source: "",
            impact: None,
            attempts: 0,
            hedges: 0,
            cancelled: vec![],
            discarded: vec![],
            fault: None,
            retry_at: None,
            entries: vec![],
            origin,
            rule,
            last_status: 0,
            aborted: false,
        });
        assert!(self.slots.insert(slot, call).is_none(), "a slot serves one call at a time");
        if request.looks {
            let (after, found) = self.copy;
            self.pending.push(Pending { at: self.now + after, call, attempt: 0, deed: Deed::Found(found) });
        }
        self.drain(slot);
        call
    }

    pub fn abort(&mut self, call: usize) {
        self.calls[call].aborted = true;
        let slot = self.calls[call].slot;
        self.engine.abort(slot, self.now);
        self.pending.retain(|pending| pending.call != call);
        self.drain(slot);
        if self.calls[call].reading && self.calls[call].end.is_none() {
            self.close(call, End::Broken(Rejection::Aborted));
        }
        assert!(self.calls[call].end.is_some(), "an abort ends a call at once");
    }

    /// The attempt of this number is answered now, whatever the script says.
    pub fn answer(&mut self, call: usize, attempt: u32, status: u16) {
        self.pending.retain(|pending| (pending.call, pending.attempt) != (call, attempt));
        let slot = self.calls[call].slot;
        self.calls[call].last_status = status;
        self.engine.answered(slot, attempt, Answer { status, ..Answer::default() }, None, self.now);
        self.drain(slot);
    }

    /// The person asks to try these again.
    pub fn retry_now(&mut self, calls: &[usize]) {
        let serials: Vec<u32> = calls.iter().map(|call| *call as u32).collect();
        self.engine.retry_now(&serials, self.now);
        self.drain_due();
    }

    /// Something happens to a watched body.
    pub fn body(&mut self, call: usize, input: Input) {
        let slot = self.calls[call].slot;
        self.engine.body(slot, input, self.now);
        self.drain(slot);
        if self.calls[call].end.is_none() && input == Input::BodyEnd {
            // As the shell does: a reader that has enough may leave while the body is fetched again.
            self.pending.retain(|pending| pending.call != call);
            self.close(call, End::Read);
        }
    }

    /// Tells the engine of something that concerns all calls.
    pub fn tell(&mut self, what: impl FnOnce(&mut Engine, u64)) {
        what(&mut self.engine, self.now);
        self.drain_due();
    }

    /// The clocks of this moment: the wall clock is a fixed distance ahead.
    pub fn clocks(&self) -> Clocks {
        Clocks { now: self.now, wall: self.now + 1_700_000_000_000 }
    }

    /// Runs until every call has ended.
    pub fn run(&mut self) {
        for _ in 0..200_000 {
            if self.calls.iter().all(|call| call.end.is_some() || (call.reading && !call.recovering)) {
                return;
            }
            let Some(next) = self.next_event() else {
                panic!("stuck at {}: {}", self.now, self.unfinished())
            };
            self.step(next);
        }
        panic!("it never ends: {}", self.unfinished());
    }

    /// The calls that have not ended, with what they have met.
    fn unfinished(&self) -> String {
        let calls = (0..self.calls.len()).filter(|call| self.calls[*call].end.is_none());
        calls.map(|call| format!("{:?} {:?}\n", self.calls[call], self.entries(call))).collect()
    }

    /// Runs until this time.
    pub fn run_until(&mut self, time: u64) {
        while let Some(next) = self.next_event().filter(|next| *next <= time) {
            self.step(next);
        }
        self.now = self.now.max(time);
    }

    /// All servers are well from now on, and answer what they were silent about.
    pub fn recover(&mut self) {
        self.servers.clear();
        self.serve_all(&[status(200)]);
        self.refreshes = VecDeque::from([(50, true)]);
        let soon = self.now + 1000;
        let Deed::Answer(good) = status(200).what else { return };
        for pending in self.pending.iter_mut().filter(|pending| pending.at == NEVER) {
            (pending.at, pending.deed) = (soon, Deed::Answer(good));
        }
    }

    /// The next thing that happens by itself.
    pub fn next_event(&self) -> Option<u64> {
        let reply = self.pending.iter().map(|pending| pending.at).filter(|at| *at != NEVER).min();
        let refresh = self.refreshing.map(|(at, _)| at);
        [reply, refresh, self.engine.next_timer()].into_iter().flatten().min().map(|at| at.max(self.now))
    }

    /// Lets happen what is due first at this time.
    pub fn step(&mut self, time: u64) {
        self.now = time;
        if let Some(at) = self.pending.iter().position(|pending| pending.at <= time) {
            let Pending { call, attempt, deed, .. } = self.pending.remove(at);
            let slot = self.calls[call].slot;
            match deed {
                Deed::Answer(answer) => {
                    // What is absurd binds nobody for longer than this.
                    let until = time + answer.server_wait.unwrap_or(0).min(LONGEST);
                    let sent =
                        self.sent.iter().rev().find(|sent| (sent.call, sent.attempt) == (call, attempt));
                    let endpoint = sent.expect("it was sent").endpoint.clone();
                    let rule = (answer.status == 429).then_some(self.calls[call].rule);
                    if matches!(answer.status, 429 | 503) {
                        let cool = self.cool.entry((endpoint, rule)).or_default();
                        *cool = (*cool).max(until);
                    }
                    self.calls[call].last_status = answer.status;
                    self.engine.answered(slot, attempt, answer, None, time);
                }
                Deed::Reset => self.engine.failed(slot, attempt, Failure::Network, time),
                Deed::Offline => self.engine.failed(slot, attempt, Failure::Offline, time),
                Deed::Found(found) => self.engine.found(slot, found, time),
                Deed::StoodIn(well) => {
                    self.engine.stood_in(slot, well, time);
                    if well {
                        self.close(call, End::StoodIn);
                    }
                }
            }
            self.drain(slot);
        } else if let Some((_, renewed)) = self.refreshing.take_if(|(at, _)| *at <= time) {
            self.tell(|engine, now| engine.refreshed(renewed, now));
        } else {
            self.engine.tick(time);
            self.drain_due();
        }
    }

    fn drain(&mut self, slot: u32) {
        self.outputs(slot);
        self.drain_due();
    }

    fn drain_due(&mut self) {
        while let Some(slot) = self.engine.due() {
            self.outputs(slot);
        }
    }

    fn outputs(&mut self, slot: u32) {
        while let Some(output) = self.engine.output(slot) {
            let call = *self.slots.get(&slot).expect("only calls in flight have outputs");
            match output {
                Output::Send { attempt, to, how } => self.send(call, attempt, to, how),
                Output::Cancel(attempt) => {
                    self.pending.retain(|pending| (pending.call, pending.attempt) != (call, attempt));
                    self.calls[call].cancelled.push(attempt);
                }
                Output::Discard(attempt) => self.calls[call].discarded.push(attempt),
                Output::Refresh => {
                    assert!(self.refreshing.is_none(), "one refresh at a time");
                    let (after, renewed) = next(&mut self.refreshes);
                    self.refreshing = Some((self.now + after, renewed));
                    self.refreshed.push(self.now);
                }
                Output::Resolve { watched: true } => {
                    self.calls[call].reading = true;
                    self.calls[call].ended = self.now;
                }
                Output::Resolve { watched: false } => {
                    let status = self.calls[call].last_status;
                    return self.close(call, End::Resolved(status));
                }
                Output::Serve { goes_on } => {
                    assert!(self.calls[call].served.is_none(), "a copy is served once");
                    self.calls[call].served = Some(self.now);
                    if !goes_on {
                        return self.close(call, End::Served);
                    }
                }
                Output::Fallback | Output::Queue => {
                    self.calls[call].asked.push(output);
                    let (after, well) = next(&mut self.stand_ins);
                    let deed = Deed::StoodIn(well);
                    self.pending.push(Pending { at: self.now + after, call, attempt: 0, deed });
                }
                Output::GoOn => {
                    self.calls[call].gone_on += 1;
                    self.calls[call].recovering = false;
                }
                Output::Reject(how) => return self.close(call, End::Rejected(how)),
                Output::BreakBody(how) => return self.close(call, End::Broken(how)),
            }
        }
    }

    fn send(&mut self, call: usize, attempt: u32, to: u32, how: How) {
        let seen = &mut self.calls[call];
        assert!(!seen.aborted && seen.end.is_none(), "nothing is sent after the end");
        seen.attempts += 1;
        seen.recovering = seen.reading;
        seen.hedges += u32::from(how == How::Hedge);
        assert_eq!(attempt, seen.attempts, "attempts are numbered from 1");
        let endpoint = match to {
            0 => seen.origin.clone(),
            number => self.engine.endpoints().url(number - 1).to_owned(),
        };
        assert!(!endpoint.is_empty());
        for rule in [None, Some(self.calls[call].rule)] {
            let cool = self.cool.get(&(endpoint.clone(), rule)).copied().unwrap_or(0);
            assert!(self.now >= cool, "sent before the server's own time: {:?}", self.calls[call]);
        }
        let reply = next(self.servers.get_mut(&endpoint).unwrap_or(&mut self.fallback));
        let at = reply.after.map_or(NEVER, |after| self.now + after);
        self.pending.push(Pending { at, call, attempt, deed: reply.what });
        self.sent.push(Sent { at: self.now, call, attempt, endpoint, how });
    }

    fn close(&mut self, call: usize, end: End) {
        let now = self.now;
        let seen = &mut self.calls[call];
        assert!(seen.end.is_none(), "a call ends once");
        let known = self.engine.known(seen.slot).expect("the slot is held until its release");
        seen.end = Some(end);
        // To the headers, where a body was read after them.
        seen.ended = if seen.reading { seen.ended } else { now };
        seen.fault = known.fault.map(|fault| fault.kind);
        seen.retry_at = known.fault.and_then(|fault| fault.retry_at);
        seen.impact = known.fault.map(|fault| fault.impact);
        seen.source = known.source.name();
        seen.entries = known.timeline.entries().to_vec();
        self.engine.release(seen.slot);
        self.slots.remove(&seen.slot);
        // A look-up that comes too late finds nobody.
        self.pending.retain(|pending| pending.call != call || pending.attempt > 0);
        let left = self.pending.iter().filter(|pending| pending.call == call).count();
        assert_eq!(left, 0, "an attempt is left over: {:?}", self.calls[call]);
    }

    pub fn end(&self, call: usize) -> Option<End> {
        self.calls[call].end
    }

    /// When this call's requests were sent.
    pub fn times(&self, call: usize) -> Vec<u64> {
        self.sent.iter().filter(|sent| sent.call == call).map(|sent| sent.at).collect()
    }

    /// Where this call's requests went.
    pub fn places(&self, call: usize) -> Vec<&str> {
        self.sent.iter().filter(|sent| sent.call == call).map(|sent| sent.endpoint.as_str()).collect()
    }

    /// What `explain` knows of a call that is still under way.
    pub fn entries(&self, call: usize) -> Vec<Entry> {
        self.engine.known(self.calls[call].slot).expect("in flight").timeline.entries().to_vec()
    }

    /// The endpoint with this URL.
    pub fn endpoint(&self, url: &str) -> &steadfetch::policy::endpoint::Endpoint {
        let endpoints = self.engine.endpoints();
        let all = (0..endpoints.len() as u32).filter_map(|number| endpoints.get(number));
        all.into_iter().find(|endpoint| endpoint.url == url).expect("an endpoint")
    }

    pub fn breaker(&self, url: &str) -> State {
        self.endpoint(url).breaker.state()
    }
}

/// The next one of a script, whose last entry repeats.
fn next<T: Copy>(script: &mut VecDeque<T>) -> T {
    match script.len() {
        0 | 1 => *script.front().expect("a script"),
        _ => script.pop_front().expect("a script"),
    }
}
