//! One notice that stands for many: those that came up while nobody looked, or more of them than anybody wants to be told.
//!
//! What it stands for waits behind it, *folded*, until the person wants to see it. It goes when nothing is left of that.

use super::app::AppNotice;
use super::card::LEAST_SHOWN;
use super::trouble::Trouble;
use super::view::{OwnAction, Severity, State};
use super::{Cause, Notices};
use crate::fault::{Kind, Surface};
use crate::time::{Instant, later};
use alloc::vec;
use alloc::vec::Vec;

/// Its action.
const SHOW_ALL: &str = "show-all";

impl Notices {
    /// For so many notices a summary stands.
    pub(super) fn folded(&self) -> u32 {
        self.cards.iter().filter(|card| card.folded).count() as u32
    }

    /// One summary stands for these from here on, and for what it stood for before.
    pub(super) fn summarise(&mut self, held: &[u32], now: Instant) {
        for id in held {
            if let Some(card) = self.card(*id) {
                card.folded = true;
                card.held = false;
            }
        }
        let id = match self.known(&Cause::Summary) {
            Some(id) => id,
            None => self.open(Cause::Summary, Trouble::new(Kind::Internal, now), now),
        };
        let turn = self.last_turn.wrapping_add(1);
        self.last_turn = turn;
        self.pace.shown.push(now);
        let Some(card) = self.card(id) else { return };
        card.app = Some(AppNotice {
            message: "summary".into(),
            cause: None,
            severity: Severity::Warning,
            surface: Surface::Toast,
            anchor: None,
            args: Vec::new().into(),
            actions: vec![OwnAction { id: SHOW_ALL.into(), label: None, href: None }].into(),
            until: None,
        });
        card.surface = Surface::Toast;
        card.turn = turn;
        card.come_into_view(now);
    }

    /// When a summary of nothing goes: once it could be seen.
    pub(super) fn summary_end(&self) -> Option<Instant> {
        let summary = self.cards.iter().find(|card| card.cause == Cause::Summary)?;
        (self.folded() == 0).then(|| later(summary.shown_at, LEAST_SHOWN))
    }

    /// Takes a summary of nothing away when its time has come.
    pub(super) fn end_empty_summary(&mut self, now: Instant) {
        if self.summary_end().is_some_and(|at| at <= now)
            && let Some(id) = self.known(&Cause::Summary)
        {
            self.close(id);
        }
    }

    /// The person wants to see what a summary stands for.
    pub fn expand(&mut self, now: Instant) {
        for id in self.unfold(State::Resolved) {
            let turn = self.last_turn.wrapping_add(1);
            self.last_turn = turn;
            if let Some(card) = self.card(id) {
                card.turn = turn;
                card.come_into_view(now);
            }
        }
    }

    /// The person closed a summary, and with it what it stands for.
    pub(super) fn dismiss_summary(&mut self, now: Instant) {
        for id in self.unfold(State::Dismissed) {
            self.dismiss(id, now);
        }
    }

    /// A person has seen enough of a summary, which ends like this. Hands out what it stood for.
    fn unfold(&mut self, end: State) -> Vec<u32> {
        let mut ids = Vec::new();
        for card in &mut self.cards {
            if core::mem::take(&mut card.folded) {
                ids.push(card.id);
            }
        }
        if let Some(id) = self.known(&Cause::Summary) {
            if let Some(summary) = self.card(id) {
                summary.state = end;
            }
            self.close(id);
        }
        ids
    }
}
