//! Where an attempt goes, whether it may go now, and what else is sent beside it.

use super::super::attempt::Attempt;
use super::super::timers::Timer;
use super::super::{How, Output};
use super::{Call, Context, State};
use crate::fault::Kind;
use crate::policy::doubt::PATIENCE;
use crate::policy::endpoint::{Ended, Endpoint, Gate, Reason};
use crate::policy::failover::Candidate;
use crate::policy::settings::Id;
use crate::policy::{breaker, failover, hedge};
use crate::telemetry::timeline::{What, Why};
use crate::time::{Instant, later};
use alloc::vec::Vec;

/// The bit of an endpoint by its place in the route.
fn bit(index: usize) -> u32 {
    1u32.checked_shl(index as u32).unwrap_or(0)
}

impl Call {
    /// Sends the next attempt, where its endpoint lets it; else it is held or refused. `forced`: the person asked for it.
    pub(super) fn go(&mut self, forced: bool, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Retry, None);
        // The credentials are for the endpoint that asked for them.
        if self.state != State::Refreshing {
            self.turn_to(self.choose_endpoint(now, context), now);
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
        self.held_for = reason;
        if self.rather_copied(until, now) {
            return self.refuse(kind, Why::CopyRather, until, now, context);
        }
        self.state = State::Held;
        self.timers.set(Timer::Retry, until);
        self.timeline.push(now, What::Wait, why, 0, until.map(|until| until.saturating_sub(now)));
    }

    /// Whether an attempt at that time could still be answered before the deadline.
    pub(super) fn fits(&self, at: Instant, endpoint: &Endpoint) -> bool {
        let usual = endpoint.latency.usual();
        self.timers.get(Timer::Deadline).is_none_or(|deadline| later(at, usual) < deadline)
    }

    /// The endpoint for the next attempt, where the rule names some.
    fn choose_endpoint(&self, now: Instant, context: &mut Context<'_>) -> u32 {
        if context.targets.is_empty() {
            return self.endpoint;
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
        chosen.and_then(|chosen| context.route.get(chosen)).copied().unwrap_or(self.endpoint)
    }

    /// Goes on at this endpoint.
    fn turn_to(&mut self, endpoint: u32, now: Instant) {
        if self.attempt > 0 && endpoint != self.endpoint {
            self.timeline.push(now, What::Failover, Why::Plain, 0, None);
            self.timeline.at_endpoint(endpoint.saturating_add(1));
        }
        self.endpoint = endpoint;
    }

    /// Whether an endpoint that it has not tried would take the next attempt at once.
    pub(super) fn other_endpoint(&self, now: Instant, context: &mut Context<'_>) -> bool {
        if context.targets.len() < 2 {
            return false;
        }
        let other = self.choose_endpoint(now, context);
        let tried = context.route.iter().position(|number| *number == other).map_or(0, bit);
        self.tried & tried == 0
            && other != self.endpoint
            && context
                .endpoints
                .get(other as usize)
                .is_some_and(|endpoint| endpoint.gate(context.rule, context.policy, false, now) == Gate::Go)
    }

    pub(super) fn send(&mut self, how: How, now: Instant, context: &mut Context<'_>) {
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
        let sent = endpoint.sent(rule, policy, limit, now);
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
            sent,
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

    /// The first attempt takes unusually long: another one beside it, where that can only help.
    pub(super) fn hedge(&mut self, now: Instant, context: &mut Context<'_>) {
        if self.state != State::Attempting || self.attempts.is_empty() {
            return;
        }
        let policy = context.policy;
        // Another endpoint of the group, where there is one.
        let number = self.choose_endpoint(now, context);
        let Some(endpoint) = context.endpoints.get_mut(number as usize) else { return };
        let well = endpoint.doubt.is_well(now, hedge::delay(policy, &endpoint.latency))
            && self.fits(now, endpoint)
            && endpoint.gate(context.rule, policy, false, now) == Gate::Go;
        // Evidence and token are of the endpoint that is slow: its sibling may have had nothing to do so far.
        let first = context.endpoints.get_mut(self.endpoint as usize);
        let due = well && first.is_some_and(|first| first.hedges.take(now));
        let Some(endpoint) = context.endpoints.get_mut(number as usize) else { return };
        if due && endpoint.spend(1.0, policy) {
            self.hedges = self.hedges.saturating_add(1);
            self.turn_to(number, now);
            self.send(How::Hedge, now, context);
            if self.hedges < policy.whole(Id::HedgeMax)
                && let Some(endpoint) = context.endpoint(self.endpoint)
            {
                let at = later(now, hedge::delay(policy, &endpoint.latency));
                self.timers.set(Timer::Hedge, Some(at));
            }
        }
    }

    /// An answer is good enough: what is still under way is of no use.
    pub(super) fn drop_others(&mut self, now: Instant, context: &mut Context<'_>) {
        self.timers.set(Timer::Hedge, None);
        self.timers.set(Timer::Attempt, None);
        while let Some(attempt) = self.attempts.pop() {
            context.ended(&attempt, Ended::Unknown, now);
            self.timeline.push(now, What::Failure, Why::Overtaken, 0, None);
            self.outputs.push(Output::Cancel(attempt.number));
        }
    }
}
