//! What JavaScript calls (through `exports`). Numbers go in and packed numbers come out; objects cross only where something
//! went wrong.

use alloc::string::String;
use wasm_bindgen::JsValue;

use super::answer::Response;
use super::json::Json;
use super::known::{self, Clocks};
use super::locale::{BrowserLocale, Intl};
use super::shown::Words;
use super::{answer, tree};
use crate::call::{Answer, Failure, Input, Output, Rejection, Request};
use crate::catalog::{Arg, Catalog, Dir};
use crate::engine::Engine;
use crate::fault::kind_of_status;
use crate::notice::{AppNotice, Change};
use crate::policy::options::Options;
use crate::telemetry::route;
use crate::time::Instant;

/// No lane, no slot, no call.
const NONE: u32 = u32::MAX;
/// On an admitted slot: the host timer must be armed anew.
const MUST_ARM: u32 = 1 << 31;
/// On a lane: its method may be sent twice.
const REPEATABLE: u32 = 1;

/// One client's engine, its catalog and its clock.
pub struct Core {
    engine: Engine,
    catalog: Catalog,
    locale: BrowserLocale,
    call_prefix: String,
}

impl Core {
    /// Starts an engine.
    ///
    /// # Errors
    /// The problems of the options, as an array of `{ path, message }`.
    pub fn new(
        options: &JsValue,
        intl: Intl,
        origin: &str,
        seed: f64,
        prefix: String,
    ) -> Result<Core, JsValue> {
        let options = Options::read(&tree::read(options)).map_err(|found| tree::problems(&found))?;
        let catalog = Catalog::builtin();
        Ok(Core {
            engine: Engine::new(options, seed as u64, origin),
            locale: BrowserLocale { intl, dir: catalog.dir() },
            catalog,
            call_prefix: prefix,
        })
    }

    /// The lane of a request, doubled, plus 1 where its method may be sent twice; `NONE`: not http(s).
    pub fn route(&mut self, method: &str, href: &str) -> u32 {
        let Some(lane) = self.engine.lane(method, href) else { return NONE };
        self.packed_lane(lane)
    }

    /// A lane for one call with options of its own, packed like [`Core::route`]'s.
    ///
    /// # Errors
    /// The problems of the options, as an array of `{ path, message }`.
    pub fn single(&mut self, base: u32, options: &JsValue) -> Result<u32, JsValue> {
        let lane = self
            .engine
            .single_lane(base >> 1, &tree::read(options))
            .map_err(|found| tree::problems(&found))?;
        Ok(self.packed_lane(lane))
    }

    /// Begins a call, whose first command (send attempt 1) counts as drained. Facts are bits: 1 slow body, 2 streamed,
    /// 4 Idempotency-Key, 8 integrity. `serial` numbers the client's calls.
    pub fn admit(&mut self, lane: u32, facts: u32, serial: u32, now: f64) -> u32 {
        let request = Request {
            slow_body: facts & 1 != 0,
            streamed: facts & 2 != 0,
            keyed: facts & 4 != 0,
            integrity: facts & 8 != 0,
            ..Request::default()
        };
        let slot = self.engine.admit(lane >> 1, request, serial, now as Instant);
        self.engine.output(slot);
        if self.engine.must_arm() { slot | MUST_ARM } else { slot }
    }

    /// A good answer by its status alone: 0, and the call has ended; 2: it has, and notices changed. Anything else: 1, and
    /// [`Core::answer`] must look.
    pub fn head(&mut self, slot: u32, status: u32, now: f64) -> u32 {
        let status = status as u16;
        if kind_of_status(status).is_some() || !self.engine.is_plain(slot) {
            return 1;
        }
        self.engine.answered(slot, Answer { status, ..Answer::default() }, None, now as Instant);
        self.engine.release(slot);
        if self.engine.notices.changed() { 2 } else { 0 }
    }

