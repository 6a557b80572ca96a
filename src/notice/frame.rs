//! Which cards have a place on the screen, and what is spoken.

use super::Notices;
use super::card::Card;
use super::view::{Announcement, Frame, Said, State};
use crate::fault::Surface;
use alloc::vec::Vec;

impl Notices {
    /// Whether [`Notices::render`] would give something new. Many events in one task cost one frame.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Works out what is to be seen now, and what is to be spoken about it.
    pub fn render(&mut self) -> &Frame {
        if core::mem::take(&mut self.changed) {
            let more = self.give_places();
            self.speak();
            let (mut views, mut last) = (Vec::new(), None);
            loop {
                let mut first: Option<&Card> = None;
                for card in &self.cards {
                    let later = card.visible && Some(card.turn) > last;
                    if later && first.is_none_or(|first| card.turn < first.turn) {
                        first = Some(card);
                    }
                }
                let Some(card) = first else { break };
                last = Some(card.turn);
                views.push(self.view_of(card));
            }
            self.frame = Frame { views, more };
        }
        &self.frame
    }

    /// What [`Notices::render`] worked out last.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Hands out what is to be spoken since the last time.
    pub fn announcements(&mut self) -> Vec<Announcement> {
        core::mem::take(&mut self.spoken)
    }

    /// Those who have a place keep it; an urgent one that finds none takes it from the latest that is not. Returns how
    /// many go without.
    fn give_places(&mut self) -> u32 {
        let places = match self.config.headless {
            true => usize::MAX,
            false => (self.config.max_visible as usize).max(1),
        };
        let mut queue = Vec::new();
        let quiet = self.pace.quiet;
        let trouble = self
            .cards
            .iter()
            .any(|card| card.cause.delays_writes() && card.state != State::Dismissed && !card.folded);
        for card in &mut self.cards {
            match (card.state, card.surface) {
                // It can be read in the history.
                (State::Shown | State::Resolved, _) if quiet && !card.is_emergency() => {
                    card.visible = false;
                    card.seen = true;
                }
                // Told by the card of what they wait for.
                _ if trouble && card.is_outbox() => card.visible = false,
                (State::Shown, Surface::Banner) | (State::Shown | State::Resolved, Surface::Inline) => {
                    card.visible = true;
                }
                (State::Shown | State::Resolved, _) => queue.push(rank(card)),
                _ => card.visible = false,
            }
        }
        for card in &mut self.cards {
            let own = rank(card);
            if queue.contains(&own) {
                card.visible =
                    self.queue_shown || queue.iter().filter(|other| **other < own).count() < places;
            }
        }
        queue.len().saturating_sub(places) as u32
    }

    /// Once for each notice that came into view, once for each that recovered.
    fn speak(&mut self) {
        if self.is_hidden() {
            // Whoever comes back hears of it then.
            return;
        }
        for card in self.cards.iter_mut().filter(|card| card.visible && (!card.seen || card.has_news())) {
            let new = !core::mem::replace(&mut card.seen, true);
            card.reworded = false;
            let said = match card.state {
                State::Resolved => Said::Recovered,
                _ => Said::Shown,
            };
            if said == Said::Shown && new {
                self.shown_total = self.shown_total.saturating_add(1);
            }
            let (severity, assertive) = (card.severity(), card.assertive());
            card.told = match new {
                true => (severity, assertive),
                false => (severity.max(card.told.0), assertive || card.told.1),
            };
            self.spoken.push(Announcement { notice: card.id, said, assertive });
        }
    }
}

/// The lowest ones get a place: urgent before others, those who have one before others, then by turn.
fn rank(card: &Card) -> (bool, bool, u32) {
    (!card.assertive(), !card.visible, card.turn)
}
