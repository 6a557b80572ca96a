//! What calls share: their lanes, the slab of calls in flight, one clock, the notices.
//!
//! The shell hands in what happened with the time, then drains [`Engine::output`] for the call it spoke of and, after a
//! [`Engine::tick`], for each call that [`Engine::due`] names.

#![forbid(unsafe_code)]

mod calls;
mod endpoints;
mod features;
mod flow;
mod lanes;
mod notify;
mod shared;

use alloc::vec::Vec;
pub use endpoints::Endpoints;
pub use features::{By, Features, Named};
pub use lanes::{Lane, Lanes};
pub use shared::{Clocks, Told};

use crate::call::{Answer, Failure, Found, Input, Output, Request, Source};
use crate::fault::Fault;
use crate::list::contains;
use crate::notice::{Config, Notices};
use crate::policy::auth::Auth;
use crate::policy::bulkhead::Bulkhead;
use crate::policy::endpoint::Reason;
use crate::policy::expect;
use crate::policy::inject::{self, Injection, Strike};
use crate::policy::options::{CallOptions, Options, Problem, Rules, Value};
use crate::policy::settings::Id;
use crate::policy::url::Url;
use crate::random::Random;
use crate::telemetry::metrics::People;
use crate::telemetry::timeline::Timeline;
use crate::time::{Instant, Millis, earlier, later};
use calls::{Calls, Entry};

/// The longest that the host timer sleeps while calls are in flight: an early look costs little, and once nothing is in
/// flight no timer is left behind for longer than this.
const SWEEP: Millis = 1000;

/// Once the browser is online again, calls that waited for it go after so long at most, ms: a million tabs do not return in
/// one second. Retries are spread already: from 3 to 20 s only the fleet's 99th percentile after it moves, from 4.2 to 6.8 s.
const RESUME: Millis = 10_000;

/// What only a pause has held, which the server asked for, goes within so long after it, ms. From 1 to 8 s the fleet simulation
/// sees no difference.
const PAUSED: Millis = 3_000;

/// So long before its deadline a call is let go at the latest, ms: an answer needs time, too. With 6 s the fleet's load after
/// a brownout peaks at 1.44 times the usual instead of 1.29; with 1 s people wait for 9.1 s instead of 7.1 after an outage.
const LAST_CALL: Millis = 3_000;

