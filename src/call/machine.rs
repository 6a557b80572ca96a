//! The state machine itself.

use super::timers::{Timer, TimerTable};
use super::{Answer, Failure, Input, Output, Rejection, Request};
use crate::fault::{Fault, Impact, Kind, kind_of_status};
use crate::policy::Policy;
use crate::policy::backoff::Schedule;
use crate::random::Random;
use crate::telemetry::timeline::{Timeline, What, Why};
use crate::time::{Instant, Millis};
use alloc::vec::Vec;

/// What a call borrows from the engine while it handles an input.
pub struct Context<'a> {
    /// The policy of the call's lane.
    pub policy: &'a Policy,
    /// The source of jitter.
    pub random: &'a mut Random,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Fresh,
    Attempting,
    Waiting,
    Reading,
    Done,
}

/// One logical request, from the caller's point of view: all attempts and waits.
#[derive(Clone, Debug, Default)]
pub struct Call {
    state: State,
    request: Request,
    attempt: u32,
    answered: bool,
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
        self.answered = false;
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
            (State::Attempting, Input::Response(answer)) => self.answered(answer, now, context),
            (State::Attempting, Input::Failed(failure)) => self.failed(failure, now, context),
            (State::Waiting, Input::RetryNow) => {
                self.timeline.push(now, What::Wait, Why::Person, 0, Some(0));
                self.send(now, context);
            }
            (State::Reading, Input::BodyWait) => {
                let idle = context.policy.limits.idle.of(false);
                self.timers.set(Timer::Idle, idle.map(|idle| now.saturating_add(idle)));
            }
            (State::Reading, Input::BodyChunk) => self.timers.set(Timer::Idle, None),
            (State::Reading, Input::BodyEnd) => self.finish(now, None),
            (State::Reading, Input::BodyFailed) => {
                self.fault = Some(Fault::blocking(Kind::Stalled));
                self.timeline.push(now, What::Failure, Why::BodyBroken, 0, None);
                self.finish(now, None);
            }
            (State::Attempting | State::Waiting | State::Reading, Input::Timer) => {
                while let Some(timer) = self.timers.take_due(now) {
                    self.fire(timer, now, context);
                }
            }
            (State::Attempting | State::Waiting | State::Reading, Input::Abort) => {
                self.fault = Some(Fault { impact: Impact::None, ..Fault::blocking(Kind::Cancelled) });
                self.timeline.push(now, What::Failure, Why::Aborted, 0, None);
                // A watched body breaks by the browser's own signal.
                let rejection = (self.state != State::Reading).then_some(Output::Reject(Rejection::Aborted));
                self.finish(now, rejection);
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

    /// When [`Input::Timer`] is due.
    pub fn next_timer(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Whether nothing more will happen.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether it waits before its next attempt, and until when.
    pub fn waits_until(&self) -> Option<Instant> {
        if self.state == State::Waiting { self.timers.get(Timer::Retry) } else { None }
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
        let total = context.policy.limits.total.of(request.slow_body);
        self.timers.set(Timer::Deadline, total.map(|total| now.saturating_add(total)));
        self.send(now, context);
    }

    fn send(&mut self, now: Instant, context: &Context<'_>) {
        self.attempt = self.attempt.saturating_add(1);
        self.state = State::Attempting;
        self.timers.set(Timer::Retry, None);
        let limit = context.policy.limits.attempt.of(self.request.slow_body);
        self.timers.set(Timer::Attempt, limit.map(|limit| now.saturating_add(limit)));
        self.timeline.push(now, What::Attempt, Why::Plain, 0, None);
        self.outputs.push(Output::Send(self.attempt));
    }

    fn answered(&mut self, answer: Answer, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Attempt, None);
        let status = answer.status;
        let why = match status {
            413 | 429 | 503 if answer.timing_hidden => Why::HiddenRetryAfter,
            _ if answer.unexpected_type => Why::UnexpectedType,
            _ => Why::Plain,
        };
        self.timeline.push(now, What::Response, why, status, None);
        let Some(kind) = kind_of_status(status).or(answer.unexpected_type.then_some(Kind::BadResponse))
        else {
            self.fault = None;
            return self.resolve(now, context);
        };
        // Only these statuses carry a server's time (RFC 9110 §10.2.3 leaves others, such as 301, a meaning of their own).
        let server_wait = answer.server_wait.filter(|_| matches!(status, 413 | 429 | 503));
        self.fault = Some(Fault {
            status: Some(status),
            retry_at: server_wait.map(|wait| now.saturating_add(wait)),
            ..Fault::blocking(kind)
        });
        let final_why = match &context.policy.retry {
            Some(retry) if !retry.repeats_status(status, server_wait.is_some()) => Some(Why::Final),
            _ => self.not_again(context.policy),
        };
        if self.plan_retry(kind, final_why, server_wait, now, context) {
            self.outputs.push(Output::Discard(self.attempt));
        } else if context.policy.throw_http_errors && kind_of_status(status).is_some() {
            self.finish(now, Some(Output::Reject(Rejection::Http)));
        } else {
            self.resolve(now, context);
        }
    }

    fn failed(&mut self, failure: Failure, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Attempt, None);
        let (why, kind) = match failure {
            Failure::Network => (Why::Network, Kind::Unreachable),
            Failure::Offline => (Why::Offline, Kind::Offline),
            Failure::Blocked => (Why::Blocked, Kind::Unreachable),
            Failure::CallerBug => {
                self.timeline.push(now, What::Failure, Why::CallerBug, 0, None);
                self.fault = None;
                return self.finish(now, Some(Output::Reject(Rejection::Native)));
            }
        };
        self.timeline.push(now, What::Failure, why, 0, None);
        self.fault = Some(Fault::blocking(kind));
        let final_why = match failure {
            Failure::Blocked => Some(Why::Final),
            _ if self.request.integrity => Some(Why::Integrity),
            _ => self.not_again(context.policy),
        };
        if !self.plan_retry(kind, final_why, None, now, context) {
            self.finish(now, Some(Output::Reject(Rejection::Native)));
        }
    }

