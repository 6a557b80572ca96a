//! What time does to notices.

use super::card::{Due, FORGET, ORPHAN};
use super::view::State;
use super::{Notices, ladder};
use crate::fault::Surface;
use crate::time::{Instant, earlier, later};
use alloc::vec::Vec;

impl Notices {
    /// Lets time do its work.
    pub fn tick(&mut self, now: Instant) {
        let (mut closing, mut showing, mut over) = (Vec::new(), Vec::new(), Vec::new());
        let watched = self.is_watched();
        for card in &mut self.cards {
            while let Some((_, due)) = card.due(watched).filter(|(at, _)| *at <= now) {
                self.changed = true;
                match due {
                    Due::Show => {
                        card.show_at = None;
                        showing.push(card.id);
                    }
                    Due::Close => {
                        card.close_at = None;
                        if !card.comes_back() {
                            closing.push(card.id);
                        }
                    }
                    Due::Escalate => card.surface = Surface::Banner,
                    Due::Lower => {
                        card.lower_at = None;
                        card.lasts_from = now;
                        card.surface = ladder::drawable(card.trouble.kind.surface(), card.trouble.anchor);
                    }
                    Due::Recover => {
                        card.calm_at = None;
                        over.push(card.id);
                    }
                    Due::Available => card.trouble.available_at = None,
                }
            }
        }
        for id in closing {
            self.close(id);
        }
        for id in over {
            self.say_recovery(id, now);
        }
        if !showing.is_empty() {
            self.bring_into_view(&showing, now);
        }
        self.end_empty_summary(now);
    }

    /// When [`Notices::tick`] has something to do.
    pub fn next_timer(&self) -> Option<Instant> {
        let mut next = self.summary_end();
        for card in &self.cards {
            next = earlier(next, card.due(self.is_watched()).map(|(at, _)| at));
        }
        next
    }

    /// Sets the clock of a card that no call needs, without proof that its cause is over.
    pub(super) fn idle(&mut self, id: u32, now: Instant) {
        let Some(card) = self.card(id) else { return };
        match card.state {
            State::Pending => self.close(id),
            // It is seen whether its cause stays away.
            State::Shown if card.calm_at.is_some() => {}
            State::Resolved => card.show_at = None,
            State::Shown => card.close_at = Some(later(now, ORPHAN)),
            State::Dismissed => card.close_at = (card.trouble.waiting == 0).then(|| later(now, FORGET)),
        }
    }
}
