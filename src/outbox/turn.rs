//! The order of a lane: strict, one at a time. A write that is over, or somebody else's, holds nobody up; one that waits does.

use crate::time::Millis;

/// Where a write is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Waiting,
    /// It is under way.
    Sending,
    /// It is a dead letter: nothing happens to it until the person says so.
    Dead,
}

/// A write, as far as its turn is concerned. Times are epoch milliseconds: they outlive the page.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where it is.
    pub state: State,
    /// It was made by whoever is signed in now.
    pub ours: bool,
    /// When it was queued; a dead letter that is to be tried again counts from then.
    pub queued: u64,
    /// When its wait began.
    pub since: u64,
    /// When its wait ends.
    pub due: u64,
    /// It is kept for so long.
    pub retention: Millis,
}

/// What is to be done about a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is passed over: the next one in its lane may go.
    Passed,
    /// It was kept for too long, and becomes a dead letter.
    Expired,
    /// It is under way; those behind it wait.
    Busy,
    /// It goes now.
    Go,
    /// It goes in so many milliseconds; those behind it wait too.
    Wait(Millis),
}

impl Entry {
    /// What is to be done about it now, where nothing before it in its lane holds it up.
    ///
    /// A clock that has been put back makes nothing older, and its waits are over: they would end in a year that is not near.
    pub fn turn(&self, now: u64) -> Turn {
        if self.state == State::Dead || !self.ours {
            return Turn::Passed;
        }
        if self.state == State::Sending {
            return Turn::Busy;
        }
        if now.saturating_sub(self.queued) > self.retention {
            return Turn::Expired;
        }
        if now < self.since || now >= self.due { Turn::Go } else { Turn::Wait(self.due - now) }
    }
}

/// The first write of a lane, given in order, that is not passed over, and what is to be done about it.
pub fn next(lane: &[Entry], now: u64) -> Option<(usize, Turn)> {
    for (at, entry) in lane.iter().enumerate() {
        let turn = entry.turn(now);
        if turn != Turn::Passed {
            return Some((at, turn));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::State::{Dead, Sending, Waiting};
    use super::*;

    const NOW: u64 = 1_790_000_000_000;
    const WEEK: u64 = 604_800_000;
    const YEAR: u64 = 31_536_000_000;

    fn entry(state: State) -> Entry {
        Entry { state, ours: true, queued: NOW - 1000, since: NOW - 500, due: NOW, retention: WEEK }
    }

    #[test]
    fn the_turn_of_one() {
        let waiting = entry(Waiting);
        let theirs = Entry { ours: false, ..waiting };
        let later = Entry { due: NOW + 700, ..waiting };
        let table = [
            (waiting, Turn::Go),
            (later, Turn::Wait(700)),
            (entry(Sending), Turn::Busy),
            (entry(Dead), Turn::Passed),
            (theirs, Turn::Passed),
            (Entry { state: Sending, ..theirs }, Turn::Passed),
            (Entry { queued: NOW - WEEK, ..waiting }, Turn::Go),
            (Entry { queued: NOW - WEEK - 1, ..waiting }, Turn::Expired),
            (Entry { queued: NOW - WEEK - 1, ..entry(Dead) }, Turn::Passed),
            (Entry { queued: NOW - WEEK - 1, ..theirs }, Turn::Passed),
        ];
        for (entry, turn) in table {
            assert_eq!(entry.turn(NOW), turn, "{entry:?}");
        }
    }

    #[test]
    fn a_clock_that_was_put_back_neither_ages_a_write_nor_makes_it_wait_for_a_year() {
        let before = entry(Waiting);
        let waits = Entry { due: NOW + 5000, ..before };
        for entry in [before, waits] {
            assert_eq!(entry.turn(NOW - YEAR), Turn::Go);
        }
        // By a minute, what was set on the new clock holds.
        let set = Entry { since: NOW - YEAR, due: NOW - YEAR + 3000, ..before };
        assert_eq!(set.turn(NOW - YEAR), Turn::Wait(3000));
    }

    #[test]
    fn j1_j10_order_is_strict_and_goes_on_past_what_is_over() {
        let later = Entry { due: NOW + 700, ..entry(Waiting) };
        let theirs = Entry { ours: false, ..entry(Waiting) };
        let go = entry(Waiting);
        type Row<'a> = (&'a [Entry], Option<(usize, Turn)>);
        let table: [Row<'_>; 7] = [
            (&[], None),
            (&[go, go], Some((0, Turn::Go))),
            (&[later, go], Some((0, Turn::Wait(700)))),
            (&[entry(Sending), go], Some((0, Turn::Busy))),
            (&[entry(Dead), theirs, go], Some((2, Turn::Go))),
            (&[entry(Dead), later, go], Some((1, Turn::Wait(700)))),
            (&[entry(Dead), theirs], None),
        ];
        for (lane, found) in table {
            assert_eq!(next(lane, NOW), found, "{lane:?}");
        }
    }
}
