//! A watched body that stalled or broke off: fetched again, or gone on with by Range.

use super::super::timers::Timer;
use super::super::{Answer, How, Output, Rejection};
use super::{Call, Context, State};
use crate::fault::{Kind, kind_of_status};
use crate::policy::backoff::Schedule;
use crate::policy::endpoint::Gate;
use crate::policy::settings::Id;
use crate::telemetry::timeline::{What, Why};
use crate::time::{Instant, Millis, later};

impl Call {
    /// A watched body stalled or broke off: it is fetched again, or goes on by Range, or ends with an error.
    pub(super) fn recover_body(
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
        if !possible || !endpoint.spend(1.0, context.policy) {
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

    pub(super) fn send_for_body(&mut self, now: Instant, context: &mut Context<'_>) {
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
    pub(super) fn recovered(
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
}
