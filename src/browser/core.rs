//! What JavaScript calls (through `border`), in numbers and texts. Numbers go in and packed numbers come out; objects cross as
//! JSON, and only where something went wrong.

use alloc::string::String;
use alloc::vec::Vec;

use super::answer;
use super::health;
use super::json::Json;
use super::known;
use super::locale::Ask;
use super::shown::Words;
use super::tree;
use crate::call::{Answer, Failure, Found, Input, Output, Rejection, Request};
use crate::catalog::{Arg, Catalog, Dir};
use crate::engine::{By, Clocks, Engine, Told};
use crate::fault::{Fault, Impact, Kind, kind_of_status};
use crate::notice::{AppNotice, Change};
use crate::outbox::{Ended, Entry, State, Turn, Verdict};
use crate::policy::feature::Level;
use crate::policy::freshness;
use crate::policy::inject::Strike;
use crate::policy::lint;
use crate::policy::options::{Options, Rules, Value};
use crate::policy::settings::{Id, Settings, Strategy};
use crate::telemetry::route;
use crate::time::Instant;

/// No lane, no slot, no call; of what may fail: it did, and the problems are in the buffer.
pub const NONE: u32 = u32::MAX;
/// On an admitted slot: the host timer must be armed anew.
const MUST_ARM: u32 = 1 << 31;
/// On an admitted slot: it does not simply send its first attempt; there may be commands.
const TROUBLE: u32 = 1 << 30;

/// On a lane, whose number is above these bits: its method may be sent twice.
const REPEATABLE: u32 = 1;
/// Equal requests in flight share one.
const COALESCE: u32 = 2;
/// Requests get an Idempotency-Key.
const KEYED: u32 = 4;
/// That key is a quoted string.
const QUOTED: u32 = 8;
/// Its policy minds RateLimit fields.
const PACED: u32 = 16;
/// Its bodies are watched.
const WATCHED: u32 = 32;
/// Its answers are stored.
const CACHED: u32 = 64;
/// Its writes are kept for later where they fail.
const QUEUED: u32 = 128;
const LANE_BITS: u32 = 8;

/// One client's engine, its catalog and its clock.
pub struct Core {
    pub(super) engine: Engine,
    /// In the order in which they are asked.
    catalogs: Vec<Catalog>,
    ask: Ask,
    call_prefix: String,
    /// The options' own rules.
    own: Rules,
    /// Those of the policy document that lies over them.
    document: Option<Rules>,
}

impl Core {
    /// Starts an engine.
    ///
    /// # Errors
    /// The problems of the options, as a JSON array of `{ path, message }`.
    pub fn new(options: &Value, ask: Ask, origin: &str, seed: f64, prefix: String) -> Result<Core, String> {
        let options = Options::read(options).map_err(|found| tree::problems(&found))?;
        Ok(Core {
            own: options.rules.clone(),
            document: None,
            engine: Engine::new(options, seed as u64, origin),
            catalogs: [Catalog::builtin()].into(),
            ask,
            call_prefix: prefix,
        })
    }

    /// New rules, defaults and faults out of a client's options, or (`document`) the rules and defaults of a policy document,
    /// which lie over them. 1: the document's kill switch is on; nothing changed then.
    ///
    /// # Errors
    /// The problems, as a JSON array of `{ path, message }`; nothing changed then.
    pub fn configure(&mut self, options: &Value, document: bool, now: f64) -> Result<u32, String> {
        if document {
            let read = Rules::document(options, &self.own).map_err(|found| tree::problems(&found))?;
            let Some(rules) = read else { return Ok(1) };
            self.document = Some(rules);
        } else {
            let options = Options::read(options).map_err(|found| tree::problems(&found))?;
            self.own = options.rules;
            self.engine.set_faults(options.faults);
        }
        let rules = self.document.as_ref().map_or_else(|| self.own.clone(), |rules| rules.over(&self.own));
        self.engine.say_document(&rules.features, now as Instant);
        self.engine.configure(rules);
        Ok(0)
    }

