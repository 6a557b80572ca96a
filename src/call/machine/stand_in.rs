//! What answers without the network, or in place of it: a stored copy, the outbox, the caller's own fallback.
//!
//! The order at the end of a call that failed: a write with an outbox is kept for later; else a stored copy that may be served
//! (RFC 5861 §4, RFC 9111 §4.2.4); else the caller's fallback; else the failure itself. Worked: a network-first GET with a head
//! start of 800 ms and a copy of 9:58. The server answers after 500 ms: that is the answer. After 1 200 ms: the copy is served at
//! 800, the answer is stored at 1 200 for the next time. It answers 503 three times: the copy stands in, and the fault says
//! `degraded`.

use super::super::timers::Timer;
use super::super::{Found, Level, Output, Rejection, Source};
use super::{Call, Context, State};
use crate::fault::{Fault, Kind, stands_in};
use crate::policy::endpoint::Reason;
use crate::policy::settings::{Id, Strategy};
use crate::telemetry::timeline::{What, Why};
use crate::time::{Instant, Millis, later};

/// The place of each in `Call::asked`.
const OUTBOX: usize = 0;
const FALLBACK: usize = 1;

/// A pause of this length interrupts what people think of (Nielsen, Usability Engineering, 1993), ms.
const NOTICED: Millis = 1_000;

impl Call {
    /// Whether the call begins otherwise than on its way to the network.
    pub(super) fn begins_apart(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        let (level, policy) = (self.request.level, context.policy);
        if !self.request.looks {
            self.copy = Some(Found::default());
        }
        if self.request.behind && policy.on(Id::Outbox) {
            self.timeline.push(now, What::Wait, Why::Behind, 0, None);
            self.ask(OUTBOX, Output::Queue);
            return true;
        }
        if self.copy.is_some() {
            // Nothing is looked for.
        } else if level != Level::Full || policy.strategy() != Strategy::NetworkFirst {
            self.state = State::Looking;
            return true;
        } else if let Some(head_start) = policy.millis(Id::CacheHeadStart) {
            self.timers.set(Timer::HeadStart, Some(later(now, head_start)));
        }
        if level == Level::Off {
            self.refuse_feature(now, context);
        }
        level == Level::Off
    }

    fn refuse_feature(&mut self, now: Instant, context: &mut Context<'_>) {
        self.timeline.push(now, What::Refused, Why::FeatureOff, 0, None);
        self.fault = Some(Fault::blocking(Kind::CircuitOpen));
        self.finish(now, Some(Output::Reject(Rejection::Refused)), context);
    }

    /// The look-up of a stored copy is over.
    pub(super) fn found(&mut self, found: Found, now: Instant, context: &mut Context<'_>) {
        if self.copy.is_some() {
            return;
        }
        self.copy = Some(found);
        match self.state {
            State::Looking => self.looked(found, now, context),
            State::Held if self.rather_copied(self.waits_until(), now) => {
                self.refuse(Kind::CircuitOpen, Why::CopyRather, self.waits_until(), now, context);
            }
            State::StandingIn if self.ending.is_some() => self.stand_in(now, context),
            State::StandingIn | State::Reading | State::Recovering => {}
            // The head start was over before the look-up was.
            _ if context.policy.millis(Id::CacheHeadStart).is_none() => {}
            _ if self.timers.get(Timer::HeadStart).is_some() => {}
            _ => self.head_start_over(now),
        }
    }

    fn looked(&mut self, found: Found, now: Instant, context: &mut Context<'_>) {
        match self.request.level {
            Level::Off => return self.refuse_feature(now, context),
            Level::Reduced if found.is_usable() => {
                self.serve(found, Why::FeatureReduced, now);
                return self.conclude(now, Some(Output::Serve { goes_on: false }));
            }
            _ => {}
        }
        if found.fresh && context.policy.strategy() != Strategy::NetworkFirst {
            self.serve(found, Why::CopyFresh, now);
            return self.conclude(now, Some(Output::Serve { goes_on: false }));
        }
        if found.meanwhile && context.policy.strategy() == Strategy::StaleWhileRevalidate {
            self.serve_meanwhile(found, now);
        }
        self.state = State::Fresh;
        self.enter(now, context);
    }

