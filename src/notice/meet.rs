//! What a failing call does to its card.

use super::card::Card;
use super::trouble::{Trouble, is_urgent};
use super::view::{Severity, State};
use super::{Call, Cause, Notices, Notify, ladder};
use crate::fault::{Fault, Surface};
use crate::time::{Instant, Millis, later};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// After the person closed a card, the failure of something else that they did brings it back, but not before so long.
pub(super) const QUIET: Millis = 10_000;

/// A cause that ended and is met again within this time came back.
const RELAPSE: Millis = 60_000;

/// What happens silently is forgotten unless it happens again within this time: what asks each minute has its next try in it.
const SILENCE: Millis = 65_000;

/// How far a call that failed has come.
pub(super) enum Progress {
    Waiting(Option<Instant>),
    Ended,
}

impl Notices {
    pub(super) fn note(&mut self, call: &Call<'_>, fault: &Fault, progress: Progress, now: Instant) {
        self.learn_from_answer(call, fault, now);
        let Some(id) = self.card_for(call, fault, now) else {
            self.withdraw(call.id, now);
            return;
        };
        let joined = self.leave_for(call.id, id, now);
        let surface = ladder::start(fault.kind, fault.impact, call.notify);
        let delay = ladder::delay(fault.kind, self.config.delay);
        let quiet = self.pace.quiet;
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        let was_emergency = card.is_emergency();
        if card.is_over() {
            // It came back: the same notice, told anew, where it was.
            card.trouble = Trouble::new(fault.kind, now);
            card.relapses = card.relapses.saturating_add(1);
            card.since = now;
            card.lasts_from = now;
        }
        card.calm_at = None;
        if core::mem::take(&mut card.elsewhere) {
            // Met here, too: these calls are counted.
            (card.trouble.failed, card.trouble.waiting) = (0, 0);
        }
        if joined {
            card.release();
        }
        let ended = matches!(progress, Progress::Ended);
        card.trouble.take(call, fault, ended, now);
        let silent = card.surface == Surface::Silent;
        card.surface = ladder::drawable(card.surface.max(surface), card.trouble.anchor);
        if card.surface == Surface::Silent && now >= later(card.lasts_from, ladder::LASTS) {
            // Nobody waits for it, but it has gone on for long.
            card.surface = Surface::Toast;
            card.lasts_from = now;
        }
        if silent && card.surface > Surface::Silent {
            card.close_at = None;
        }
        card.settle(now);
        if quiet && !was_emergency && card.is_emergency() {
            // What was told to nobody is news.
            card.seen = false;
            card.shown_at = now;
        }
        let urgent = ended && is_urgent(call, fault);
        let patience_over = now >= later(card.dismissed_at, QUIET);
        match card.state {
            _ if card.surface == Surface::Silent => {
                card.close_at = (card.trouble.waiting == 0).then(|| later(now, SILENCE));
            }
            State::Shown => card.close_at = None,
            // A summary stands for it, but what people do must not fail in silence.
            State::Pending if card.folded && !urgent => {}
            // Closed is closed while the cause lives; but what people do must not fail in silence.
            State::Dismissed if !(urgent && patience_over) => self.idle(id, now),
            state => {
                if state == State::Dismissed {
                    card.state = State::Pending;
                    card.close_at = None;
                }
                card.folded = false;
                card.show_at = card.show_at.or(Some(later(now, delay)));
            }
        }
        if let Progress::Waiting(retry_at) = progress {
            self.share(call, id, retry_at);
        }
    }

    /// The card that tells of a call's failure; none where nobody is to be told, or a feature's does.
    fn card_for(&mut self, call: &Call<'_>, fault: &Fault, now: Instant) -> Option<u32> {
        let surface = ladder::start(fault.kind, fault.impact, call.notify);
        if surface == Surface::Silent && call.notify == Notify::Silent {
            return None;
        }
        let cause = Cause::of(call, fault.kind)?;
        if self.is_told_by_feature(call, &cause, fault) {
            return None;
        }
        self.give_to_endpoint(&cause, fault.kind, now);
        let kin = || self.cards.iter().find(|card| card.cause.explains(call, fault.kind)).map(|card| card.id);
        match self.known(&cause).or_else(kin) {
            Some(id) => Some(id),
            None => {
                let id = self.open(cause, Trouble::new(fault.kind, now), now);
                if surface == Surface::Silent
                    && let Some(card) = self.card(id)
                {
                    // Nobody waits for this call, wherever the cause was told before.
                    card.surface = surface;
                }
                Some(id)
            }
        }
    }

    /// A new card.
    pub(super) fn open(&mut self, cause: Cause, trouble: Trouble, now: Instant) -> u32 {
        self.last_id = self.upcoming();
        let mut relapsed: Option<&Card> = None;
        for past in &self.past {
            let recent = past.state == State::Resolved && now.saturating_sub(past.ended_at) < RELAPSE;
            if recent && past.cause == cause && relapsed.is_none_or(|other| past.ended_at > other.ended_at) {
                relapsed = Some(past);
            }
        }
        let (relapses, surface) = match relapsed {
            // What was a banner a moment ago does not start from below.
            Some(card) if card.app.is_none() => (card.relapses.saturating_add(1), card.surface),
            _ => (0, Surface::Silent),
        };
        self.cards.push(Box::new(Card {
            id: self.last_id,
            cause,
            app: None,
            trouble,
            state: State::Pending,
            surface,
            since: now,
            raised: 0,
            show_at: None,
            shown_at: now,
            turn: 0,
            visible: false,
            seen: false,
            close_at: None,
            resolved_as: None,
            dismissed_at: now,
            relapses,
            ended_at: now,
            calm_at: None,
            lasts_from: now,
            lower_at: None,
            writes: 0,
            elsewhere: false,
            retry_elsewhere: None,
            told: (Severity::Info, false),
            reworded: false,
            held: false,
            folded: false,
            covers: Vec::new(),
            others: Vec::new(),
            back: Vec::new(),
            back_at: 0,
        }));
        self.last_id
    }
}
