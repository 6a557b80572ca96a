//! The bulkhead of one rule: so many calls in flight, so many more waiting in order; beyond that `busy-here`
//! (Nygard, "Release It!", 2007). One slow part of a server cannot take all of a page's connections.

use super::settings::{Id, Settings};
use crate::list::remove;
use alloc::vec::Vec;

/// What it says to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It goes on.
    Taken,
    /// It waits; abort or deadline free its place.
    Queued,
    /// It is refused.
    Full,
}

/// The bulkhead of one rule.
#[derive(Clone, Debug, Default)]
pub struct Bulkhead {
    in_flight: u32,
    /// The next one first. It is short: moving it up costs less than code for a ring.
    queue: Vec<u32>,
}

impl Bulkhead {
    /// A call asks for a place.
    pub fn enter(&mut self, slot: u32, policy: &Settings) -> Place {
        // Nobody overtakes those who wait, also where there is more room since the rules have changed.
        if self.queue.is_empty() && self.in_flight < policy.whole(Id::BulkheadConcurrent) {
            self.in_flight = self.in_flight.saturating_add(1);
            Place::Taken
        } else if self.queue.len() < policy.whole(Id::BulkheadQueue) as usize {
            self.queue.push(slot);
            Place::Queued
        } else {
            Place::Full
        }
    }

    /// A call that had a place, or waited for one, has ended. The next in order, which has its place now.
    pub fn leave(&mut self, slot: u32) -> Option<u32> {
        if let Some(at) = self.queue.iter().position(|waiting| *waiting == slot) {
            remove(&mut self.queue, at);
            return None;
        }
        let next = remove(&mut self.queue, 0);
        if next.is_none() {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k1_first_in_first_out_bounded_and_left_at_once() {
        let mut policy = Settings::built_in();
        policy.set(Id::BulkheadConcurrent, 2.0);
        policy.set(Id::BulkheadQueue, 2.0);
        let mut bulkhead = Bulkhead::default();
        let places: Vec<_> = (0..5).map(|slot| bulkhead.enter(slot, &policy)).collect();
        assert_eq!(places, [Place::Taken, Place::Taken, Place::Queued, Place::Queued, Place::Full]);
        assert_eq!(bulkhead.leave(2), None, "an abort in the queue frees its place");
        assert_eq!(bulkhead.enter(6, &policy), Place::Queued);
        assert_eq!((bulkhead.leave(0), bulkhead.leave(1), bulkhead.leave(3)), (Some(3), Some(6), None));
        assert_eq!(bulkhead.enter(7, &policy), Place::Taken);
        assert_eq!((bulkhead.leave(6), bulkhead.leave(7)), (None, None));
        assert_eq!((bulkhead.in_flight, bulkhead.queue.len()), (0, 0));
    }
}