    /// Whether it is held, by an open breaker or for long, while there is a copy, which its caller would rather have than wait.
    pub(super) fn rather_copied(&self, until: Option<Instant>, now: Instant) -> bool {
        let long = until.is_some_and(|until| until > later(now, NOTICED));
        (matches!(self.held_for, Reason::Breaker | Reason::Probe)
            || (self.held_for == Reason::Server && long))
            && self.source == Source::None
            && self.copy.is_some_and(Found::is_usable)
    }

    /// The network's head start is over.
    pub(super) fn head_start_over(&mut self, now: Instant) {
        if let Some(found) = self.copy
            && (found.fresh || found.meanwhile)
            && self.source == Source::None
        {
            self.serve_meanwhile(found, now);
        }
    }

    fn serve_meanwhile(&mut self, found: Found, now: Instant) {
        self.serve(found, Why::CopyMeanwhile, now);
        self.outputs.push(Output::Serve { goes_on: true });
    }

    fn serve(&mut self, found: Found, why: Why, now: Instant) {
        self.source = if found.fresh { Source::Cache } else { Source::StaleCache };
        self.timeline.push(now, What::Cache, why, 0, None);
    }

    /// Whether something may stand in for its failure.
    pub(super) fn may_stand_in(&self) -> bool {
        let failed = self.fault.as_ref();
        self.source == Source::None
            && failed.is_some_and(|fault| stands_in(fault.kind, fault.status.unwrap_or(0)))
    }

    /// The next thing that can stand in for its failure does, or it ends with that.
    pub(super) fn stand_in(&mut self, now: Instant, context: &mut Context<'_>) {
        let policy = context.policy;
        let (kind, status) =
            self.fault.as_ref().map_or((Kind::Internal, 0), |fault| (fault.kind, fault.status.unwrap_or(0)));
        if self.request.write && policy.on(Id::Outbox) && !self.asked[OUTBOX] && status != 500 {
            return self.ask(OUTBOX, Output::Queue);
        }
        // Only a rule's own word lets a copy stand in for a 429.
        let grants = kind != Kind::RateLimited || policy.is_named(Id::CacheStaleIfError);
        if policy.on(Id::Cache) && grants && !self.asked[FALLBACK] {
            let Some(found) = self.copy else {
                self.timers.clear();
                self.state = State::StandingIn;
                return;
            };
            if found.is_usable() {
                self.serve(found, Why::CopyInstead, now);
                return self.conclude(now, Some(Output::Serve { goes_on: false }));
            }
            self.timeline.push(now, What::Cache, Why::NoCopy, 0, None);
        }
        if self.request.fallback && !self.asked[FALLBACK] {
            return self.ask(FALLBACK, Output::Fallback);
        }
        let last = self.ending.take();
        if last == Some(Output::Resolve { watched: true }) {
            self.outputs.extend(last);
            self.state = State::Reading;
            return;
        }
        self.conclude(now, last);
    }

    fn ask(&mut self, whom: usize, question: Output) {
        if let Some(asked) = self.asked.get_mut(whom) {
            *asked = true;
        }
        self.timers.clear();
        self.outputs.push(question);
        self.state = State::StandingIn;
    }

    /// There is no room to keep its write: should it fail, that is what the person can put right.
    pub fn no_room(&mut self) {
        self.no_room = true;
    }

    /// What was asked to stand in did, or could not.
    pub(super) fn stood_in(&mut self, well: bool, now: Instant, context: &mut Context<'_>) {
        let [_, fallback] = self.asked;
        let (what, why, source) = match (fallback, well) {
            (false, true) => (What::Queued, Why::Stored, Source::Outbox),
            (false, false) => (What::Queued, Why::NotStored, Source::None),
            (true, true) => (What::Fallback, Why::StoodIn, Source::Fallback),
            (true, false) => (What::Fallback, Why::FallbackFailed, Source::None),
        };
        self.timeline.push(now, what, why, 0, None);
        self.source = source;
        if well {
            self.conclude(now, None);
        } else if self.ending.is_some() {
            self.stand_in(now, context);
        } else {
            // It was to go behind others, which it now cannot: it goes its own way.
            self.state = State::Fresh;
            self.request.behind = false;
            let total = context.policy.limit(Id::Deadline, self.request.slow_body);
            self.timers.set(Timer::Deadline, total.map(|total| later(now, total)));
            self.enter(now, context);
        }
    }
}
