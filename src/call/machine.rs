//! The state machine itself: its states, its inputs, what it tells. What it does lies beside it, one file for each part.

mod body;
mod context;
mod outcome;
mod retry;
mod sending;
mod stand_in;

pub use context::Context;

use super::attempt::{Attempt, Attempts};
use super::timers::{Timer, TimerTable};
use super::{Found, How, Input, Output, Rejection, Request, Source};
use crate::fault::{Fault, Impact, Kind, is_kept};
use crate::policy::bulkhead::Place;
use crate::policy::endpoint::{Ended, Reason};
use crate::policy::settings::Id;
use crate::telemetry::timeline::{Timeline, What, Why};
use crate::time::{Instant, Millis, later};
use alloc::vec::Vec;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Fresh,
    Looking,
    Queued,
    Held,
    Attempting,
    Waiting,
    Refreshing,
    Reading,
    Recovering,
    StandingIn,
    Done,
}

/// One logical request, from the caller's point of view: all attempts and waits.
#[derive(Clone, Debug, Default)]
pub struct Call {
    state: State,
    request: Request,
    attempt: u32,
    /// Attempts beside others, which do not count towards `retry.attempts`.
    hedges: u32,
    attempts: Attempts,
    answered: bool,
    /// It has a place in its rule's bulkhead, or waits for one.
    has_place: bool,
    /// It has repeated its request with newer credentials.
    reauthorised: bool,
    /// Bytes of a watched body were handed out.
    handed_out: bool,
    /// The body can go on by Range.
    resumable: bool,
    /// The attempt whose answer came last.
    answer: u32,
    /// The endpoints of its route that it has tried: a bit for each of the first 32.
    tried: u32,
    /// Why it is held.
    held_for: Reason,
    /// The endpoint where it is held, or that its last attempt went to.
    endpoint: u32,
    timers: TimerTable,
    /// What was found of a stored copy; `None`: it is still being looked for.
    copy: Option<Found>,
    /// Where its caller's answer comes from, once it does not come from an attempt.
    source: Source,
    /// How it ends where nothing stands in; `None`: it has not come to that.
    ending: Option<Output>,
    /// The outbox, and then the fallback, has been asked to stand in.
    asked: [bool; 2],
    /// What was to keep its write has no room.
    no_room: bool,
    fault: Option<Fault>,
    timeline: Timeline,
    outputs: Vec<Output>,
    /// How many of them the shell has.
    drained: usize,
}

impl Call {
    /// Makes the call as new, keeping its memory.
    pub fn reset(&mut self) {
        self.state = State::Fresh;
        self.attempt = 0;
        self.hedges = 0;
        self.attempts.clear();
        self.answered = false;
        self.has_place = false;
        self.reauthorised = false;
        self.handed_out = false;
        self.tried = 0;
        self.timers.clear();
        self.copy = None;
        self.source = Source::None;
        self.ending = None;
        self.asked = [false; 2];
        self.no_room = false;
        self.fault = None;
        self.forget_outputs();
    }

    fn forget_outputs(&mut self) {
        self.outputs.clear();
        self.drained = 0;
    }

