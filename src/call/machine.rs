//! The state machine itself.

use super::attempt::{Attempt, Attempts};
use super::timers::{Timer, TimerTable};
use super::{Answer, Failure, How, Input, Output, Rejection, Request};
use crate::fault::{Fault, Impact, Kind, counts_for_breaker, kind_of_status};
use crate::policy::auth::{Auth, Step};
use crate::policy::backoff::Schedule;
use crate::policy::breaker;
use crate::policy::bulkhead::{Bulkhead, Place};
use crate::policy::doubt::PATIENCE;
use crate::policy::endpoint::{Ended, Endpoint, Gate, Reason};
use crate::policy::failover::{self, Candidate};
use crate::policy::hedge;
use crate::policy::options::Target;
use crate::policy::retry::repeats_status;
use crate::policy::settings::{Id, Settings};
use crate::random::Random;
use crate::telemetry::timeline::{Timeline, What, Why};
use crate::time::{Instant, Millis, later};
use alloc::vec::Vec;

/// An attempt that the deadline cuts off after less than this says nothing about its endpoint, ms.
const FAIR: Millis = 5_000;

/// What a call borrows from the engine while it handles an input.
pub struct Context<'a> {
    /// Its slot.
    pub slot: u32,
    /// The policy of its lane.
    pub policy: &'a Settings,
    /// The number of its rule, counted from 1; 0: none.
    pub rule: u32,
    /// The endpoints that it may go to, by their numbers among all.
    pub route: &'a [u32],
    /// What the rule says of each of them; empty where the only one is the request's own origin.
    pub targets: &'a [Target],
    /// Whether they are chosen by weight.
    pub weighted: bool,
    /// All endpoints.
    pub endpoints: &'a mut [Endpoint],
    /// The bulkhead of its rule.
    pub bulkhead: &'a mut Bulkhead,
    /// Who is signed in, and the statuses that ask for a refresh.
    pub auth: &'a mut Auth,
    /// Statuses that ask for a refresh.
    pub auth_statuses: &'a [u16],
    /// Hedges are off: the person saves data.
    pub save_data: bool,
    /// The source of jitter.
    pub random: &'a mut Random,
}

impl Context<'_> {
    fn endpoint(&mut self, at: u32) -> Option<&mut Endpoint> {
        self.endpoints.get_mut(at as usize)
    }

    fn ended(&mut self, attempt: &Attempt, ended: Ended, now: Instant) {
        let took = now.saturating_sub(attempt.began);
        if let Some(endpoint) = self.endpoints.get_mut(attempt.endpoint as usize) {
            let attempt = (self.rule, attempt.counted, took);
            endpoint.ended(ended, attempt, self.policy, now, self.random);
        }
    }
}

