//! What calls share: their lanes, the slab of calls in flight, one clock, the notices.
//!
//! The shell hands in what happened with the time, then drains [`Engine::output`] for the call it spoke of and, after a
//! [`Engine::tick`], for each call that [`Engine::due`] names.

#![forbid(unsafe_code)]

mod calls;
mod lanes;
mod notify;

use alloc::vec::Vec;
pub use lanes::{Lane, Lanes};

use crate::call::{Answer, Failure, Input, Output, Request};
use crate::fault::Fault;
use crate::notice::{Config, Notices};
use crate::policy::expect;
use crate::policy::options::{CallOptions, Options, Problem, Value};
use crate::random::Random;
use crate::telemetry::timeline::Timeline;
use crate::time::{Instant, Millis};
use calls::{Calls, earlier};

/// The longest that the host timer sleeps while calls are in flight: an early look costs little, and once nothing is in
/// flight no timer is left behind for longer than this.
const SWEEP: Millis = 1000;

/// One client's engine.
#[derive(Debug)]
pub struct Engine {
    lanes: Lanes,
    calls: Calls,
    random: Random,
    /// What people are told.
    pub notices: Notices,
    notice_config: Config,
    /// Endpoint and rule of calls that need the person to sign in.
    denied: Vec<(u32, u32)>,
    due: Vec<u32>,
    /// When the host timer fires.
    armed: Option<Instant>,
}

/// What is known about a call, for `explain`.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Counts the client's calls.
    pub serial: u32,
    /// What went wrong, if anything.
    pub fault: Option<&'a Fault>,
    /// Attempts begun.
    pub attempts: u32,
    /// Whether it ends with an answer from the network.
    pub answered: bool,
    /// The origin that it went to.
    pub endpoint: &'a str,
    /// The method.
    pub method: &'a str,
    /// Every step.
    pub timeline: &'a Timeline,
}

impl Engine {
    /// An engine with these options. `seed`: for jitter, where the options give none. `page_origin`: where path patterns
    /// are at home.
    pub fn new(options: Options, seed: u64, page_origin: &str) -> Self {
        let notice_config = notify::config(options.surfaces);
        Engine {
            lanes: Lanes::new(options.rules, options.defaults, page_origin),
            calls: Calls::default(),
            random: Random::new(options.seed.unwrap_or(seed)),
            notices: Notices::new(notice_config),
            notice_config,
            denied: Vec::new(),
            due: Vec::new(),
            armed: None,
        }
    }

    /// The lane of a request; `None` for URLs that are not http(s).
    pub fn lane(&mut self, method: &str, href: &str) -> Option<u32> {
        self.lanes.find(method, href)
    }

    /// A lane for one call with options of its own.
    ///
    /// # Errors
    /// Every problem of the options.
    pub fn single_lane(&mut self, base: u32, options: &Value) -> Result<u32, Vec<Problem>> {
        let options = CallOptions::read(options, &self.lanes.layers(base))?;
        Ok(self.lanes.single(base, options))
    }

    /// Begins a call and says which slot it has. Its first output is the first attempt. `serial` numbers the client's calls.
    pub fn admit(&mut self, lane: u32, mut request: Request, serial: u32, now: Instant) -> u32 {
        let slot = self.calls.open(lane, serial);
        if let Some(lane) = self.lanes.get(lane) {
            request.repeatable = lane.repeatable;
            request.progress = lane.progress;
        }
        self.handle(slot, Input::Start(request), now);
        slot
    }

    /// The attempt in flight has an answer. `content_type`: judged where the call expects one.
    pub fn answered(&mut self, slot: u32, mut answer: Answer, content_type: Option<&str>, now: Instant) {
        let expected = self.lane_of(slot).and_then(|lane| lane.expect.as_deref());
        answer.unexpected_type = expected.is_some_and(|expected| !expect::accepts(expected, content_type));
        self.handle(slot, Input::Response(answer), now);
        self.tell(slot, now);
    }

    /// Whether a good answer ends the call, whatever its headers and body: nothing is expected, nothing is watched.
    pub fn is_plain(&self, slot: u32) -> bool {
        self.lane_of(slot)
            .is_some_and(|lane| lane.expect.is_none() && !lane.progress && !lane.policy.limits.watch_body())
    }