    /// Handles one input. Inputs that no longer fit (an answer after the end) are ignored.
    pub fn handle(&mut self, input: Input, now: Instant, context: &mut Context<'_>) {
        match (self.state, input) {
            (State::Fresh, Input::Start(request)) => self.start(request, now, context),
            (State::Attempting | State::Recovering, Input::Response(attempt, answer)) => {
                if let Some(attempt) = self.take(attempt) {
                    self.answered(&attempt, answer, now, context);
                }
            }
            (State::Attempting | State::Recovering, Input::Failed(attempt, failure)) => {
                if let Some(attempt) = self.take(attempt) {
                    self.failed(&attempt, failure, now, context);
                }
            }
            (State::Queued, Input::Place) => self.go(false, now, context),
            (State::Held, Input::Release(0)) => self.go(false, now, context),
            (State::Held, Input::Release(wait)) => {
                self.timers.set(Timer::Retry, Some(later(now, wait)));
                self.state = State::Waiting;
            }
            (State::Waiting | State::Held, Input::RetryNow) => {
                self.timeline.push(now, What::Wait, Why::Person, 0, Some(0));
                self.go(true, now, context);
            }
            (State::Waiting, Input::Online(wait)) if self.is_offline() => {
                self.timeline.push(now, What::Wait, Why::Online, 0, Some(wait));
                self.timers.set(Timer::Retry, Some(later(now, wait)));
            }
            (State::Refreshing, Input::Refreshed(renewed)) => self.refreshed(renewed, now, context),
            (State::Reading, Input::BodyWait) => {
                let idle = context.policy.millis(Id::IdleTimeout);
                self.timers.set(Timer::Idle, idle.map(|idle| later(now, idle)));
            }
            (State::Reading, Input::BodyChunk) => {
                self.handed_out = true;
                self.timers.set(Timer::Idle, None);
            }
            (State::Reading, Input::BodyEnd) => self.finish(now, None, context),
            (State::Recovering, Input::BodyEnd) => {
                // Its reader has enough of it: then all is well.
                self.fault = None;
                self.finish(now, None, context);
            }
            (State::Reading, Input::BodyFailed) => {
                self.fault = Some(Fault::blocking(Kind::Stalled));
                context.count(self.endpoint, Kind::Stalled);
                self.timeline.push(now, What::Failure, Why::BodyBroken, 0, None);
                self.recover_body(Rejection::Native, None, now, context);
            }
            (State::Fresh | State::Done, _) => {}
            (_, Input::Copy(found)) => self.found(found, now, context),
            (State::StandingIn, Input::StoodIn(well)) => self.stood_in(well, now, context),
            (_, Input::Timer) => {
                while let Some(timer) = self.timers.take_due(now) {
                    self.fire(timer, now, context);
                }
            }
            (_, Input::Slept(slept)) => {
                self.timers.shift(slept);
                self.attempts.shift(slept);
            }
            (_, Input::Abort) => {
                self.fault = Some(Fault { impact: Impact::None, ..Fault::blocking(Kind::Cancelled) });
                self.timeline.push(now, What::Failure, Why::Aborted, 0, None);
                // A watched body breaks by the browser's own signal.
                let reading = matches!(self.state, State::Reading | State::Recovering);
                self.finish(now, (!reading).then_some(Output::Reject(Rejection::Aborted)), context);
            }
            _ => {}
        }
        // What nobody waits for is missed by nobody; what was to be written is.
        if let Some(fault) = &mut self.fault
            && self.request.background
            && !self.request.write
            && fault.impact == Impact::Blocked
        {
            fault.impact = Impact::None;
        }
    }

    /// The next thing that the shell must do, in order.
    pub fn output(&mut self) -> Option<Output> {
        let next = self.outputs.get(self.drained).copied();
        match next {
            Some(_) => self.drained += 1,
            None => self.forget_outputs(),
        }
        next
    }

    /// Takes the only output where it is to send the first attempt as the request says.
    pub fn drain_plain(&mut self) -> bool {
        let plain = matches!(self.outputs.as_slice(), [Output::Send { attempt: 1, to: 0, how: How::Plain }]);
        if plain {
            self.forget_outputs();
        }
        plain
    }

    /// When [`Input::Timer`] is due.
    pub fn next_timer(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Whether nothing more will happen.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether its caller has the answer, or it has ended without one.
    pub fn is_handed_over(&self) -> bool {
        matches!(self.state, State::Reading | State::Recovering | State::Done)
    }

    /// The endpoint that holds it.
    pub fn held_at(&self) -> Option<u32> {
        (self.state == State::Held).then_some(self.endpoint)
    }

    /// Why it is held, or was last.
    pub fn held_for(&self) -> Reason {
        self.held_for
    }

    /// The endpoint of its last attempt.
    pub fn endpoint(&self) -> u32 {
        self.endpoint
    }

    /// Whether it holds a place in its rule's bulkhead; it has none afterwards.
    pub fn take_place(&mut self) -> bool {
        core::mem::take(&mut self.has_place)
    }

    /// Whether it waits before its next attempt, and until when.
    pub fn waits_until(&self) -> Option<Instant> {
        match self.state {
            State::Waiting | State::Held => self.timers.get(Timer::Retry),
            _ => None,
        }
    }

    /// Whether it waits for the browser to be online.
    pub fn is_offline(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Offline)
    }