/// One client's engine.
#[derive(Debug)]
pub struct Engine {
    lanes: Lanes,
    calls: Calls,
    endpoints: Endpoints,
    features: Features,
    /// By rule number; 0 serves calls without a rule.
    bulkheads: Vec<Bulkhead>,
    auth: Auth,
    auth_statuses: Vec<u16>,
    faults: Vec<Injection>,
    fault_random: Random,
    save_data: bool,
    random: Random,
    /// What people are told.
    pub notices: Notices,
    notice_config: Config,
    /// Endpoint and rule of calls that need the person to sign in.
    denied: Vec<(u32, u32)>,
    people: People,
    due: Vec<u32>,
    /// Calls that may go on since another one ended or went elsewhere.
    freed: Vec<(u32, Input)>,
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
    /// Where its answer comes from.
    pub source: Source,
    /// How old that is, where it is a stored copy, ms.
    pub age: Option<Millis>,
    /// The endpoint that it went to last.
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
        let notice_config = notify::config(options.surfaces, options.reports);
        let seed = options.seed.unwrap_or(seed);
        Engine {
            lanes: Lanes::new(options.rules, page_origin),
            calls: Calls::default(),
            endpoints: Endpoints::default(),
            features: Features::default(),
            bulkheads: Vec::new(),
            auth: Auth::default(),
            auth_statuses: options.auth_statuses,
            faults: options.faults,
            // Of its own, so that a drill does not change the jitter.
            fault_random: Random::new(!seed),
            save_data: false,
            random: Random::new(seed),
            notices: Notices::new(notice_config),
            notice_config,
            denied: Vec::new(),
            people: People::default(),
            due: Vec::new(),
            freed: Vec::new(),
            armed: None,
        }
    }

    /// New rules and defaults. Calls in flight keep theirs; breakers and budgets go on.
    pub fn configure(&mut self, rules: Rules) {
        self.lanes.configure(rules);
        self.features.leave(&self.lanes);
    }

    /// Other faults for drills.
    pub fn set_faults(&mut self, faults: Vec<Injection>) {
        self.faults = faults;
    }

    /// The lane of a request; `None` for URLs that are not http(s).
    pub fn lane(&mut self, method: &str, href: &str) -> Option<u32> {
        let lane = self.lanes.find(method, href, &mut self.endpoints)?;
        self.join_feature(lane);
        Some(lane)
    }

    /// A lane for one call with options of its own.
    ///
    /// # Errors
    /// Every problem of the options.
    pub fn single_lane(&mut self, base: u32, options: &Value) -> Result<u32, Vec<Problem>> {
        let options = CallOptions::read(options, &self.lanes.layers(base))?;
        let lane = self.lanes.single(base, options);
        self.join_feature(lane);
        Ok(lane)
    }

    /// Gives back such a lane where no call was begun on it.
    pub fn leave_lane(&mut self, lane: u32) {
        self.lanes.release(lane);
    }

    /// Begins a call and says which slot it has. Its outputs are to be drained: usually the first attempt, nothing while it
    /// is held. `serial` numbers the client's calls.
    pub fn admit(&mut self, lane: u32, mut request: Request, serial: u32, now: Instant) -> u32 {
        let slot = self.calls.open(lane, serial);
        if let Some(lane) = self.lanes.get(lane) {
            request.repeatable = lane.repeatable;
            request.is_get = lane.method == "GET";
            request.write = !lane.safe;
            request.idempotent = lane.idempotent;
            request.progress = lane.progress;
        }
        self.meet_feature(lane, &mut request, now);
        self.handle(slot, Input::Start(request), now);
        if self.calls.get(slot).is_some_and(|entry| entry.call.is_done()) {
            self.tell(slot, now);
        }
        slot
    }

    /// An attempt has an answer. `content_type`: judged where the call expects one.
    pub fn answered(
        &mut self,
        slot: u32,
        attempt: u32,
        mut answer: Answer,
        content_type: Option<&str>,
        now: Instant,
    ) {
        let expected = self.lane_of(slot).and_then(|lane| lane.expect.as_deref());
        answer.unexpected_type = expected.is_some_and(|expected| !expect::accepts(expected, content_type));
        self.handle(slot, Input::Response(attempt, answer), now);
        self.tell(slot, now);
    }

    /// Whether a good answer ends the call, whatever its headers and body: nothing is expected, watched or stored.
    pub fn is_plain(&self, slot: u32) -> bool {
        self.lane_of(slot).is_some_and(|lane| {
            lane.expect.is_none()
                && !lane.progress
                && !lane.policy.watches_body()
                && !lane.policy.on(Id::Cache)
        })
    }

    /// An attempt ended without an answer.
    pub fn failed(&mut self, slot: u32, attempt: u32, failure: Failure, now: Instant) {
        self.handle(slot, Input::Failed(attempt, failure), now);
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

    /// What jitter is drawn from.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// The look-up of a stored copy is over.
    pub fn found(&mut self, slot: u32, found: Found, now: Instant) {
        self.handle(slot, Input::Copy(found), now);
        self.tell(slot, now);
    }

    /// What was asked to keep a write has no room for it; [`Engine::stood_in`] follows.
    pub fn no_room(&mut self, slot: u32) {
        if let Some(entry) = self.calls.get_mut(slot) {
            entry.call.no_room();
        }
    }

    /// What was asked to stand in for an answer did, or could not.
    pub fn stood_in(&mut self, slot: u32, well: bool, now: Instant) {
        self.handle(slot, Input::StoodIn(well), now);
        self.tell(slot, now);
    }

    /// Who is signed in was refreshed, here or in another tab, or could not be. Calls that waited for it are then due.
    pub fn refreshed(&mut self, renewed: bool, now: Instant) {
        self.auth.ended(renewed);
        self.all(Input::Refreshed(renewed), now);
    }

    /// The browser says that it is online. Calls that waited for it go within the next 10 s.
    pub fn online(&mut self, now: Instant) {
        let wait = self.random.up_to(RESUME);
        for slot in 0..self.calls.end() {
            let Some(entry) = self.calls.get(slot) else { continue };
            // Rather sooner than never: a call whose deadline is near goes before it.
            let left = entry.call.deadline().map_or(wait, |deadline| deadline.saturating_sub(now) / 2);
            self.handle(slot, Input::Online(wait.min(left)), now);
        }
        self.notices.online(now);
    }

    /// The machine slept for so long: for calls no time has passed, so that they do not all go in one burst.
    pub fn slept(&mut self, slept: Millis, now: Instant) {
        self.features_slept(slept);
        self.all(Input::Slept(slept), now);
    }

    /// The person saves data: nothing is sent twice at once.
    pub fn set_save_data(&mut self, save_data: bool) {
        self.save_data = save_data;
    }

    /// The fault that strikes an attempt in a drill.
    pub fn strike(&mut self, href: &str, now: Instant) -> Strike<'_> {
        let Some(url) = Url::split(href) else { return Strike::default() };
        inject::strike(&self.faults, url, self.lanes.page_origin(), now, &mut self.fault_random)
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

    /// Takes the first output of a call that simply sends its first attempt where the request says; `false`: it does not.
    pub fn drain_plain(&mut self, slot: u32) -> bool {
        self.calls.get_mut(slot).is_some_and(|entry| entry.call.drain_plain())
    }

    /// Whether [`Engine::due`] has something.
    pub fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// The next thing that the shell must do for a call.
    pub fn output(&mut self, slot: u32) -> Option<Output> {
        self.calls.output(slot)
    }

    /// Gives back the slot of a call that has ended and whose outputs are drained.
    pub fn release(&mut self, slot: u32) {
        if let Some(Entry { call, .. }) = self.calls.get(slot) {
            self.people.count(call.source(), call.attempts(), call.fault(), call.timeline());
        }
        if let Some(lane) = self.calls.close(slot) {
            self.lanes.release(lane);
        }
    }

    /// Time has passed: timers fire, notices appear and expire.
    pub fn tick(&mut self, now: Instant) {
        self.armed = None;
        let mut fired = Vec::new();
        self.calls.due(now, &mut fired);
        let (mut gone, mut later) = (Vec::new(), Vec::new());
        // The newest first: what a person asked for last is what they look at.
        while let Some(slot) = self.calls.take_newest(&mut fired) {
            let Some(entry) = self.calls.get(slot) else { continue };
            let (serial, waited) = (entry.serial, entry.call.waits_until().is_some());
            if let Some(number) = entry.call.held_at()
                && entry.call.held_for() == Reason::Server
                && entry.call.deadline().is_none_or(|deadline| deadline > now)
            {
                // A pause that the server asked for ends for all at the same time: one goes then, the others after it.
                if contains(&gone, number) {
                    later.push(slot);
                    continue;
                }
                gone.push(number);
            }
            self.handle(slot, Input::Timer, now);
            if waited {
                self.notices.attempting(serial);
            }
            self.tell(slot, now);
            self.due.push(slot);
        }
        self.spread(later, PAUSED, now);
        self.look_at_features(now);
        self.notices.tick(now);
    }

    /// The next call, other than the one that was spoken of, whose outputs are to be drained.
    pub fn due(&mut self) -> Option<u32> {
        self.due.pop()
    }

    /// When [`Engine::tick`] must be called at the latest.
    pub fn next_timer(&self) -> Option<Instant> {
        earlier(earlier(self.calls.earliest(), self.feature_timer()), self.notices.next_timer())
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
        self.armed = wait.map(|wait| later(now, wait));
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
            source: entry.call.source(),
            age: entry.call.age(),
            endpoint: self.endpoints.url(entry.call.endpoint()),
            method: &lane.method,
            timeline: entry.call.timeline(),
        })
    }

    /// Somebody listens for notice actions that only the app can carry out, or nobody does any more.
    pub fn set_app_listens(&mut self, listens: bool) {
        self.notice_config.app_listens = listens;
        self.notices.configure(self.notice_config);
    }

    /// There is a status page to look at, or none.
    pub fn set_status_page(&mut self, there: bool) {
        self.notice_config.status_page = there;
        self.notices.configure(self.notice_config);
    }

    /// The lane table, for what a shell needs to say about a lane.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// What calls came to for people.
    pub fn people(&self) -> People {
        self.people
    }

    /// The endpoints.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    fn lane_of(&self, slot: u32) -> Option<&Lane> {
        self.lanes.get(self.calls.get(slot)?.lane)
    }
}
