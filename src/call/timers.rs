//! Every deadline of a call in one table, so that one host timer can serve them all.

use crate::time::{Instant, Millis, later};

/// What a timer is for; the order is the order in which timers due together fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The whole call.
    Deadline = 0,
    /// The attempt in flight, to its headers.
    Attempt = 1,
    /// Silence of the body.
    Idle = 2,
    /// The end of a wait.
    Retry = 3,
    /// A second attempt beside the first.
    Hedge = 4,
    /// The network's head start before a stored copy is served.
    HeadStart = 5,
}

const COUNT: usize = 6;

impl Timer {
    const ALL: [Timer; COUNT] =
        [Timer::Deadline, Timer::Attempt, Timer::Idle, Timer::Retry, Timer::Hedge, Timer::HeadStart];
}

/// Of a timer that is not set: an `Option` would need twice the room, and code to look at both halves.
const NEVER: Instant = Instant::MAX;

/// When each timer fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerTable {
    at: [Instant; COUNT],
}

impl Default for TimerTable {
    fn default() -> Self {
        TimerTable { at: [NEVER; COUNT] }
    }
}

impl TimerTable {
    /// Sets or clears one timer.
    pub fn set(&mut self, timer: Timer, at: Option<Instant>) {
        if let Some(slot) = self.at.get_mut(timer as usize) {
            *slot = at.unwrap_or(NEVER);
        }
    }

    /// When one timer fires.
    pub fn get(&self, timer: Timer) -> Option<Instant> {
        self.at.get(timer as usize).copied().filter(|at| *at != NEVER)
    }

    /// Clears all.
    pub fn clear(&mut self) {
        self.at = [NEVER; COUNT];
    }

    /// Puts all off by so long.
    pub fn shift(&mut self, by: Millis) {
        for at in &mut self.at {
            // Never stays never: it saturates.
            *at = later(*at, by);
        }
    }

    /// When the next one fires.
    pub fn next(&self) -> Option<Instant> {
        self.at.iter().copied().min().filter(|at| *at != NEVER)
    }

    /// Takes the first timer that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = Timer::ALL.into_iter().find(|timer| self.get(*timer).is_some_and(|at| at <= now))?;
        self.set(due, None);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_timers_fire_once_and_the_deadline_first() {
        let mut table = TimerTable::default();
        table.set(Timer::Retry, Some(5));
        table.set(Timer::Deadline, Some(9));
        assert_eq!(table.next(), Some(5));
        assert_eq!(table.take_due(4), None);
        assert_eq!(table.take_due(9), Some(Timer::Deadline));
        assert_eq!(table.take_due(9), Some(Timer::Retry));
        assert_eq!((table.take_due(9), table.next()), (None, None));
    }

    #[test]
    fn what_is_not_set_never_fires_and_cannot_be_put_off() {
        let mut table = TimerTable::default();
        table.shift(1_000);
        assert_eq!((table.take_due(Instant::MAX), table.next(), table.get(Timer::Idle)), (None, None, None));
        table.set(Timer::Idle, Some(5));
        table.shift(1_000);
        assert_eq!((table.get(Timer::Idle), table.get(Timer::Hedge)), (Some(1_005), None));
        table.set(Timer::Idle, None);
        assert_eq!(table.next(), None);
    }
}