    /// When its deadline passes.
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.get(Timer::Deadline)
    }

    /// What went wrong last, or with the call as a whole once it is done.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Attempts begun so far.
    pub fn attempts(&self) -> u32 {
        self.attempt
    }

    /// Where its caller's answer comes from.
    pub fn source(&self) -> Source {
        if self.source == Source::None && self.answered { Source::Network } else { self.source }
    }

    /// The age of the stored copy that its caller has, ms.
    pub fn age(&self) -> Option<Millis> {
        let served = matches!(self.source, Source::Cache | Source::StaleCache);
        self.copy.filter(|_| served).and_then(|copy| copy.age)
    }

    /// What was known about the request before it was sent.
    pub fn request(&self) -> Request {
        self.request
    }

    /// Every step so far.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    fn start(&mut self, request: Request, now: Instant, context: &mut Context<'_>) {
        self.request = request;
        self.timeline.start(now);
        let total = context.policy.limit(Id::Deadline, request.slow_body);
        self.timers.set(Timer::Deadline, total.map(|total| later(now, total)));
        self.endpoint = context.route.first().copied().unwrap_or(0);
        if let Some(endpoint) = context.endpoint(self.endpoint) {
            endpoint.traffic.calls = endpoint.traffic.calls.saturating_add(1);
        }
        if !self.begins_apart(now, context) {
            self.enter(now, context);
        }
    }

    /// On its way to the network, from the start.
    fn enter(&mut self, now: Instant, context: &mut Context<'_>) {
        if context.policy.on(Id::Bulkhead) {
            let place = context.bulkhead.enter(context.slot, context.policy);
            self.has_place = place != Place::Full;
            match place {
                Place::Taken => {}
                Place::Queued => {
                    self.state = State::Queued;
                    return self.timeline.push(now, What::Wait, Why::Queued, 0, None);
                }
                Place::Full => return self.refuse(Kind::BusyHere, Why::Full, None, now, context),
            }
        }
        // What is out already is not held any more.
        self.go(self.request.sent, now, context);
    }

    /// Takes an attempt out of those in flight.
    fn take(&mut self, number: u32) -> Option<Attempt> {
        let taken = self.attempts.take(number);
        self.timers.set(Timer::Attempt, self.attempts.expires());
        taken
    }

    fn refuse(
        &mut self,
        kind: Kind,
        why: Why,
        retry_at: Option<Instant>,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        self.timeline.push(now, What::Refused, why, 0, None);
        // After an attempt there is something better to end with than that there is no other one.
        if self.attempt > 0
            && let Some(fault) = &mut self.fault
        {
            fault.retry_at = retry_at.or(fault.retry_at);
            let (kind, status) = (fault.kind, fault.status);
            return match status {
                Some(status) => self.end_with_last(status, now, context),
                None if kind == Kind::Timeout => {
                    self.finish(now, Some(Output::Reject(Rejection::Timeout)), context)
                }
                None => self.finish(now, Some(Output::Reject(Rejection::Native)), context),
            };
        }
        self.fault = Some(Fault { retry_at, ..Fault::blocking(kind) });
        context.count(self.endpoint, kind);
        self.finish(now, Some(Output::Reject(Rejection::Refused)), context);
    }

    /// It is over, unless something can stand in for its failure.
    fn finish(&mut self, now: Instant, last: Option<Output>, context: &mut Context<'_>) {
        while let Some(attempt) = self.attempts.pop() {
            context.ended(&attempt, Ended::Unknown, now);
        }
        if let Some(Output::Resolve { .. } | Output::Reject(_)) = last
            && self.may_stand_in()
        {
            self.ending = last;
            return self.stand_in(now, context);
        }
        self.conclude(now, last);
    }

    fn conclude(&mut self, now: Instant, last: Option<Output>) {
        if let Some(fault) = &mut self.fault
            && fault.impact == Impact::Blocked
        {
            if self.no_room && self.source == Source::None && is_kept(fault.kind) {
                fault.kind = Kind::StorageFull;
                fault.retry_at = None;
            }
            // What would be kept for later, where there is an outbox, is lost without one.
            if self.source != Source::None {
                fault.impact = Impact::Degraded;
            } else if self.request.write && (is_kept(fault.kind) || fault.kind == Kind::StorageFull) {
                fault.impact = Impact::DataAtRisk;
            }
        }
        self.timeline.push(now, What::Done, Why::Plain, 0, None);
        self.timers.clear();
        if let Some(last) = last {
            self.outputs.push(last);
        }
        self.state = State::Done;
    }
}
