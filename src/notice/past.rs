//! Notices that are over, and all of them as one list.

use super::Notices;
use super::card::{Card, LEAST_SHOWN};
use super::view::{State, View};
use crate::list::remove;
use crate::time::{Instant, later};
use alloc::vec::Vec;

/// Past notices kept to be read again.
const HISTORY: usize = 100;

impl Notices {
    /// Living and past notices, newest first.
    pub fn list(&self) -> Vec<View> {
        let mut all = Vec::new();
        // Each time the newest one before the last: they are few, and a sort is large in a Wasm file.
        let mut last = u32::MAX;
        loop {
            let mut newest: Option<(&Card, bool)> = None;
            for (cards, live) in [(&self.cards, true), (&self.past, false)] {
                for card in cards {
                    if card.id < last && newest.is_none_or(|(other, _)| card.id > other.id) {
                        newest = Some((card, live));
                    }
                }
            }
            let Some((card, lives)) = newest else { return all };
            last = card.id;
            let mut view = self.view_of(card);
            if !lives {
                // What is over offers nothing.
                view.actions.clear();
            }
            all.push(view);
        }
    }

    /// Ends a notice without a word, once it could be seen.
    pub(super) fn leave(&mut self, id: u32, now: Instant) {
        let Some(card) = self.card(id) else { return };
        card.close_at = Some(now.max(later(card.shown_at, LEAST_SHOWN)));
        if !card.visible {
            self.close(id);
        }
    }

    /// Ends a notice; one that people knew of can be read again.
    pub(super) fn close(&mut self, id: u32) {
        let place = self.cards.iter().position(|card| card.id == id);
        let Some(mut card) = place.and_then(|at| remove(&mut self.cards, at)) else { return };
        self.forget_card(id);
        self.changed = true;
        card.visible = false;
        match card.state {
            State::Pending => return,
            State::Shown if !card.seen => return,
            State::Shown => card.state = State::Resolved,
            State::Resolved | State::Dismissed => {}
        }
        // Beyond what is kept, the one that was closed first makes room.
        match self.past.get_mut(self.closed) {
            Some(place) => *place = card,
            None => self.past.push(card),
        }
        self.closed = (self.closed + 1) % HISTORY;
    }
}