/// The bit of an endpoint by its place in the route.
fn bit(index: usize) -> u32 {
    1u32.checked_shl(index as u32).unwrap_or(0)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Fresh,
    Queued,
    Held,
    Attempting,
    Waiting,
    Refreshing,
    Reading,
    Recovering,
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
                self.timeline.push(now, What::Failure, Why::BodyBroken, 0, None);
                self.recover_body(Rejection::Native, None, now, context);
            }
            (State::Fresh | State::Done, _) => {}
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
        let plain = self.outputs.as_slice() == [Output::Send { attempt: 1, to: 0, how: How::Plain }];
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

    /// Whether it ends with an answer of its last attempt.
    pub fn ends_with_answer(&self) -> bool {
        self.answered
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
        self.go(false, now, context);
    }

    /// Sends the next attempt, where its endpoint lets it; else it is held or refused. `forced`: the person asked for it.
    fn go(&mut self, forced: bool, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Retry, None);
        // The credentials are for the endpoint that asked for them.
        if self.state != State::Refreshing {
            self.choose_endpoint(now, context);
        }
        let Some(endpoint) = context.endpoints.get(self.endpoint as usize) else { return };
        let gate = endpoint.gate(context.rule, context.policy, forced, now);
        let (until, reason) = match gate {
            Gate::Go if !forced && self.timeline.len() > 1 && !self.fits(now, endpoint) => {
                return self.refuse(Kind::DeadlineTooShort, Why::BeyondDeadline, None, now, context);
            }
            Gate::Go => return self.send(How::Plain, now, context),
            Gate::Refuse(until) => {
                return self.refuse(Kind::CircuitOpen, Why::BreakerOpen, Some(until), now, context);
            }
            Gate::Hold(until, reason) => (until, reason),
        };
        let (why, kind) = match reason {
            Reason::Server => (Why::ServerHold, Kind::DeadlineTooShort),
            Reason::Breaker | Reason::Probe => (Why::BreakerHold, Kind::CircuitOpen),
            Reason::Doubt | Reason::Silence => (Why::DoubtHold, Kind::DeadlineTooShort),
        };
        // A first failure may be the only one: new calls wait for their endpoint as long as they can.
        let patient = reason == Reason::Server
            || self.attempt > 0
            || (reason == Reason::Doubt && endpoint.doubt.is_patient());
        let patience = if reason == Reason::Breaker { breaker::PATIENCE } else { PATIENCE };
        let hopeless = |until| !self.fits(until, endpoint) || (!patient && until > later(now, patience));
        if !matches!(reason, Reason::Probe | Reason::Silence) && until.is_some_and(hopeless) {
            return self.refuse(kind, why, until, now, context);
        }
        self.state = State::Held;
        self.held_for = reason;
        self.timers.set(Timer::Retry, until);
        self.timeline.push(now, What::Wait, why, 0, until.map(|until| until.saturating_sub(now)));
    }

    /// Whether an attempt at that time could still be answered before the deadline.
    fn fits(&self, at: Instant, endpoint: &Endpoint) -> bool {
        let usual = endpoint.latency.usual();
        self.timers.get(Timer::Deadline).is_none_or(|deadline| later(at, usual) < deadline)
    }

    /// Where the rule names endpoints, the one for the next attempt.
    fn choose_endpoint(&mut self, now: Instant, context: &mut Context<'_>) {
        if context.targets.is_empty() {
            return;
        }
        let before = (self.attempt > 0).then_some(self.endpoint);
        let mut candidates = Vec::new();
        let mut group = None;
        for (index, (target, number)) in context.targets.iter().zip(context.route).enumerate() {
            let Some(endpoint) = context.endpoints.get(*number as usize) else { continue };
            if before == Some(*number) {
                group = Some(target.group.as_str());
            }
            // A breaker that is open, or a cool-down, counts like an ejection, and more.
            let out = endpoint.ejection.until();
            let (closed, ejected_until) = match endpoint.gate(context.rule, context.policy, false, now) {
                Gate::Refuse(until) | Gate::Hold(Some(until), _) => (true, out.max(until)),
                // It is back with the outcome of another attempt: soon, but another endpoint is there now.
                Gate::Hold(None, _) => (true, out.max(later(now, 1))),
                Gate::Go => (false, out),
            };
            let tried = self.tried & bit(index) != 0;
            candidates.push(Candidate {
                group: &target.group,
                weight: target.weight,
                ejected_until,
                closed,
                tried,
            });
        }
        let chosen = failover::choose(&candidates, group, context.weighted, now, context.random);
        if let Some(number) = chosen.and_then(|chosen| context.route.get(chosen)) {
            if before.is_some_and(|before| before != *number) {
                self.timeline.push(now, What::Failover, Why::Plain, 0, None);
                self.timeline.at_endpoint(number.saturating_add(1));
            }
            self.endpoint = *number;
        }
    }

    fn send(&mut self, how: How, now: Instant, context: &mut Context<'_>) {
        self.attempt = self.attempt.saturating_add(1);
        self.timers.set(Timer::Retry, None);
        if how != How::Resume && self.state != State::Recovering {
            self.state = State::Attempting;
        }
        let policy = context.policy;
        let limit = policy.limit(Id::AttemptTimeout, self.request.slow_body);
        let generation = context.auth.generation();
        let rule = context.rule;
        let own = context.targets.is_empty();
        self.tried |= context.route.iter().position(|number| *number == self.endpoint).map_or(0, bit);
        let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) else { return };
        let counted = endpoint.sent(rule, policy, limit, now);
        if how == How::Plain && policy.on(Id::Hedge) {
            if self.attempt == 1 {
                endpoint.hedges.earn(policy);
            }
            let at = later(now, hedge::delay(policy, &endpoint.latency));
            let may = self.may_repeat()
                && self.request.idempotent
                && !context.save_data
                && policy.whole(Id::HedgeMax) > self.hedges;
            self.timers.set(Timer::Hedge, may.then_some(at));
        }
        let expires = limit.map(|limit| later(now, limit));
        self.attempts.push(Attempt {
            number: self.attempt,
            endpoint: self.endpoint,
            began: now,
            expires,
            counted,
            generation,
        });
        self.timers.set(Timer::Attempt, self.attempts.expires());
        let (what, why) = match how {
            How::Plain => (What::Attempt, Why::Plain),
            How::Hedge => (What::Hedge, Why::Slow),
            How::Resume => (What::Attempt, Why::BodyResumed),
        };
        let to = if own { 0 } else { self.endpoint.saturating_add(1) };
        self.timeline.push(now, what, why, 0, None);
        self.timeline.at_endpoint(to);
        self.outputs.push(Output::Send { attempt: self.attempt, to, how });
    }

    /// Takes an attempt out of those in flight.
    fn take(&mut self, number: u32) -> Option<Attempt> {
        let taken = self.attempts.take(number);
        self.timers.set(Timer::Attempt, self.attempts.expires());
        taken
    }

    fn answered(&mut self, attempt: &Attempt, answer: Answer, now: Instant, context: &mut Context<'_>) {
        let status = answer.status;
        let kind = kind_of_status(status).or(answer.unexpected_type.then_some(Kind::BadResponse));
        let ended = match kind {
            Some(_) if counts_for_breaker(status) => Ended::Failed,
            // It works, but says to come back later: neither well nor failed.
            Some(_) if matches!(status, 425 | 429) => Ended::Unknown,
            _ => Ended::Well,
        };
        context.ended(attempt, ended, now);
        self.answer = attempt.number;
        let (rule, policy) = (context.rule, context.policy);
        let quick = now.saturating_sub(attempt.began);
        if let Some(endpoint) = context.endpoint(attempt.endpoint) {
            if policy.on(Id::Pacing) && (answer.quota.left.is_some() || answer.quota.concurrent.is_some()) {
                endpoint.learn(rule, answer.quota, now);
            }
            if policy.on(Id::Hedge) && kind.is_none() && quick <= hedge::delay(policy, &endpoint.latency) {
                endpoint.hedges.saw_quick(now);
            }
        }
        let why = match status {
            413 | 429 | 503 if answer.timing_hidden => Why::HiddenRetryAfter,
            _ if answer.unexpected_type => Why::UnexpectedType,
            _ => Why::Plain,
        };
        self.timeline.push(now, What::Response, why, status, None);
        // Only these statuses carry a server's time (RFC 9110 §10.2.3 leaves others, such as 301, a meaning of their own).
        let server_wait = answer.server_wait.filter(|_| matches!(status, 413 | 429 | 503));
        let retry_at = server_wait.map(|wait| later(now, wait));
        if let Some(until) = retry_at
            && let Some(endpoint) = context.endpoint(attempt.endpoint)
        {
            match status {
                503 => {
                    endpoint.cool_down = endpoint.cool_down.max(until);
                    endpoint.changed = true;
                }
                429 => endpoint.cool_down_rule(rule, until),
                _ => {}
            }
        }
        if self.state == State::Recovering {
            return self.recovered(&answer, server_wait, now, context);
        }
        let Some(kind) = kind else {
            self.fault = None;
            self.resumable = answer.resumable;
            self.drop_others(now, context);
            return self.resolve(now, context);
        };
        self.fault = Some(Fault { status: Some(status), retry_at, ..Fault::blocking(kind) });
        if !self.attempts.is_empty() {
            // Another attempt may do better.
            return self.outputs.push(Output::Discard(attempt.number));
        }
        if context.auth_statuses.contains(&status) && !self.reauthorised && !self.request.streamed {
            return self.reauthorise(attempt, now, context);
        }
        // A 409 to a key of ours: the first attempt is still being worked on (Idempotency-Key draft §2.7).
        let in_progress = status == 409 && self.request.keyed && context.policy.on(Id::Idempotency);
        let repeats = in_progress || repeats_status(context.policy, status, server_wait.is_some());
        let final_why = if context.policy.on(Id::Retry) && !repeats {
            Some(Why::Final)
        } else {
            self.not_again(context.policy)
        };
        if self.plan_retry(kind, final_why, server_wait, now, context) {
            self.outputs.push(Output::Discard(attempt.number));
        } else {
            self.end_with_answer(status, now, context);
        }
    }

    /// The last real answer wins, whatever it is.
    fn end_with_answer(&mut self, status: u16, now: Instant, context: &mut Context<'_>) {
        if context.policy.on(Id::ThrowHttpErrors) && kind_of_status(status).is_some() {
            self.finish(now, Some(Output::Reject(Rejection::Http)), context);
        } else {
            self.resolve(now, context);
        }
    }

    fn failed(&mut self, attempt: &Attempt, failure: Failure, now: Instant, context: &mut Context<'_>) {
        let (why, kind, ended) = match failure {
            Failure::Network => (Why::Network, Kind::Unreachable, Ended::Failed),
            Failure::Offline => (Why::Offline, Kind::Offline, Ended::Unknown),
            Failure::Blocked => (Why::Blocked, Kind::Unreachable, Ended::Unknown),
            Failure::CallerBug => (Why::CallerBug, Kind::Unreachable, Ended::Unknown),
        };
        context.ended(attempt, ended, now);
        if failure == Failure::Network && !context.targets.is_empty() {
            // Without a connection there is nothing to wait for: others are asked meanwhile.
            if let Some(endpoint) = context.endpoint(attempt.endpoint) {
                endpoint.ejection.eject(now);
            }
        }
        self.timeline.push(now, What::Failure, why, 0, None);
        if failure == Failure::CallerBug {
            self.fault = None;
            return self.finish(now, Some(Output::Reject(Rejection::Native)), context);
        }
        self.fault = Some(Fault::blocking(kind));
        if !self.attempts.is_empty() {
            return;
        }
        if self.state == State::Recovering {
            return self.recover_body(Rejection::Native, None, now, context);
        }
        let final_why = match failure {
            Failure::Blocked => Some(Why::Final),
            _ if self.request.integrity => Some(Why::Integrity),
            _ => self.not_again(context.policy),
        };
        if !self.plan_retry(kind, final_why, None, now, context) {
            self.finish(now, Some(Output::Reject(Rejection::Native)), context);
        }
    }

    fn fire(&mut self, timer: Timer, now: Instant, context: &mut Context<'_>) {
        let (why, kind) = match timer {
            Timer::Retry if self.state == State::Recovering => return self.send_for_body(now, context),
            Timer::Retry => return self.go(false, now, context),
            Timer::Hedge => return self.hedge(now, context),
            Timer::Deadline => (Why::Deadline, Kind::Timeout),
            Timer::Attempt => (Why::AttemptTimeout, Kind::Timeout),
            Timer::Idle => (Why::IdleTimeout, Kind::Stalled),
        };
        match timer {
            Timer::Attempt => {
                while let Some(attempt) = self.attempts.take_expired(now) {
                    context.ended(&attempt, Ended::Failed, now);
                    self.outputs.push(Output::Cancel(attempt.number));
                }
                self.timers.set(Timer::Attempt, self.attempts.expires());
                self.timeline.push(now, What::Failure, why, 0, None);
                self.fault = Some(Fault::blocking(kind));
                if !self.attempts.is_empty() {
                    return;
                }
                if self.state == State::Recovering {
                    return self.recover_body(Rejection::Timeout, None, now, context);
                }
                let final_why = match context.policy.on(Id::Retry) && !context.policy.on(Id::RetryTimeouts) {
                    true => Some(Why::TimeoutsFinal),
                    false => self.not_again(context.policy),
                };
                if !self.plan_retry(kind, final_why, None, now, context) {
                    self.finish(now, Some(Output::Reject(Rejection::Timeout)), context);
                }
            }
            _ => {
                self.timeline.push(now, What::Failure, why, 0, None);
                // The last real answer wins over a deadline that passes while its credentials are refreshed.
                if self.state == State::Refreshing {
                    let status = self.fault.as_ref().and_then(|fault| fault.status).unwrap_or(0);
                    return self.end_with_answer(status, now, context);
                }
                self.fault = Some(Fault::blocking(kind));
                while let Some(attempt) = self.attempts.pop() {
                    // Cut short, it says nothing about its endpoint.
                    let full = now.saturating_sub(attempt.began) >= FAIR;
                    context.ended(&attempt, if full { Ended::Failed } else { Ended::Unknown }, now);
                    self.outputs.push(Output::Cancel(attempt.number));
                }
                if timer == Timer::Idle {
                    self.outputs.push(Output::Cancel(self.answer));
                    return self.recover_body(Rejection::Timeout, None, now, context);
                }
                let reading = matches!(self.state, State::Reading | State::Recovering);
                if self.state == State::Reading {
                    self.outputs.push(Output::Cancel(self.answer));
                }
                if reading {
                    return self.finish(now, Some(Output::BreakBody(Rejection::Timeout)), context);
                }
                self.finish(now, Some(Output::Reject(Rejection::Timeout)), context);
            }
        }
    }

    /// The first attempt takes unusually long: another one beside it, where that can only help.
    fn hedge(&mut self, now: Instant, context: &mut Context<'_>) {
        if self.state != State::Attempting || self.attempts.is_empty() {
            return;
        }
        let policy = context.policy;
        let (first, steps) = (self.endpoint, self.timeline.len());
        // Another endpoint of the group, where there is one.
        self.choose_endpoint(now, context);
        let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) else { return };
        let well = endpoint.doubt.is_well(now, hedge::delay(policy, &endpoint.latency))
            && self.fits(now, endpoint)
            && endpoint.gate(context.rule, policy, false, now) == Gate::Go;
        if well && endpoint.hedges.take(now) && endpoint.budget.take(1.0, policy) {
            self.hedges = self.hedges.saturating_add(1);
            self.send(How::Hedge, now, context);
            if self.hedges < policy.whole(Id::HedgeMax)
                && let Some(endpoint) = context.endpoint(self.endpoint)
            {
                let at = later(now, hedge::delay(policy, &endpoint.latency));
                self.timers.set(Timer::Hedge, Some(at));
            }
        } else {
            self.endpoint = first;
            self.timeline.truncate(steps);
        }
    }

    /// An answer is good enough: what is still under way is of no use.
    fn drop_others(&mut self, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Hedge, None);
        self.timers.set(Timer::Attempt, None);
        while let Some(attempt) = self.attempts.pop() {
            context.ended(&attempt, Ended::Unknown, now);
            self.timeline.push(now, What::Failure, Why::Overtaken, 0, None);
            self.outputs.push(Output::Cancel(attempt.number));
        }
    }

    fn reauthorise(&mut self, attempt: &Attempt, now: Instant, context: &mut Context<'_>) {
        match context.auth.refused(attempt.generation) {
            Step::Repeat => return self.refreshed(true, now, context),
            Step::Wait => {}
            Step::Begin => self.outputs.push(Output::Refresh),
        }
        self.state = State::Refreshing;
        self.timeline.push(now, What::Wait, Why::Refresh, 0, None);
    }

    fn refreshed(&mut self, renewed: bool, now: Instant, context: &mut Context<'_>) {
        if !renewed {
            self.timeline.push(now, What::Refused, Why::RefreshFailed, 0, None);
            let status = self.fault.as_ref().and_then(|fault| fault.status).unwrap_or(0);
            return self.end_with_answer(status, now, context);
        }
        self.reauthorised = true;
        self.state = State::Refreshing;
        self.timeline.push(now, What::Wait, Why::Refreshed, 0, Some(0));
        self.outputs.push(Output::Discard(self.answer));
        self.go(false, now, context);
    }

    /// Whether the request may be sent twice.
    fn may_repeat(&self) -> bool {
        (self.request.repeatable || self.request.keyed) && !self.request.streamed
    }

    /// Why this request is not sent again, whatever the failure.
    fn not_again(&self, policy: &Settings) -> Option<Why> {
        if !policy.on(Id::Retry) {
            Some(Why::RetryOff)
        } else if self.request.streamed {
            Some(Why::Streamed)
        } else if !self.may_repeat() {
            Some(Why::NotRepeatable)
        } else if self.attempt.saturating_sub(self.hedges) >= policy.whole(Id::RetryAttempts) {
            Some(Why::AttemptsUsedUp)
        } else {
            None
        }
    }

    /// Starts the wait for the next attempt, or says in the timeline why there is none.
    fn plan_retry(
        &mut self,
        kind: Kind,
        final_why: Option<Why>,
        server_wait: Option<Millis>,
        now: Instant,
        context: &mut Context<'_>,
    ) -> bool {
        if let Some(why) = final_why {
            self.timeline.push(now, What::Refused, why, 0, None);
            self.pause_endpoint(kind, None, now, context);
            return false;
        }
        let policy = context.policy;
        let retry = self.attempt.saturating_sub(self.hedges);
        // A flaky endpoint may answer at once.
        let flaky = context
            .endpoints
            .get(self.endpoint as usize)
            .is_some_and(|endpoint| endpoint.breaker.is_flaky(now, policy));
        let step = if flaky { 1 } else { retry };
        let schedule =
            Schedule::chosen(kind, step, policy.millis(Id::RetryBase), policy.millis(Id::RetryCap));
        let before = self.endpoint;
        let elsewhere = self.other_endpoint(now, context);
        let mut wait = match server_wait {
            Some(wait) if !elsewhere => wait,
            // Another endpoint need not be waited for.
            _ if elsewhere => 0,
            _ => schedule.draw(retry, context.random),
        };
        self.endpoint = before;
        if !elsewhere {
            let pause = (kind != Kind::Timeout).then_some(wait);
            self.pause_endpoint(kind, pause, now, context);
        }
        let (rule, cost) = (context.rule, if kind == Kind::Timeout { 2.0 } else { 1.0 });
        let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) else { return false };
        if !elsewhere && policy.on(Id::Breaker) && endpoint.breaker.lasts() {
            self.timeline.push(now, What::Refused, Why::BreakerOpen, 0, None);
            return false;
        }
        let mut why = if server_wait.is_some() { Why::ServerTime } else { Why::Backoff };
        let gate = endpoint.gate(rule, policy, false, now);
        if !elsewhere
            && let Gate::Refuse(until)
            | Gate::Hold(Some(until), Reason::Server | Reason::Breaker | Reason::Doubt) = gate
        {
            let hold = until.saturating_sub(now);
            if hold > wait {
                wait = hold;
                if server_wait.is_none() {
                    why = Why::BreakerHold;
                }
            }
        }
        let at = later(now, wait);
        if !self.fits(at, endpoint) {
            self.timeline.push(now, What::Refused, Why::BeyondDeadline, 0, Some(wait));
            return false;
        }
        if !endpoint.budget.take(cost, policy) {
            self.timeline.push(now, What::Refused, Why::NoBudget, 0, None);
            return false;
        }
        self.timeline.push(now, What::Wait, why, 0, Some(wait));
        self.timers.set(Timer::Retry, Some(at));
        self.state = State::Waiting;
        true
    }

    /// Whether an endpoint that it has not tried would take the next attempt at once.
    fn other_endpoint(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        if context.targets.len() < 2 {
            return false;
        }
        let before = self.endpoint;
        let steps = self.timeline.len();
        self.choose_endpoint(now, context);
        self.timeline.truncate(steps);
        let tried = context.route.iter().position(|number| *number == self.endpoint).map_or(0, bit);
        self.tried & tried == 0
            && self.endpoint != before
            && context
                .endpoints
                .get(self.endpoint as usize)
                .is_some_and(|endpoint| endpoint.gate(context.rule, context.policy, false, now) == Gate::Go)
    }

    /// After an overload the endpoint itself is given a pause, not only this call. Explicit times of the options hold alone.
    fn pause_endpoint(&mut self, kind: Kind, wait: Option<Millis>, now: Instant, context: &mut Context<'_>) {
        let policy = context.policy;
        let own = [Id::RetryBase, Id::RetryCap, Id::BreakerOpen, Id::BreakerConsecutive];
        let own = own.into_iter().any(|id| policy.is_named(id));
        if own || !policy.on(Id::Breaker) {
            return;
        }
        let Some(pause) = Schedule::pause(kind) else { return };
        let wait = wait.unwrap_or_else(|| pause.draw(1, context.random));
        if let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) {
            endpoint.doubt.hold_until(later(now, wait), kind == Kind::Timeout);
        }
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
        self.fault = Some(Fault { retry_at, ..Fault::blocking(kind) });
        self.finish(now, Some(Output::Reject(Rejection::Refused)), context);
    }

    fn resolve(&mut self, now: Instant, context: &mut Context<'_>) {
        self.answered = true;
        let watched = context.policy.watches_body() || self.request.progress;
        if !watched {
            return self.finish(now, Some(Output::Resolve { watched }), context);
        }
        if !context.policy.on(Id::DeadlineBody) {
            self.timers.set(Timer::Deadline, None);
        }
        self.outputs.push(Output::Resolve { watched });
        self.state = State::Reading;
    }

    /// A watched body stalled or broke off: it is fetched again, or goes on by Range, or ends with an error.
    fn recover_body(
        &mut self,
        rejection: Rejection,
        server_wait: Option<Millis>,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        self.timers.set(Timer::Idle, None);
        let possible = self.request.is_get
            && context.policy.on(Id::IdleTimeout)
            && (!self.handed_out || self.resumable)
            && self.not_again(context.policy).is_none();
        let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) else { return };
        if !possible || !endpoint.budget.take(1.0, context.policy) {
            return self.finish(now, Some(Output::BreakBody(rejection)), context);
        }
        let wait = if let Some(wait) = server_wait {
            wait
        } else if self.state == State::Recovering {
            let policy = context.policy;
            let base = policy.millis(Id::RetryBase);
            Schedule::chosen(Kind::Stalled, 1, base, policy.millis(Id::RetryCap)).draw(1, context.random)
        } else {
            0
        };
        self.state = State::Recovering;
        let why = if self.handed_out { Why::BodyResumed } else { Why::BodyAgain };
        self.timeline.push(now, What::Wait, why, 0, Some(wait));
        if wait == 0 {
            self.send_for_body(now, context);
        } else {
            self.timers.set(Timer::Retry, Some(later(now, wait)));
        }
    }

    fn send_for_body(&mut self, now: Instant, context: &mut Context<'_>) {
        // Somebody is reading: like a person's own wish, it waits only where the server asked for that.
        if let Some(endpoint) = context.endpoints.get(self.endpoint as usize)
            && let Gate::Hold(Some(until), _) = endpoint.gate(context.rule, context.policy, true, now)
        {
            return self.timers.set(Timer::Retry, Some(until));
        }
        self.send(if self.handed_out { How::Resume } else { How::Plain }, now, context);
        self.timers.set(Timer::Hedge, None);
    }

    /// The attempt for the rest of a body has an answer.
    fn recovered(
        &mut self,
        answer: &Answer,
        server_wait: Option<Millis>,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        let status = answer.status;
        let fits = if self.handed_out { status == 206 && answer.resumable } else { status == 200 };
        if fits {
            self.fault = None;
            // What is fetched anew may have another ETag; a part goes on with the one that it was asked by.
            self.resumable = if self.handed_out { self.resumable } else { answer.resumable };
            self.state = State::Reading;
            self.outputs.push(Output::GoOn);
            return;
        }
        self.outputs.push(Output::Discard(self.answer));
        if self.handed_out && kind_of_status(status).is_none() {
            // The representation is another one now: there is nothing to go on with.
            return self.finish(now, Some(Output::BreakBody(Rejection::Native)), context);
        }
        self.recover_body(Rejection::Native, server_wait, now, context);
    }

    fn finish(&mut self, now: Instant, last: Option<Output>, context: &mut Context<'_>) {
        while let Some(attempt) = self.attempts.pop() {
            context.ended(&attempt, Ended::Unknown, now);
        }
        self.timeline.push(now, What::Done, Why::Plain, 0, None);
        self.timers.clear();
        self.outputs.extend(last);
        self.state = State::Done;
    }
}