    /// What the rules come to, and what looks wrong: an array of findings.
    pub fn lint(&self) -> String {
        let mut json = Json::new();
        json.open("", "[");
        for finding in lint::lint(self.engine.lanes().rules()) {
            json.open("", "{");
            json.text("rule", &finding.rule);
            json.text("level", finding.level.name());
            json.text("message", &finding.message);
            json.maybe_number("worstWait", finding.worst_wait);
            json.maybe_number("worstAttempts", finding.worst_attempts.map(u64::from));
            json.close("}");
        }
        json.close("]");
        json.done()
    }

    /// The lane of a request and what is to be known about it, packed; `NONE`: not http(s).
    pub fn route(&mut self, method: &str, href: &str) -> u32 {
        let Some(lane) = self.engine.lane(method, href) else { return NONE };
        self.packed_lane(lane)
    }

    /// A lane for one call with options of its own, packed like [`Core::route`]'s.
    ///
    /// # Errors
    /// The problems of the options, as a JSON array of `{ path, message }`.
    pub fn single(&mut self, base: u32, options: &Value) -> Result<u32, String> {
        let lane =
            self.engine.single_lane(base >> LANE_BITS, options).map_err(|found| tree::problems(&found))?;
        Ok(self.packed_lane(lane))
    }

    /// What the rules ask for beside requests, as bits of a lane: its parts are best loaded while there is a network.
    pub fn asks(&self) -> u32 {
        let rules = self.engine.lanes().rules();
        let mut asks = asked_by(&rules.defaults);
        for rule in &rules.rules {
            let mut layers = rules.defaults.clone();
            layers.apply(&rule.policy);
            asks |= asked_by(&layers);
        }
        asks
    }

    /// Begins a call. Where it simply sends its first attempt, that command counts as drained; not where there is news to tell:
    /// the shell then looks closer. Facts are bits: 1 slow body,
    /// 2 streamed, 4 Idempotency-Key, 8 integrity, 16 a copy is looked for, 32 a fallback, 64 behind earlier writes, 128 it is
    /// out already, since `now`, 256 nobody waits for it. `serial` numbers the client's calls.
    pub fn admit(&mut self, lane: u32, facts: u32, serial: u32, now: f64) -> u32 {
        let request = Request {
            slow_body: facts & 1 != 0,
            streamed: facts & 2 != 0,
            keyed: facts & 4 != 0,
            integrity: facts & 8 != 0,
            looks: facts & 16 != 0,
            fallback: facts & 32 != 0,
            behind: facts & 64 != 0,
            sent: facts & 128 != 0,
            background: facts & 256 != 0,
            ..Request::default()
        };
        let slot = self.engine.admit(lane >> LANE_BITS, request, serial, now as Instant);
        let mut packed = slot;
        if self.engine.has_news(slot) || !self.engine.drain_plain(slot) {
            packed |= TROUBLE;
        }
        if self.engine.must_arm() { packed | MUST_ARM } else { packed }
    }

    /// A good answer by its status alone: 0, and the call has ended; 2: it has, and there is more to do. Anything else: 1, and
    /// [`Core::answer`] must look.
    pub fn head(&mut self, slot: u32, status: u32, now: f64) -> u32 {
        let status = status as u16;
        if kind_of_status(status).is_some() || !self.engine.is_plain(slot) {
            return 1;
        }
        self.engine.answered(slot, 1, Answer { status, ..Answer::default() }, None, now as Instant);
        let news = self.engine.has_news(slot);
        self.engine.release(slot);
        if news || self.engine.notices.changed() || self.engine.has_due() { 2 } else { 0 }
    }

