//! How an input passes through: to its call, then to what that makes possible for others. Held calls are let go here, and
//! places in bulkheads handed on.

use super::{Engine, LAST_CALL, Lane};
use crate::call::{Context, Input};
use crate::policy::bulkhead::Bulkhead;
use crate::policy::endpoint::{Gate, Reason};
use crate::policy::settings::Id;
use crate::time::{Instant, Millis};
use alloc::vec::Vec;

impl Engine {
    /// Hands an input to every call; those that have something to do are then due.
    pub(super) fn all(&mut self, input: Input, now: Instant) {
        for slot in 0..self.calls.end() {
            if self.calls.get(slot).is_none() {
                continue;
            }
            self.handle(slot, input, now);
            self.tell(slot, now);
            self.due.push(slot);
        }
    }

    pub(super) fn handle(&mut self, slot: u32, input: Input, now: Instant) {
        self.step(slot, input, now);
        self.settle(now);
    }

    /// Carries out what became possible for other calls, one after another: no chain of calls grows the stack.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some((slot, input)) = self.freed.pop() {
            self.step(slot, input, now);
            self.tell(slot, now);
            self.due.push(slot);
        }
        self.look_at_features(now);
    }

    /// Hands an input to a call, and tidies up after it.
    pub(super) fn step(&mut self, slot: u32, input: Input, now: Instant) {
        self.pass(slot, input, now);
        // The happy path has nothing to tidy up.
        let Some(entry) = self.calls.get(slot) else { return };
        let (held_at, over, lane) = (entry.call.held_at(), entry.call.is_handed_over(), entry.lane);
        let mut at = 0;
        while let Some(number) = self.lanes.get(lane).and_then(|lane| lane.route.get(at)).copied() {
            at += 1;
            let Some(endpoint) = self.endpoints.get_mut(number) else { continue };
            if held_at == Some(number) {
                endpoint.hold(slot);
                if input == Input::Release(0) {
                    self.let_go(number, now);
                }
            } else if !endpoint.held.is_empty() {
                endpoint.forget(slot);
                self.let_go(number, now);
            }
        }
        if over {
            self.leave_bulkhead(slot);
        }
    }

    pub(super) fn pass(&mut self, slot: u32, input: Input, now: Instant) {
        let Some(entry) = self.calls.get_mut(slot) else { return };
        let Some(lane) = self.lanes.get(entry.lane) else { return };
        let rule = lane.rule_number();
        let place = if lane.policy.on(Id::Bulkhead) { rule as usize } else { 0 };
        while self.bulkheads.len() <= place {
            self.bulkheads.push(Bulkhead::default());
        }
        let Some(bulkhead) = self.bulkheads.get_mut(place) else { return };
        let mut context = Context {
            slot,
            policy: &lane.policy,
            rule,
            route: &lane.route,
            targets: lane.targets(),
            weighted: lane.weighted(),
            endpoints: self.endpoints.all(),
            bulkhead,
            auth: &mut self.auth,
            auth_statuses: &self.auth_statuses,
            save_data: self.save_data,
            random: &mut self.random,
        };
        entry.call.handle(input, now, &mut context);
        let next = entry.call.next_timer();
        self.calls.look_at(next);
    }

    /// Something ended at an endpoint: what is held there may go, the newest first. After doubt, spread over time; else one at
    /// a time, the next one when it has gone.
    pub(super) fn let_go(&mut self, number: u32, now: Instant) {
        let Some(endpoint) = self.endpoints.get(number) else { return };
        let recovered = !endpoint.doubt.is_failing();
        let over = endpoint.doubt.spread();
        let (mut next, mut spread) = (Vec::new(), Vec::new());
        for slot in &endpoint.held {
            let Some(entry) = self.calls.get(*slot) else { continue };
            let Some(lane) = self.lanes.get(entry.lane) else { continue };
            let own = entry.call.waits_until();
            let list = match endpoint.gate(lane.rule_number(), &lane.policy, false, now) {
                // Whose own time has come is let go by it.
                _ if own.is_some_and(|at| at <= now) => continue,
                Gate::Go if recovered && entry.call.held_for() != Reason::Server => &mut spread,
                Gate::Go => &mut next,
                // What it waits for has changed, and may be hopeless now: it asks again.
                Gate::Refuse(_) => &mut next,
                Gate::Hold(Some(until), Reason::Server | Reason::Breaker | Reason::Doubt)
                    if own != Some(until) =>
                {
                    &mut next
                }
                _ => continue,
            };
            list.push(*slot);
        }
        if let Some(slot) = self.calls.take_newest(&mut next) {
            self.freed.push((slot, Input::Release(0)));
        }
        self.spread(spread, over, now);
    }

    /// Lets these calls go within so long, the newest first, each at a random time of its own share.
    pub(super) fn spread(&mut self, mut slots: Vec<u32>, over: Millis, now: Instant) {
        let share = over / (slots.len() as u64).max(1);
        let mut longest = 0;
        while let Some(slot) = self.calls.take_newest(&mut slots) {
            let Some(entry) = self.calls.get(slot) else { continue };
            let wait = longest + self.random.up_to(share);
            longest += share;
            let left = entry.call.deadline().map(|deadline| deadline.saturating_sub(now));
            // Rather sooner than never: a call whose deadline is near goes before it.
            let wait = left.map_or(wait, |left| wait.min(left.saturating_sub(LAST_CALL))).max(1);
            if let Some(endpoint) = self.endpoints.get_mut(entry.call.endpoint()) {
                endpoint.forget(slot);
            }
            self.pass(slot, Input::Release(wait), now);
        }
    }

    /// A call has ended, or its caller has the answer and may never read the body: the next one of its rule has its place.
    pub(super) fn leave_bulkhead(&mut self, slot: u32) {
        let Some(entry) = self.calls.get_mut(slot) else { return };
        if !entry.call.take_place() {
            return;
        }
        let place = self.lanes.get(entry.lane).map_or(0, Lane::rule_number);
        let next = self.bulkheads.get_mut(place as usize).and_then(|bulkhead| bulkhead.leave(slot));
        if let Some(next) = next {
            self.freed.push((next, Input::Place));
        }
    }
}
