//! Whether and when a request is sent again.

use super::super::timers::Timer;
use super::{Call, Context, State};
use crate::fault::Kind;
use crate::policy::backoff::Schedule;
use crate::policy::endpoint::{Gate, LONGEST, Reason};
use crate::policy::settings::{Id, Settings};
use crate::telemetry::timeline::{What, Why};
use crate::time::{Instant, Millis, later};

impl Call {
    /// Whether the request may be sent twice.
    pub(super) fn may_repeat(&self) -> bool {
        (self.request.repeatable || self.request.keyed) && !self.request.streamed
    }

    /// Why this request is not sent again, whatever the failure.
    pub(super) fn not_again(&self, policy: &Settings) -> Option<Why> {
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
    pub(super) fn plan_retry(
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
        let elsewhere = self.other_endpoint(now, context);
        let mut wait = match server_wait {
            Some(wait) if !elsewhere => wait,
            // Another endpoint need not be waited for.
            _ if elsewhere => 0,
            _ => schedule.draw(retry, context.random),
        };
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
        if !endpoint.spend(cost, policy) {
            self.timeline.push(now, What::Refused, Why::NoBudget, 0, None);
            return false;
        }
        self.timeline.push(now, What::Wait, why, 0, Some(wait));
        self.timers.set(Timer::Retry, Some(at));
        self.state = State::Waiting;
        true
    }

    /// After an overload the endpoint itself is given a pause, not only this call. Explicit times of the options hold alone.
    pub(super) fn pause_endpoint(
        &mut self,
        kind: Kind,
        wait: Option<Millis>,
        now: Instant,
        context: &mut Context<'_>,
    ) {
        let policy = context.policy;
        let own = [Id::RetryBase, Id::RetryCap, Id::BreakerOpen, Id::BreakerConsecutive];
        let own = own.into_iter().any(|id| policy.is_named(id));
        if own || !policy.on(Id::Breaker) {
            return;
        }
        let Some(pause) = Schedule::pause(kind) else { return };
        let wait = wait.unwrap_or_else(|| pause.draw(1, context.random));
        if let Some(endpoint) = context.endpoints.get_mut(self.endpoint as usize) {
            endpoint.doubt.hold_until(later(now, wait.min(LONGEST)), kind == Kind::Timeout);
        }
    }
}
