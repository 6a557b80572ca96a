//! What tabs tell each other about an endpoint, and what survives a reload: a few numbers.
//!
//! Shared state is eventual: no call waits for another tab. Of two tabs' figures the more cautious one holds, except that a
//! success closes the breaker for all.

use super::Engine;
use crate::policy::breaker::State;
use crate::policy::endpoint::LONGEST;
use crate::time::Instant;
use alloc::vec::Vec;

/// The state of one endpoint in numbers. Times are epoch milliseconds, 0 where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// When the breaker opened last.
    pub opened_at: u64,
    /// Until when it is open, or its probe is under way.
    pub open_until: u64,
    /// When a success closed it last.
    pub closed_at: u64,
    /// The end of a 503's cool-down.
    pub cool_down: u64,
    /// Retry tokens spent, in thousandths.
    pub spent: u64,
}

/// The clocks of one moment.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// On the client's monotonic clock.
    pub now: Instant,
    /// Epoch milliseconds.
    pub wall: u64,
}

impl Clocks {
    /// An instant as epoch milliseconds.
    pub fn epoch(self, at: Instant) -> u64 {
        self.wall.saturating_add(at).saturating_sub(self.now)
    }

    /// Epoch milliseconds as an instant: neither before now nor absurdly late.
    pub fn instant(self, epoch: u64) -> Instant {
        self.now.saturating_add(epoch.saturating_sub(self.wall).min(LONGEST))
    }

    /// Epoch milliseconds as an instant that is over: not after now, and not before the client began.
    pub fn past(self, epoch: u64) -> Instant {
        self.now.saturating_sub(self.wall.saturating_sub(epoch))
    }
}

impl Engine {
    /// The next endpoint whose state other tabs do not know.
    pub fn next_changed(&mut self) -> Option<u32> {
        let at = self.endpoints.all().iter().position(|endpoint| endpoint.changed)?;
        if let Some(endpoint) = self.endpoints.all().get_mut(at) {
            endpoint.changed = false;
        }
        Some(at as u32)
    }

    /// What to tell other tabs about an endpoint.
    pub fn told(&self, number: u32, clocks: Clocks) -> Told {
        let Some(endpoint) = self.endpoints.get(number) else { return Told::default() };
        let epoch = |at: Instant| if at == 0 { 0 } else { clocks.epoch(at) };
        let until = match endpoint.breaker.state() {
            State::Closed => 0,
            State::Open { until } => until,
            State::HalfOpen { lease } => lease.unwrap_or(0),
        };
        Told {
            opened_at: epoch(endpoint.breaker.opened_at()),
            open_until: epoch(until),
            closed_at: epoch(endpoint.breaker.closed_at()),
            cool_down: epoch(endpoint.cool_down),
            spent: (endpoint.budget.spent() * 1000.0) as u64,
        }
    }

    /// Another tab, or this one before its reload, tells of an endpoint.
    pub fn hear(&mut self, url: &str, told: Told, clocks: Clocks) {
        let number = self.endpoints.number(url);
        let Some(endpoint) = self.endpoints.get_mut(number) else { return };
        let breaker = &mut endpoint.breaker;
        let (opened, closed) = (clocks.past(told.opened_at), clocks.past(told.closed_at));
        if told.opened_at > told.closed_at && opened >= breaker.closed_at() {
            breaker.adopt(clocks.instant(told.open_until), opened, clocks.now);
        } else if told.closed_at > 0 && closed > breaker.opened_at() {
            breaker.close(closed);
        }
        if told.cool_down > clocks.wall {
            endpoint.cool_down = endpoint.cool_down.max(clocks.instant(told.cool_down));
        }
        endpoint.budget.adopt(told.spent as f64 / 1000.0);
        self.let_go(number, clocks.now);
        self.settle(clocks.now);
    }

    /// The number of an endpoint that was heard of.
    pub fn endpoint(&mut self, url: &str) -> u32 {
        self.endpoints.number(url)
    }

    /// Whether other tabs are to hear of the endpoint that a call is at.
    pub fn has_news(&self, slot: u32) -> bool {
        let endpoint = self.calls.get(slot).and_then(|entry| self.endpoints.get(entry.call.endpoint()));
        endpoint.is_some_and(|endpoint| endpoint.changed)
    }

    /// The rules (by their ids; 0: calls without one) that a 429 has cooled down at an endpoint, and until when (epoch ms).
    pub fn told_of_rules(&self, number: u32, clocks: Clocks) -> Vec<(u32, u64)> {
        let mut told = Vec::new();
        let Some(endpoint) = self.endpoints.get(number) else { return told };
        for (rule, until) in endpoint.cool_downs(clocks.now) {
            let id = if rule == 0 { Some(0) } else { self.lanes.id_of(rule) };
            if let Some(id) = id {
                told.push((id, clocks.epoch(until)));
            }
        }
        told
    }

    /// Another tab tells of a 429's cool-down of a rule. One that this client does not have means nothing here.
    pub fn hear_of_rule(&mut self, url: &str, id: u32, until: u64, clocks: Clocks) {
        let Some(rule) = (if id == 0 { Some(0) } else { self.lanes.number_of(id) }) else { return };
        let number = self.endpoints.number(url);
        if until > clocks.wall
            && let Some(endpoint) = self.endpoints.get_mut(number)
        {
            // What is heard is no news to others; what is news here stays so.
            let changed = endpoint.changed;
            endpoint.cool_down_rule(rule, clocks.instant(until), clocks.now);
            endpoint.changed = changed;
        }
    }
}