    fn fire(&mut self, timer: Timer, now: Instant, context: &mut Context<'_>) {
        let (why, kind) = match timer {
            Timer::Retry => return self.send(now, context),
            Timer::Deadline => (Why::Deadline, Kind::Timeout),
            Timer::Attempt => (Why::AttemptTimeout, Kind::Timeout),
            Timer::Idle => (Why::IdleTimeout, Kind::Stalled),
        };
        self.timeline.push(now, What::Failure, why, 0, None);
        self.fault = Some(Fault::blocking(kind));
        if self.state == State::Reading {
            self.outputs.push(Output::Cancel(self.attempt));
            return self.finish(now, Some(Output::BreakBody(Rejection::Timeout)));
        }
        if self.state == State::Attempting {
            self.outputs.push(Output::Cancel(self.attempt));
        }
        if timer == Timer::Attempt {
            let final_why = match &context.policy.retry {
                Some(retry) if !retry.timeouts => Some(Why::TimeoutsFinal),
                _ => self.not_again(context.policy),
            };
            if self.plan_retry(kind, final_why, None, now, context) {
                return;
            }
        }
        self.finish(now, Some(Output::Reject(Rejection::Timeout)));
    }

    /// Why this request is not sent again, whatever the failure.
    fn not_again(&self, policy: &Policy) -> Option<Why> {
        let Some(retry) = &policy.retry else { return Some(Why::RetryOff) };
        if !(self.request.repeatable || self.request.keyed) {
            Some(Why::NotRepeatable)
        } else if self.request.streamed {
            Some(Why::Streamed)
        } else if self.attempt >= retry.attempts {
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
        let retry = match (&context.policy.retry, final_why) {
            (Some(retry), None) => retry,
            (_, why) => {
                self.timeline.push(now, What::Refused, why.unwrap_or(Why::RetryOff), 0, None);
                return false;
            }
        };
        let wait = server_wait.unwrap_or_else(|| {
            Schedule::chosen(kind, retry.base, retry.cap).draw(self.attempt, context.random)
        });
        let at = now.saturating_add(wait);
        if self.timers.get(Timer::Deadline).is_some_and(|deadline| at >= deadline) {
            self.timeline.push(now, What::Refused, Why::BeyondDeadline, 0, Some(wait));
            return false;
        }
        let why = if server_wait.is_some() { Why::ServerTime } else { Why::Backoff };
        self.timeline.push(now, What::Wait, why, 0, Some(wait));
        self.timers.set(Timer::Retry, Some(at));
        self.state = State::Waiting;
        true
    }

    fn resolve(&mut self, now: Instant, context: &Context<'_>) {
        let limits = &context.policy.limits;
        self.answered = true;
        let watched = limits.watch_body() || self.request.progress;
        if !watched {
            return self.finish(now, Some(Output::Resolve { watched }));
        }
        if !limits.total_covers_body {
            self.timers.set(Timer::Deadline, None);
        }
        self.outputs.push(Output::Resolve { watched });
        self.state = State::Reading;
    }

    fn finish(&mut self, now: Instant, last: Option<Output>) {
        self.timeline.push(now, What::Done, Why::Plain, 0, None);
        self.timers.clear();
        self.outputs.extend(last);
        self.state = State::Done;
    }
}