    /// The attempt in flight ended without an answer.
    pub fn failed(&mut self, slot: u32, failure: Failure, now: Instant) {
        self.handle(slot, Input::Failed(failure), now);
        if failure != Failure::CallerBug {
            self.tell(slot, now);
        }
    }

    /// The caller aborted.
    pub fn abort(&mut self, slot: u32, now: Instant) {
        self.handle(slot, Input::Abort, now);
        self.tell(slot, now);
    }

    /// Something happened to a watched body.
    pub fn body(&mut self, slot: u32, input: Input, now: Instant) {
        self.handle(slot, input, now);
        if self.calls.get(slot).is_some_and(|entry| entry.call.is_done()) {
            self.tell(slot, now);
        }
    }

    /// The person wants the next attempt of these calls (by serial number) now. Their slots are then due.
    pub fn retry_now(&mut self, serials: &[u32], now: Instant) {
        for serial in serials {
            if let Some(slot) = self.calls.slot_of(*serial) {
                self.handle(slot, Input::RetryNow, now);
                self.notices.attempting(*serial);
                self.due.push(slot);
            }
        }
    }

    /// The next thing that the shell must do for a call.
    pub fn output(&mut self, slot: u32) -> Option<Output> {
        self.calls.output(slot)
    }

    /// Gives back the slot of a call that has ended and whose outputs are drained.
    pub fn release(&mut self, slot: u32) {
        if let Some(lane) = self.calls.close(slot) {
            self.lanes.release(lane);
        }
    }

    /// Time has passed: timers fire, notices appear and expire.
    pub fn tick(&mut self, now: Instant) {
        self.armed = None;
        let mut due = core::mem::take(&mut self.due);
        let first = due.len();
        self.calls.due(now, &mut due);
        for slot in due.iter().skip(first) {
            let Some(entry) = self.calls.get(*slot) else { continue };
            let (serial, waited) = (entry.serial, entry.call.waits_until().is_some());
            self.handle(*slot, Input::Timer, now);
            if waited {
                self.notices.attempting(serial);
            }
            self.tell(*slot, now);
        }
        self.due = due;
        self.notices.tick(now);
    }

    /// The next call whose timers fired; its outputs are to be drained.
    pub fn due(&mut self) -> Option<u32> {
        self.due.pop()
    }

    /// When [`Engine::tick`] must be called at the latest.
    pub fn next_timer(&self) -> Option<Instant> {
        earlier(self.calls.earliest(), self.notices.next_timer())
    }

    /// Whether the host timer fires too late, or not at all, for what is waiting.
    pub fn must_arm(&self) -> bool {
        match (self.next_timer(), self.armed) {
            (Some(next), Some(armed)) => next < armed,
            (next, None) => next.is_some(),
            (None, _) => false,
        }
    }

    /// How long the host timer must sleep from now; `None`: not at all. The shell arms it with that.
    pub fn arm(&mut self, now: Instant) -> Option<Millis> {
        let wait = self.next_timer().map(|next| next.saturating_sub(now).min(SWEEP));
        self.armed = wait.map(|wait| now.saturating_add(wait));
        wait
    }

    /// What is known about a call in a slot.
    pub fn known(&self, slot: u32) -> Option<Known<'_>> {
        let entry = self.calls.get(slot)?;
        let lane = self.lanes.get(entry.lane)?;
        Some(Known {
            serial: entry.serial,
            fault: entry.call.fault(),
            attempts: entry.call.attempts(),
            answered: entry.call.ends_with_answer(),
            endpoint: self.lanes.origin(entry.lane),
            method: &lane.method,
            timeline: entry.call.timeline(),
        })
    }

    /// Somebody listens for notice actions that only the app can carry out, or nobody does any more.
    pub fn set_app_listens(&mut self, listens: bool) {
        self.notice_config.app_listens = listens;
        self.notices.configure(self.notice_config);
    }

    /// The lane table, for what a shell needs to say about a lane.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    fn lane_of(&self, slot: u32) -> Option<&Lane> {
        self.lanes.get(self.calls.get(slot)?.lane)
    }

    fn handle(&mut self, slot: u32, input: Input, now: Instant) {
        let Some(entry) = self.calls.get(slot) else { return };
        let Some(lane) = self.lanes.get(entry.lane) else { return };
        self.calls.handle(slot, input, now, &lane.policy, &mut self.random);
    }
}
