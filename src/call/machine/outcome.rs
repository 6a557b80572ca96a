//! How attempts end, and what that makes of the call.

use super::super::attempt::Attempt;
use super::super::timers::Timer;
use super::super::{Answer, Failure, Output, Rejection, Source};
use super::{Call, Context, State};
use crate::fault::{Fault, Kind, Recovery, counts_for_breaker, kind_of_status};
use crate::list::contains;
use crate::policy::auth::Step;
use crate::policy::endpoint::Ended;
use crate::policy::hedge;
use crate::policy::retry::repeats_status;
use crate::policy::settings::Id;
use crate::telemetry::timeline::{What, Why};
use crate::time::{Instant, Millis, later};

/// An attempt that the deadline cuts off after less than this says nothing about its endpoint, ms. The fleet simulation hardly
/// sees it: from 2 to 8 s recovery moves by one second.
const FAIR: Millis = 5_000;

impl Call {
    pub(super) fn answered(
        &mut self,
        attempt: &Attempt,
        answer: Answer,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        let status = answer.status;
        let by_status = kind_of_status(status);
        let named = answer.named.filter(|_| by_status.is_some());
        let kind = named.or(by_status).or(answer.unexpected_type.then_some(Kind::BadResponse));
        let ended = match kind {
            Some(_) if counts_for_breaker(status) => Ended::Failed,
            // It works, but says to come back later: neither well nor failed.
            Some(_) if matches!(status, 425 | 429) => Ended::Unknown,
            _ => Ended::Well,
        };
        context.ended(attempt, ended, now);
        if let Some(kind) = kind {
            context.count(attempt.endpoint, kind);
        }
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
                503 => endpoint.cool_down(until, now),
                429 => endpoint.cool_down_rule(rule, until, now),
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
        if contains(context.auth_statuses, status) && !self.reauthorised && !self.request.streamed {
            return self.reauthorise(attempt, now, context);
        }
        // A 409 to a key of ours: the first attempt is still being worked on (Idempotency-Key draft §2.7).
        let in_progress = status == 409 && self.request.keyed && context.policy.on(Id::Idempotency);
        // What only people can put right is not worth another attempt.
        let hopeless =
            named.is_some_and(|kind| !matches!(kind.recovery(), Recovery::Automatic | Recovery::Operator));
        let repeats =
            !hopeless && (in_progress || repeats_status(context.policy, status, server_wait.is_some()));
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
    pub(super) fn end_with_answer(&mut self, status: u16, now: Instant, context: &mut Context<'_>) {
        if context.policy.on(Id::ThrowHttpErrors) && kind_of_status(status).is_some() {
            self.finish(now, Some(Output::Reject(Rejection::Http)), context);
        } else {
            self.resolve(now, context);
        }
    }

    /// The same of an answer that another attempt was to replace: its body is not watched, it is small or let go.
    pub(super) fn end_with_last(&mut self, status: u16, now: Instant, context: &mut Context<'_>) {
        let rejects = context.policy.on(Id::ThrowHttpErrors) && kind_of_status(status).is_some();
        self.answered = !rejects;
        let end = if rejects { Output::Reject(Rejection::Http) } else { Output::Resolve { watched: false } };
        self.finish(now, Some(end), context);
    }

    pub(super) fn failed(
        &mut self,
        attempt: &Attempt,
        failure: Failure,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        let (why, kind, ended) = match failure {
            Failure::Network => (Why::Network, Kind::Unreachable, Ended::Failed),
            Failure::Offline => (Why::Offline, Kind::Offline, Ended::Unknown),
            Failure::Blocked => (Why::Blocked, Kind::Unreachable, Ended::Unknown),
            Failure::CallerBug => (Why::CallerBug, Kind::Unreachable, Ended::Unknown),
        };
        context.ended(attempt, ended, now);
        // A mistake of the app's is no failure of its endpoint.
        if failure != Failure::CallerBug {
            context.count(attempt.endpoint, kind);
        }
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

    pub(super) fn fire(&mut self, timer: Timer, now: Instant, context: &mut Context<'_>) {
        let (why, kind) = match timer {
            Timer::Retry if self.state == State::Recovering => return self.send_for_body(now, context),
            Timer::Retry => return self.go(false, now, context),
            Timer::Hedge => return self.hedge(now, context),
            Timer::HeadStart => return self.head_start_over(now),
            Timer::Deadline => (Why::Deadline, Kind::Timeout),
            Timer::Attempt => (Why::AttemptTimeout, Kind::Timeout),
            Timer::Idle => (Why::IdleTimeout, Kind::Stalled),
        };
        match timer {
            Timer::Attempt => {
                while let Some(attempt) = self.attempts.take_expired(now) {
                    context.ended(&attempt, Ended::Failed, now);
                    context.count(attempt.endpoint, kind);
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
                // The last real answer wins over a deadline that passes while nothing is under way.
                if matches!(self.state, State::Refreshing | State::Waiting | State::Held)
                    && let Some(status) = self.fault.as_ref().and_then(|fault| fault.status)
                {
                    return self.end_with_last(status, now, context);
                }
                self.fault = Some(Fault::blocking(kind));
                while let Some(attempt) = self.attempts.pop() {
                    // Cut short, it says nothing about its endpoint.
                    let full = now.saturating_sub(attempt.began) >= FAIR;
                    context.ended(&attempt, if full { Ended::Failed } else { Ended::Unknown }, now);
                    context.count(attempt.endpoint, kind);
                    self.outputs.push(Output::Cancel(attempt.number));
                }
                if timer == Timer::Idle {
                    context.count(self.endpoint, kind);
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

    pub(super) fn reauthorise(&mut self, attempt: &Attempt, now: Instant, context: &mut Context<'_>) {
        match context.auth.refused(attempt.generation) {
            Step::Repeat => return self.refreshed(true, now, context),
            Step::Wait => {}
            Step::Begin => self.outputs.push(Output::Refresh),
        }
        self.state = State::Refreshing;
        self.timeline.push(now, What::Wait, Why::Refresh, 0, None);
    }

    pub(super) fn refreshed(&mut self, renewed: bool, now: Instant, context: &mut Context<'_>) {
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

    pub(super) fn resolve(&mut self, now: Instant, context: &mut Context<'_>) {
        self.answered = true;
        // Whoever has a copy does not read this one.
        let watched = (context.policy.watches_body() || self.request.progress) && self.source == Source::None;
        if !watched || self.may_stand_in() {
            return self.finish(now, Some(Output::Resolve { watched }), context);
        }
        if !context.policy.on(Id::DeadlineBody) {
            self.timers.set(Timer::Deadline, None);
        }
        self.outputs.push(Output::Resolve { watched });
        self.state = State::Reading;
    }
}
