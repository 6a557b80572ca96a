//! How many notices at a time: a budget per minute, a hidden page, one summary instead of a flood.
//!
//! In a minute at most [`BUDGET`] notices of the library's own come into view, beside emergencies; while the page is hidden, none
//! does. What was held back for either reason is shown afterwards, and where that is [`FLOOD`] of them or more, one summary
//! stands for all. The app's own notices are the app's to pace.

use super::Notices;
use super::card::{Card, LEAST_SHOWN};
use super::view::State;
use crate::time::{Instant, Millis, later};
use alloc::vec::Vec;

/// So many notices come into view in a [`MINUTE`].
pub const BUDGET: usize = 6;

/// The span of the budget.
pub const MINUTE: Millis = 60_000;

/// So many that were held back are told as one.
pub const FLOOD: usize = 3;

/// How long a notice that closes by itself stays when nobody is shown it, to say when it was read.
const UNSEEN: Millis = 6_000;

/// What paces notices.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    /// The page is hidden.
    hidden: bool,
    /// The person does not want to be disturbed.
    pub(super) quiet: bool,
    /// When notices came into view last, the earliest first.
    pub(super) shown: Vec<Instant>,
}

impl Notices {
    /// The page is hidden now, or seen again.
    pub fn hidden(&mut self, hidden: bool, now: Instant) {
        if self.pace.hidden == hidden {
            return;
        }
        self.pace.hidden = hidden;
        self.changed = true;
        if hidden {
            return;
        }
        // Of all that went well meanwhile, the latest is told, beside what the app says itself.
        let own = |card: &Card| card.app.is_none() || card.cause.feature().is_some() || card.is_outbox();
        let latest =
            self.cards.iter().filter(|card| card.is_over() && own(card)).map(|card| card.ended_at).max();
        for card in &mut self.cards {
            card.held |= card.show_at.is_some_and(|at| at <= now);
            if card.is_over() && own(card) && Some(card.ended_at) < latest {
                card.close_at = Some(now.max(later(card.shown_at, LEAST_SHOWN)));
            }
        }
        self.tick(now);
    }

    /// Whether only emergencies are shown and spoken; all else can be read in the history. What still lives when that ends is
    /// shown then.
    pub fn do_not_disturb(&mut self, quiet: bool, now: Instant) {
        if self.pace.quiet == quiet {
            return;
        }
        // Their places are taken now: what was told to nobody is not visible.
        self.render();
        self.pace.quiet = quiet;
        self.changed = true;
        let mut over = Vec::new();
        let delay = self.config.delay;
        for card in self.cards.iter_mut().filter(|card| !quiet && card.seen && !card.visible) {
            if card.is_over() || card.calm_at.is_some() {
                over.push(card.id);
            } else if card.state == State::Shown {
                card.state = State::Pending;
                card.show_at = Some(later(now, delay));
                let until = card.app.as_ref().and_then(|notice| notice.until);
                card.close_at = until.map(|until| until.max(later(now, delay + LEAST_SHOWN)));
            }
        }
        for id in over {
            self.close(id);
        }
        self.tick(now);
    }

    /// Nobody looks at the page.
    pub(super) fn is_hidden(&self) -> bool {
        self.pace.hidden
    }

    /// Whether what is shown can be seen.
    pub(super) fn is_watched(&self) -> bool {
        self.mounted && !self.pace.hidden
    }

    /// Shows what is due, as far as the budget reaches.
    pub(super) fn bring_into_view(&mut self, due: &[u32], now: Instant) {
        self.pace.shown.retain(|at| now.saturating_sub(*at) < MINUTE);
        let mut held = Vec::new();
        for id in due {
            if let Some(card) = self.card(*id)
                && card.held
                && card.state == State::Pending
                && card.app.is_none()
                && !card.is_emergency()
            {
                held.push(*id);
            }
        }
        let folds = held.len() >= FLOOD;
        for id in due {
            if !folds || !held.contains(id) {
                self.show_card(*id, now);
            }
        }
        if folds {
            self.summarise(&held, now);
        }
    }

    fn show_card(&mut self, id: u32, now: Instant) {
        let full = self.pace.shown.len() >= BUDGET;
        let free_at = self.pace.shown.first().map_or(now, |at| later(*at, MINUTE));
        let turn = self.last_turn.wrapping_add(1);
        let quiet = self.pace.quiet;
        let acts = self.acts(id);
        let Some(card) = self.card(id) else { return };
        let own = card.app.is_none() && !card.is_emergency();
        // One that comes back while it is still to be seen keeps its place.
        let new = card.state == State::Pending;
        if own && full && new {
            card.held = true;
            card.show_at = Some(free_at);
            return;
        }
        if new {
            card.turn = turn;
        }
        card.come_into_view(now);
        let unseen = quiet && !card.is_emergency();
        if unseen && card.expires(acts) {
            card.close_at = Some(later(now, UNSEEN));
        }
        if new {
            self.last_turn = turn;
        }
        if own && new {
            self.pace.shown.push(now);
        }
    }
}
