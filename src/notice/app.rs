//! Notices that the app raises, and what the person does with any of them.

use super::card::{Card, LEAST_SHOWN};
use super::proof::Proof;
use super::trouble::Trouble;
use super::view::{Arg, OwnAction, Severity, State};
use super::{Cause, Notices, ladder};
use crate::fault::{Kind, Surface};
use crate::time::{Instant, later};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// A notice as the app describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct AppNotice {
    /// The message id.
    pub message: String,
    /// The same cause is the same notice.
    pub cause: Option<String>,
    /// How grave it is.
    pub severity: Severity,
    /// Where it goes.
    pub surface: Surface,
    /// The element of the page that it goes to, where it is inline.
    pub anchor: Option<u32>,
    /// The message's variables.
    pub args: Rc<Vec<(String, Arg)>>,
    /// Next steps.
    pub actions: Rc<Vec<OwnAction>>,
    /// When it closes by itself.
    pub until: Option<Instant>,
}

/// What an app changes about its notice; `None` leaves it as it is. A cause is for life.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Change {
    pub message: Option<String>,
    pub severity: Option<Severity>,
    pub surface: Option<Surface>,
    pub anchor: Option<u32>,
    pub args: Option<Rc<Vec<(String, Arg)>>>,
    pub actions: Option<Rc<Vec<OwnAction>>>,
    pub until: Option<Instant>,
}

impl Notices {
    /// Raises a notice, or updates the living one of the same cause. Returns its id.
    pub fn show(&mut self, notice: AppNotice, now: Instant) -> u32 {
        let cause = match &notice.cause {
            Some(name) => Cause::App(name.clone()),
            None => Cause::Own(self.upcoming()),
        };
        let id = match self.known(&cause) {
            Some(id) => id,
            // There is no trouble behind it, so its kind is never looked at.
            None => self.open(cause, Trouble::new(Kind::Internal, now), now),
        };
        if let Some(card) = self.card(id) {
            card.raised = card.raised.saturating_add(1);
            card.app = Some(notice);
            place(card, now);
        }
        self.changed = true;
        self.tick(now);
        id
    }

    /// Changes a notice of the app's. An unknown or closed one stays as it is.
    pub fn update(&mut self, id: u32, change: Change, now: Instant) {
        let Some(card) = self.card(id) else { return };
        let Some(notice) = &mut card.app else { return };
        let other = |new: &Option<String>| new.as_ref().is_some_and(|new| *new != notice.message);
        card.reworded |= other(&change.message);
        set(&mut notice.message, change.message);
        set(&mut notice.severity, change.severity);
        if change.surface.is_some() {
            notice.anchor = change.anchor;
        }
        set(&mut notice.surface, change.surface);
        set(&mut notice.args, change.args);
        set(&mut notice.actions, change.actions);
        if change.until.is_some() {
            notice.until = change.until;
        }
        place(card, now);
        self.changed = true;
        self.tick(now);
    }

    /// Turns a notice into its recovered state, with this message where one is given.
    pub fn resolve(&mut self, id: u32, message: Option<String>, now: Instant) {
        let Some(card) = self.card(id) else { return };
        let writes = if card.is_outbox() { sent(card) } else { 0 };
        card.resolved_as = message;
        if writes > 0 && self.say_sent(writes) {
            self.close(id);
            return;
        }
        self.recover(Proof::Said(id), now);
    }

    /// The trouble that writes waited for is over, and the card that says so still there: it tells of them, too.
    fn say_sent(&mut self, writes: u32) -> bool {
        let told =
            self.cards.iter_mut().find(|card| card.visible && card.is_over() && card.cause.delays_writes());
        let Some(card) = told else { return false };
        card.writes = writes;
        card.seen = false;
        self.changed = true;
        true
    }

    /// The person, or the app, closed it.
    pub fn dismiss(&mut self, id: u32, now: Instant) {
        let Some(card) = self.card(id) else { return };
        if card.state == State::Resolved {
            self.expired(id, now);
            return;
        }
        if card.cause == Cause::Summary {
            return self.dismiss_summary(now);
        }
        let stays = card.cause.outlives_dismissal();
        card.state = State::Dismissed;
        card.dismissed_at = now;
        card.visible = false;
        card.show_at = None;
        card.calm_at = None;
        let lives = matches!(card.cause, Cause::Feature { .. });
        self.changed = true;
        if lives {
            // It says itself when it is over.
        } else if stays {
            self.idle(id, now);
        } else {
            self.close(id);
        }
    }

    /// The person wants to see those that wait for a place, or no longer does.
    pub fn show_queue(&mut self, shown: bool) {
        self.queue_shown = shown;
        self.changed = true;
    }

    /// An element of the page is gone: what was shown at it needs another place.
    pub fn unanchor(&mut self, anchor: u32) {
        for card in &mut self.cards {
            self.changed |= card.forget_anchor(anchor);
        }
    }

    /// The screen says that a notice that closes by itself was there for long enough.
    pub fn expired(&mut self, id: u32, now: Instant) {
        let acts = self.acts(id);
        let Some(card) = self.card(id) else { return };
        let goes = card.expires(acts);
        if !goes || !matches!(card.state, State::Shown | State::Resolved) {
            return;
        }
        let stays = card.comes_back();
        self.changed = true;
        if !stays {
            self.close(id);
        }
        self.tick(now);
    }
}

/// The number of writes that the outbox says were sent.
fn sent(card: &Card) -> u32 {
    let args = card.app.as_ref().map(|notice| &notice.args);
    match args.and_then(|args| args.first()) {
        Some((_, Arg::Number(writes))) => *writes as u32,
        _ => 0,
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

/// Puts an app's notice where it says it belongs. One that was resolved starts anew.
fn place(card: &mut Card, now: Instant) {
    let Some(notice) = &card.app else { return };
    card.surface = ladder::drawable(notice.surface, notice.anchor);
    // Even a notice whose time is over already is there for long enough to be seen.
    card.close_at = notice.until.map(|until| until.max(later(now, LEAST_SHOWN)));
    if card.surface == Surface::Silent {
        card.state = State::Pending;
        card.show_at = None;
        card.visible = false;
    } else if card.state != State::Shown {
        card.show_at = Some(now);
    }
}