    /// An attempt has an answer; what its header fields say is in `answer`.
    #[allow(clippy::too_many_arguments)]
    pub fn answer<'a>(
        &mut self,
        slot: u32,
        attempt: u32,
        status: u32,
        facts: u32,
        fields: impl Iterator<Item = &'a str>,
        now: f64,
        wall: f64,
    ) {
        let (answer, content_type) = answer::read(status as u16, facts, fields, wall as u64);
        self.engine.answered(slot, attempt, answer, content_type, now as Instant);
    }

    /// An attempt ended without an answer: 0 no network, 1 offline, 2 blocked by the page's policy, 3 the request cannot be
    /// sent.
    pub fn fail(&mut self, slot: u32, attempt: u32, failure: u32, now: f64) {
        let failure = match failure {
            0 => Failure::Network,
            1 => Failure::Offline,
            2 => Failure::Blocked,
            _ => Failure::CallerBug,
        };
        self.engine.failed(slot, attempt, failure, now as Instant);
    }

    /// The caller aborted.
    pub fn abort(&mut self, slot: u32, now: f64) {
        self.engine.abort(slot, now as Instant);
    }

    /// A watched body: 0 a reader waits, 1 a chunk, 2 the end, 3 broken off.
    pub fn body(&mut self, slot: u32, what: u32, now: f64) {
        let input = match what {
            0 => Input::BodyWait,
            1 => Input::BodyChunk,
            2 => Input::BodyEnd,
            _ => Input::BodyFailed,
        };
        self.engine.body(slot, input, now as Instant);
    }

    /// The look-up of a stored copy is over. Bits: 1 it is fresh, 2 it may stand in for a failure, 4 it may be served while the
    /// network is asked. `age`: −1 where nobody knows.
    pub fn found(&mut self, slot: u32, copy: u32, age: f64, now: f64) {
        let found = Found {
            fresh: copy & 1 != 0,
            stale: copy & 2 != 0,
            meanwhile: copy & 4 != 0,
            age: (age >= 0.0).then_some(age as u64),
        };
        self.engine.found(slot, found, now as Instant);
    }

    /// What was asked to stand in for an answer did (1), could not (0), or had no room (2).
    pub fn stood_in(&mut self, slot: u32, well: u32, now: f64) {
        if well == 2 {
            self.engine.no_room(slot);
        }
        self.engine.stood_in(slot, well == 1, now as Instant);
    }

    /// The next command for a call: its number in the low 4 bits, its operand above; 0: none.
    /// 1 send (attempt in 8 bits, how in 2, endpoint above), 2 cancel (attempt), 3 discard (attempt), 4 resolve (1: watched),
    /// 5 reject (how), 6 break the body (how), 7 the body goes on, 8 refresh who is signed in, 9 serve the copy (1: and go on),
    /// 10 ask the fallback, 11 ask the outbox.
    /// How to send: 0 as it is, 1 as a hedge, 2 for the rest of a body. Endpoint: counted from 1; 0: the request's own.
    /// How to end: 0 the browser's error, 1 timeout, 2 HttpError, 3 the caller's reason, 4 refused here.
    pub fn command(&mut self, slot: u32) -> u32 {
        let rejection = |how| match how {
            Rejection::Native => 0,
            Rejection::Timeout => 1,
            Rejection::Http => 2,
            Rejection::Aborted => 3,
            Rejection::Refused => 4,
        };
        let (number, operand) = match self.engine.output(slot) {
            None => return 0,
            Some(Output::Send { attempt, to, how }) => (1, (attempt & 255) | (how as u32) << 8 | to << 10),
            Some(Output::Cancel(attempt)) => (2, attempt),
            Some(Output::Discard(attempt)) => (3, attempt),
            Some(Output::Resolve { watched }) => (4, u32::from(watched)),
            Some(Output::Reject(how)) => (5, rejection(how)),
            Some(Output::BreakBody(how)) => (6, rejection(how)),
            Some(Output::GoOn) => (7, 0),
            Some(Output::Refresh) => (8, 0),
            Some(Output::Serve { goes_on }) => (9, u32::from(goes_on)),
            Some(Output::Fallback) => (10, 0),
            Some(Output::Queue) => (11, 0),
        };
        number | operand << 4
    }

    /// Time has passed, or a [`Core::retry`] brought attempts forward.
    pub fn tick(&mut self, now: f64) {
        self.engine.tick(now as Instant);
    }

    /// The next call, other than the one spoken of, with commands; `NONE` at the end.
    pub fn due(&mut self) -> u32 {
        self.engine.due().unwrap_or(NONE)
    }

    /// How long the host timer must sleep; −1: not at all. The caller arms it with that.
    pub fn arm(&mut self, now: f64) -> f64 {
        self.engine.arm(now as Instant).map_or(-1.0, |wait| wait as f64)
    }

    /// Whether the host timer must be armed anew.
    pub fn must_arm(&self) -> u32 {
        self.engine.must_arm().into()
    }

    /// The machine slept for so long.
    pub fn slept(&mut self, slept: f64, now: f64) {
        self.engine.slept(slept as u64, now as Instant);
    }

    /// Who is signed in was refreshed (1), or could not be (0).
    pub fn refreshed(&mut self, renewed: u32, now: f64) {
        self.engine.refreshed(renewed != 0, now as Instant);
    }

    /// Whether the person saves data.
    pub fn save_data(&mut self, on: u32) {
        self.engine.set_save_data(on != 0);
    }

    /// What `explain` tells about a call whose slot is still held; empty otherwise.
    pub fn explain(&self, slot: u32, now: f64, wall: f64) -> String {
        let Some(found) = self.engine.known(slot) else { return String::new() };
        let mut call_id = self.call_prefix.clone();
        call_id.push_str(&super::shown::decimal(found.serial));
        known::explanation(&found, self.engine.endpoints(), &call_id, clocks(now, wall))
    }

    /// What `health` tells of endpoints and people.
    pub fn health(&self, now: f64, wall: f64) -> String {
        health::health(&self.engine, clocks(now, wall))
    }

    /// What went wrong with a call so far; empty: nothing.
    pub fn fault(&self, slot: u32, now: f64, wall: f64) -> String {
        let Some(fault) = self.engine.known(slot).and_then(|found| found.fault) else {
            return String::new();
        };
        let mut json = Json::new();
        known::fault(&mut json, "", fault, clocks(now, wall));
        json.done()
    }

    /// The route of a URL on a lane: the rule's pattern, else its path without what may identify a person or thing.
    pub fn template(&self, lane: u32, href: &str) -> String {
        let pattern = self.engine.lanes().route(lane >> LANE_BITS);
        pattern.map_or_else(|| route::template(href), Into::into)
    }

    /// The origin or base URL of an endpoint, by its number.
    pub fn endpoint(&self, number: u32) -> String {
        self.engine.endpoints().url(number).into()
    }

    /// The header that carries a lane's Idempotency-Key; empty: the usual one.
    pub fn key_header(&self, lane: u32) -> String {
        let lane = self.engine.lanes().get(lane >> LANE_BITS);
        lane.and_then(|lane| lane.policy.key_header.as_deref().cloned()).unwrap_or_default()
    }

    /// How a lane's answers are stored: `{ fresh, staleIfError, meanwhile, maxEntries, maxBytes, vary, rule }`, times in ms.
    pub fn cache_terms(&self, lane: u32) -> String {
        let Some(lane) = self.engine.lanes().get(lane >> LANE_BITS) else { return String::new() };
        let policy = &lane.policy;
        let mut json = Json::new();
        json.open("", "{");
        json.maybe_number("fresh", policy.millis(Id::CacheFresh));
        json.number("staleIfError", policy.millis(Id::CacheStaleIfError).unwrap_or(0));
        let asks = policy.strategy() == Strategy::StaleWhileRevalidate
            || policy.millis(Id::CacheHeadStart).is_some();
        let meanwhile = policy.millis(Id::CacheStaleWhileRevalidate).filter(|_| asks);
        json.number("meanwhile", meanwhile.unwrap_or(0));
        json.number("maxEntries", policy.whole(Id::CacheMaxEntries).into());
        json.number("maxBytes", policy.millis(Id::CacheMaxBytes).unwrap_or(0));
        json.open("vary", "[");
        for name in policy.vary.iter().flat_map(|names| names.iter()) {
            json.text("", name);
        }
        json.close("]");
        json.number("rule", lane.rule.as_ref().map_or(0, |rule| rule.id()).into());
        json.close("}");
        json.done()
    }

    /// How a lane's writes are kept for later: `{ lane, retention, attempts, wait, key }`, times in ms; `key` names the header of
    /// the Idempotency-Key. Where the rule names no lane of the outbox, what it matches does.
    pub fn outbox_terms(&self, lane: u32) -> String {
        let Some(lane) = self.engine.lanes().get(lane >> LANE_BITS) else { return String::new() };
        let policy = &lane.policy;
        let own = lane.rule.as_ref().map_or("", |rule| rule.pattern.source());
        let mut json = Json::new();
        json.open("", "{");
        json.text("lane", policy.outbox_lane.as_ref().map_or(own, |lane| lane));
        json.number("retention", policy.millis(Id::OutboxRetention).unwrap_or(0));
        json.number("attempts", policy.whole(Id::OutboxAttempts).into());
        json.number("wait", policy.whole(Id::OutboxRespond).into());
        json.maybe_text("key", policy.key_header.as_deref().map(|name| name.as_str()));
        json.close("}");
        json.done()
    }

    /// What is to be done about a write that waits, where none before it in its lane holds it up: 0 it goes, −1 it is passed
    /// over, −2 it was kept for too long, −3 it is under way; else how long it waits, ms. `state`: 0 waiting, 1 sending, 2 dead.
    #[allow(clippy::too_many_arguments)]
    pub fn outbox_turn(
        &self,
        state: u32,
        ours: u32,
        queued: f64,
        since: f64,
        due: f64,
        retention: f64,
        wall: f64,
    ) -> f64 {
        let state = match state {
            0 => State::Waiting,
            1 => State::Sending,
            _ => State::Dead,
        };
        let [queued, since, due, retention] = [queued, since, due, retention].map(|number| number as u64);
        match (Entry { state, ours: ours != 0, queued, since, due, retention }).turn(wall as u64) {
            Turn::Go => 0.0,
            Turn::Passed => -1.0,
            Turn::Expired => -2.0,
            Turn::Busy => -3.0,
            Turn::Wait(wait) => wait as f64,
        }
    }

    /// What becomes of a write that was sent, in the low 3 bits: 0 sent, 1 dead, 2 the app is asked, 3 it waits, 4 likewise and
    /// the attempt counts, 5 it waits for somebody to sign in. Milliseconds to wait are above. Facts are bits: 1 timed out,
    /// 2 refused here, 4 can never be sent, 8 may still be under way, 16 led elsewhere, 32 not of the type that is expected.
    pub fn outbox_ended(
        &mut self,
        status: u32,
        facts: u32,
        attempts: u32,
        counted: u32,
        most: u32,
        server_wait: f64,
    ) -> f64 {
        let ended = Ended {
            status: status as u16,
            timed_out: facts & 1 != 0,
            refused: facts & 2 != 0,
            broken: facts & 4 != 0,
            pending: facts & 8 != 0,
            elsewhere: facts & 16 != 0,
            unexpected: facts & 32 != 0,
            attempts,
            counted,
            most,
            server_wait: server_wait as u64,
        };
        let (verdict, wait) = match ended.verdict(self.engine.random()) {
            Verdict::Sent => (0, 0),
            Verdict::Dead => (1, 0),
            Verdict::Ask => (2, 0),
            Verdict::Wait { counts, wait } => (3 + u64::from(counts), wait),
            Verdict::SignIn(wait) => (5, wait),
        };
        (verdict + (wait << 3)) as f64
    }

    /// What strikes an attempt in a drill: `{ delay, kind, status, retryAfter, until }`, where `until` is on the client's own
    /// clock; empty: nothing does.
    pub fn strike(&mut self, href: &str, now: f64) -> String {
        let strike = self.engine.strike(href, now as Instant);
        if strike == Strike::default() {
            return String::new();
        }
        let mut json = Json::new();
        json.open("", "{");
        json.number("delay", strike.latency);
        if let Some(fault) = strike.fault {
            json.text("kind", fault.effect.name());
            json.maybe_number("status", fault.status.map(u64::from));
            json.maybe_number("retryAfter", fault.retry_after);
            json.maybe_number("until", (fault.until < Instant::MAX).then_some(fault.until));
        }
        json.close("}");
        json.done()
    }

    /// The next endpoint whose state other tabs do not know; `NONE`: they know all.
    pub fn next_changed(&mut self) -> u32 {
        self.engine.next_changed().unwrap_or(NONE)
    }

    /// What to tell other tabs about an endpoint: its URL, its numbers, and the cool-downs of rules. Beside it what its breaker
    /// does, and failures in a row.
    pub fn told(&self, number: u32, now: f64, wall: f64) -> String {
        let clocks = clocks(now, wall);
        let Told { opened_at, open_until, closed_at, cool_down, spent } = self.engine.told(number, clocks);
        let mut json = Json::new();
        json.open("", "{");
        json.text("url", self.engine.endpoints().url(number));
        json.open("state", "[");
        for number in [opened_at, open_until, closed_at, cool_down, spent] {
            json.number("", number);
        }
        json.close("]");
        if let Some(endpoint) = self.engine.endpoints().get(number) {
            json.text("breaker", endpoint.breaker.state().name());
            json.number("failures", endpoint.breaker.consecutive().into());
        }
        json.open("rules", "[");
        for (rule, until) in self.engine.told_of_rules(number, clocks) {
            json.number("", rule.into());
            json.number("", until);
        }
        json.close("]");
        json.close("}");
        json.done()
    }

    /// Another tab, or this one before a reload, tells of an endpoint, whose number comes back.
    pub fn hear(&mut self, url: &str, told: [f64; 5], now: f64, wall: f64) -> u32 {
        let [opened_at, open_until, closed_at, cool_down, spent] = told;
        let told = Told {
            opened_at: opened_at as u64,
            open_until: open_until as u64,
            closed_at: closed_at as u64,
            cool_down: cool_down as u64,
            spent: spent as u64,
        };
        self.engine.hear(url, told, clocks(now, wall));
        self.engine.endpoint(url)
    }

    /// The same, of a rule's cool-down there.
    pub fn hear_of_rule(&mut self, url: &str, rule: u32, until: f64, now: f64, wall: f64) {
        self.engine.hear_of_rule(url, rule, until as u64, clocks(now, wall));
    }

    /// Somebody says how much of a feature there is: by hand (0), or by its flag (2). Level: 0 full, 1 reduced, 2 off; anything
    /// else: they leave it to whoever comes next.
    pub fn say_feature(&mut self, name: &str, by: u32, level: u32, now: f64) {
        let by = if by == 0 { By::Hand } else { By::Flag };
        self.engine.say_feature(name, by, Level::ALL.get(level as usize).copied(), now as Instant);
    }

    /// The next feature of which listeners do not know; `NONE`: they know all.
    pub fn next_feature(&mut self) -> u32 {
        self.engine.next_feature().unwrap_or(NONE)
    }

    /// What a feature came to: `{ name, level, by, since, fault }`; `by`: 0 by hand, 1 the policy document, 2 its flag, 3 its
    /// breakers.
    pub fn feature(&self, number: u32, now: f64, wall: f64) -> String {
        let Some(feature) = self.engine.features().get(number) else { return String::new() };
        let clocks = clocks(now, wall);
        let mut json = Json::new();
        json.open("", "{");
        json.text("name", &feature.name);
        json.text("level", feature.level.name());
        json.number("by", feature.by as u64);
        json.number("since", clocks.epoch(feature.since));
        if feature.by == By::Breakers && feature.level > Level::Full {
            let open = Fault { impact: Impact::Degraded, ..Fault::blocking(Kind::CircuitOpen) };
            known::fault(&mut json, "fault", &open, clocks);
        }
        json.close("}");
        json.done()
    }

    /// Whether an answer may be kept, and what the copy is good for: `[keep, good, useful, age]`, `good`
    /// in the bits of [`Core::found`]; the last one is missing where nobody knows. `fields`: those of
    /// [`freshness::Said`] in their order, empty where absent. Facts are bits: 1 GET, 2 Authorization, 4 in a partition,
    /// 8 opaque. `fresh`: −1 where the rule says nothing.
    #[allow(clippy::too_many_arguments)]
    pub fn judge<'a>(
        &self,
        mut fields: impl Iterator<Item = &'a str>,
        status: u32,
        facts: u32,
        fresh: f64,
        stale: f64,
        meanwhile: f64,
        came: f64,
        now: f64,
    ) -> String {
        let mut next = || fields.next().unwrap_or("");
        let said = freshness::Said {
            asked: next(),
            cache_control: next(),
            expires: next(),
            date: next(),
            age: next(),
            last_modified: next(),
            pragma: next(),
            vary: next(),
        };
        let facts = freshness::Facts {
            status: status as u16,
            get: facts & 1 != 0,
            authorized: facts & 2 != 0,
            partitioned: facts & 4 != 0,
            opaque: facts & 8 != 0,
        };
        let terms = freshness::Terms {
            fresh: (fresh >= 0.0).then_some(fresh as u64),
            stale: stale as u64,
            meanwhile: meanwhile as u64,
        };
        let found = freshness::standing(&said, terms, came as u64, now as u64);
        let keep = freshness::may_keep(&said, facts) && found.useful > 0;
        let mut json = Json::new();
        json.open("", "[");
        let good = u64::from(found.fresh) | (u64::from(found.stale) << 1) | (u64::from(found.meanwhile) << 2);
        for number in [keep.into(), good, found.useful] {
            json.number("", number);
        }
        json.maybe_number("", found.age);
        json.close("]");
        json.done()
    }

    /// Gives back the slot of a call that has ended.
    pub fn release(&mut self, slot: u32) {
        self.engine.release(slot);
    }

    /// Gives back a lane that [`Core::single`] made for a call which then needs none.
    pub fn leave(&mut self, lane: u32) {
        self.engine.leave_lane(lane >> LANE_BITS);
    }

    /// The browser says that it is online.
    pub fn online(&mut self, now: f64) {
        self.engine.online(now as Instant);
    }

    /// Whether there is something new to show.
    pub fn changed(&self) -> u32 {
        self.engine.notices.changed().into()
    }

    /// What is to be shown and spoken now: `{ views, say, more }`.
    pub fn frame(&mut self, now: f64, wall: f64) -> String {
        self.engine.notices.render();
        let spoken = self.engine.notices.announcements();
        self.words(now, wall).frame(self.engine.notices.frame(), &spoken)
    }

    /// The line that says what happens next with a shown notice, as of now.
    pub fn countdown(&self, id: u32, now: f64, wall: f64) -> String {
        let view = self.engine.notices.living(id);
        view.and_then(|view| self.words(now, wall).countdown(&view)).unwrap_or_default()
    }

    /// Living and past notices, newest first.
    pub fn list(&self, now: f64, wall: f64) -> String {
        self.words(now, wall).list(&self.engine.notices.list())
    }

    /// A label of the screen's own, by its message id; `hotkey` is there for those that name it.
    pub fn label(&self, id: &str, hotkey: &str) -> String {
        self.words(0.0, 0.0).ui(id, &[("hotkey", Arg::Directed(hotkey, Dir::Ltr))])
    }

    /// The app raises a notice; its id.
    ///
    /// # Errors
    /// The problems of the notice, as a JSON array of `{ path, message }`.
    pub fn show(&mut self, input: &Value, now: f64, wall: f64) -> Result<u32, String> {
        let notice = AppNotice::read(input, |at| instant(at, now, wall));
        let notice = notice.map_err(|found| tree::problems(&found))?;
        Ok(self.engine.notices.show(notice, now as Instant))
    }

    /// Whether the catalog has a message; an unknown one is shown as the generic message.
    pub fn has_message(&self, id: &str) -> bool {
        self.words(0.0, 0.0).has(id)
    }

    /// A compiled catalog to be asked behind those that came before it; none of them is left where it is the `first` one. An empty
    /// text is plain English.
    pub fn catalog(&mut self, code: String, first: u32) {
        if first != 0 {
            self.catalogs.clear();
        }
        self.catalogs.push(if code.is_empty() { Catalog::builtin() } else { Catalog::of(code) });
    }

    /// The app changes its notice.
    ///
    /// # Errors
    /// The problems of the changes, as a JSON array of `{ path, message }`.
    pub fn update(&mut self, id: u32, changes: &Value, now: f64, wall: f64) -> Result<(), String> {
        let change = Change::read(changes, |at| instant(at, now, wall));
        let change = change.map_err(|found| tree::problems(&found))?;
        self.engine.notices.update(id, change, now as Instant);
        Ok(())
    }

    /// The app says that a notice's cause is over.
    pub fn resolve(&mut self, id: u32, message: Option<String>, now: f64) {
        self.engine.notices.resolve(id, message, now as Instant);
    }

    /// The person, or the app, closes a notice.
    pub fn dismiss(&mut self, id: u32, now: f64) {
        self.engine.notices.dismiss(id, now as Instant);
    }

    /// The person wants to see the notices that wait for a place (1), or no longer does.
    pub fn show_queue(&mut self, shown: u32) {
        self.engine.notices.show_queue(shown != 0);
    }

    /// Whether the person wants only emergencies to be shown and spoken.
    pub fn do_not_disturb(&mut self, quiet: u32, now: f64) {
        self.engine.notices.do_not_disturb(quiet != 0, now as Instant);
    }

    /// An element of the page is gone: what was shown at it needs another place.
    pub fn unanchor(&mut self, anchor: u32) {
        self.engine.notices.unanchor(anchor);
    }

    /// The screen says that a notice was there for long enough.
    pub fn expired(&mut self, id: u32, now: f64) {
        self.engine.notices.expired(id, now as Instant);
    }

    /// There is a screen now, or none any more.
    pub fn mounted(&mut self, mounted: u32, now: f64) {
        self.engine.notices.mounted(mounted != 0, now as Instant);
    }

    /// Whether a notice lives, whatever became of it on the screen.
    pub fn lives(&self, id: u32) -> u32 {
        self.engine.notices.living(id).is_some().into()
    }

    /// The page is hidden, or seen again.
    pub fn hidden(&mut self, hidden: u32, now: f64) {
        self.engine.notices.hidden(hidden != 0, now as Instant);
    }

    /// The person wants to see what a summary stands for.
    pub fn expand(&mut self, now: f64) {
        self.engine.notices.expand(now as Instant);
    }

    /// Somebody listens for actions that only the app can carry out, or nobody does any more.
    pub fn listens(&mut self, listens: u32) {
        self.engine.set_app_listens(listens != 0);
    }

    /// "Try again" on a notice: brings waiting calls forward ([`Core::tick`] and [`Core::due`] follow). Where none waits,
    /// the serial number of a call that may be sent again; else `NONE`.
    pub fn retry(&mut self, id: u32, now: f64) -> u32 {
        let affected = self.engine.notices.affected(id);
        self.engine.retry_now(&affected.waiting, now as Instant);
        if affected.waiting.is_empty() { affected.repeat.unwrap_or(NONE) } else { NONE }
    }

    /// Whether a notice may still offer to send this call (by serial number) again: its request must be kept.
    pub fn keeps(&self, serial: u32) -> u32 {
        self.engine.notices.keeps(serial).into()
    }

    fn packed_lane(&self, lane: u32) -> u32 {
        let Some(known) = self.engine.lanes().get(lane) else { return NONE };
        let mut packed = lane << LANE_BITS;
        let on = |id| known.policy.on(id);
        for (bit, holds) in [
            (REPEATABLE, known.repeatable),
            (COALESCE, on(Id::Coalesce) && known.method == "GET"),
            (KEYED, on(Id::Idempotency) && !known.idempotent),
            (QUOTED, on(Id::IdempotencyQuoted)),
            (PACED, on(Id::Pacing)),
            (WATCHED, known.progress || known.policy.watches_body()),
            (CACHED, on(Id::Cache) && known.method == "GET"),
            (QUEUED, on(Id::Outbox) && !known.safe),
        ] {
            if holds {
                packed |= bit;
            }
        }
        packed
    }

    fn words(&self, now: f64, wall: f64) -> Words<'_> {
        Words { catalogs: &self.catalogs, ask: self.ask, clocks: clocks(now, wall) }
    }
}

fn asked_by(layers: &Settings) -> u32 {
    let policy = Settings::complete(layers);
    let mut asks = if policy.watches_body() { WATCHED } else { 0 };
    for (id, bit) in [(Id::Coalesce, COALESCE), (Id::Cache, CACHED), (Id::Outbox, QUEUED)] {
        if policy.on(id) {
            asks |= bit;
        }
    }
    asks
}

pub(super) fn clocks(now: f64, wall: f64) -> Clocks {
    Clocks { now: now as Instant, wall: wall as u64 }
}

/// Epoch milliseconds on the client's own clock; what is long past becomes 0.
pub(super) fn instant(epoch: f64, now: f64, wall: f64) -> Instant {
    (epoch - wall + now) as Instant
}