    /// The attempt in flight has an answer.
    pub fn answer(&mut self, slot: u32, response: &Response, now: f64, wall: f64) {
        let (answer, content_type) = answer::read(response, wall as u64);
        self.engine.answered(slot, answer, content_type.as_deref(), now as Instant);
    }

    /// The attempt in flight ended without an answer: 0 no network, 1 offline, 2 blocked by the page's policy, 3 the
    /// request cannot be sent.
    pub fn fail(&mut self, slot: u32, failure: u32, now: f64) {
        let failure = match failure {
            0 => Failure::Network,
            1 => Failure::Offline,
            2 => Failure::Blocked,
            _ => Failure::CallerBug,
        };
        self.engine.failed(slot, failure, now as Instant);
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

    /// The next command for a call: its number in the low 4 bits, its operand above; 0: none.
    /// 1 send (attempt), 2 cancel, 3 discard, 4 resolve (1: watched), 5 reject (how), 6 break the body (how).
    /// How: 0 the browser's error, 1 timeout, 2 HttpError, 3 the caller's reason.
    pub fn command(&mut self, slot: u32) -> u32 {
        let rejection = |how| match how {
            Rejection::Native => 0,
            Rejection::Timeout => 1,
            Rejection::Http => 2,
            Rejection::Aborted => 3,
        };
        let (number, operand) = match self.engine.output(slot) {
            None => return 0,
            Some(Output::Send(attempt)) => (1, attempt),
            Some(Output::Cancel(attempt)) => (2, attempt),
            Some(Output::Discard(attempt)) => (3, attempt),
            Some(Output::Resolve { watched }) => (4, u32::from(watched)),
            Some(Output::Reject(how)) => (5, rejection(how)),
            Some(Output::BreakBody(how)) => (6, rejection(how)),
        };
        number | operand << 4
    }

    /// Time has passed, or a [`Core::retry`] brought attempts forward.
    pub fn tick(&mut self, now: f64) {
        self.engine.tick(now as Instant);
    }

    /// The next call with commands after a tick; `NONE` at the end.
    pub fn due(&mut self) -> u32 {
        self.engine.due().unwrap_or(NONE)
    }

    /// How long the host timer must sleep; −1: not at all. The caller arms it with that.
    pub fn arm(&mut self, now: f64) -> f64 {
        self.engine.arm(now as Instant).map_or(-1.0, |wait| wait as f64)
    }

    /// Whether the host timer must be armed anew.
    pub fn must_arm(&self) -> bool {
        self.engine.must_arm()
    }

    /// What `explain` tells about a call whose slot is still held.
    pub fn explain(&self, slot: u32, now: f64, wall: f64) -> JsValue {
        let Some(found) = self.engine.known(slot) else { return JsValue::UNDEFINED };
        let mut call_id = self.call_prefix.clone();
        call_id.push_str(&super::shown::decimal(found.serial));
        known::explanation(&found, &call_id, clocks(now, wall))
    }

    /// What went wrong with a call so far.
    pub fn fault(&self, slot: u32, now: f64, wall: f64) -> JsValue {
        let Some(fault) = self.engine.known(slot).and_then(|found| found.fault) else {
            return JsValue::UNDEFINED;
        };
        let mut json = Json::new();
        known::fault(&mut json, "", fault, clocks(now, wall));
        json.parsed()
    }

    /// The route of a URL on a lane: the rule's pattern, else its path without what may identify a person or thing.
    pub fn template(&self, lane: u32, href: &str) -> String {
        let pattern = self.engine.lanes().route(lane >> 1);
        pattern.map_or_else(|| route::template(href), Into::into)
    }

    /// Gives back the slot of a call that has ended.
    pub fn release(&mut self, slot: u32) {
        self.engine.release(slot);
    }

    /// The browser says that it is online.
    pub fn online(&mut self, now: f64) {
        self.engine.notices.online(now as Instant);
    }

    /// Whether there is something new to show.
    pub fn changed(&self) -> bool {
        self.engine.notices.changed()
    }

    /// What is to be shown and spoken now: `{ views, say, more }`.
    pub fn frame(&mut self, now: f64, wall: f64) -> JsValue {
        self.engine.notices.render();
        let spoken = self.engine.notices.announcements();
        self.words(now, wall).frame(self.engine.notices.frame(), &spoken)
    }

    /// The line that says what happens next with a shown notice, as of now.
    pub fn countdown(&self, id: u32, now: f64, wall: f64) -> Option<String> {
        let view = self.engine.notices.living(id)?;
        self.words(now, wall).countdown(&view)
    }

    /// Living and past notices, newest first.
    pub fn list(&self, now: f64, wall: f64) -> JsValue {
        self.words(now, wall).list(&self.engine.notices.list())
    }

    /// A label of the screen's own, by its message id; `hotkey` is there for those that name it.
    pub fn label(&self, id: &str, hotkey: &str) -> String {
        self.words(0.0, 0.0).ui(id, &[("hotkey", Arg::Directed(hotkey, Dir::Ltr))])
    }

    /// The app raises a notice; its id.
    ///
    /// # Errors
    /// The problems of the notice, as an array of `{ path, message }`.
    pub fn show(&mut self, input: &JsValue, now: f64, wall: f64) -> Result<u32, JsValue> {
        let notice = AppNotice::read(&tree::read(input), |at| instant(at, now, wall));
        let notice = notice.map_err(|found| tree::problems(&found))?;
        Ok(self.engine.notices.show(notice, now as Instant))
    }

    /// Whether the catalog has a message; an unknown one is shown as the generic message.
    pub fn has_message(&self, id: &str) -> bool {
        self.catalog.has(id)
    }

    /// The app changes its notice.
    ///
    /// # Errors
    /// The problems of the changes, as an array of `{ path, message }`.
    pub fn update(&mut self, id: u32, changes: &JsValue, now: f64, wall: f64) -> Result<(), JsValue> {
        let change = Change::read(&tree::read(changes), |at| instant(at, now, wall));
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

    /// The screen says that a notice was there for long enough.
    pub fn expired(&mut self, id: u32, now: f64) {
        self.engine.notices.expired(id, now as Instant);
    }

    /// There is a screen now, or none any more.
    pub fn mounted(&mut self, mounted: bool, now: f64) {
        self.engine.notices.mounted(mounted, now as Instant);
    }

    /// Somebody listens for actions that only the app can carry out, or nobody does any more.
    pub fn listens(&mut self, listens: bool) {
        self.engine.set_app_listens(listens);
    }

    /// "Try again" on a notice: brings waiting calls forward ([`Core::tick`] and [`Core::due`] follow). Where none waits,
    /// the serial number of a call that may be sent again; else `NONE`.
    pub fn retry(&mut self, id: u32, now: f64) -> u32 {
        let affected = self.engine.notices.affected(id);
        self.engine.retry_now(&affected.waiting, now as Instant);
        if affected.waiting.is_empty() { affected.repeat.unwrap_or(NONE) } else { NONE }
    }

    /// Whether a notice may still offer to send this call (by serial number) again: its request must be kept.
    pub fn keeps(&self, serial: u32) -> bool {
        self.engine.notices.keeps(serial)
    }

    fn packed_lane(&self, lane: u32) -> u32 {
        let repeatable = self.engine.lanes().get(lane).is_some_and(|lane| lane.repeatable);
        lane << 1 | if repeatable { REPEATABLE } else { 0 }
    }

    fn words(&self, now: f64, wall: f64) -> Words<'_> {
        Words { catalog: &self.catalog, locale: &self.locale, clocks: clocks(now, wall) }
    }
}

fn clocks(now: f64, wall: f64) -> Clocks {
    Clocks { now: now as Instant, wall: wall as u64 }
}

/// Epoch milliseconds on the client's own clock; what is long past becomes 0.
fn instant(epoch: f64, now: f64, wall: f64) -> Instant {
    (epoch - wall + now) as Instant
}
