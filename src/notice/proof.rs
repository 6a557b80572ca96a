//! What says that a cause is over, and what becomes of its card then.

use super::card::{Card, LEAST_SHOWN};
use super::shares::forget;
use super::view::State;
use super::{Call, Cause, Notices};
use crate::fault::Fault;
use crate::time::{Instant, later};
use alloc::vec::Vec;

/// What says that a cause is over.
pub(super) enum Proof<'a> {
    /// The browser is online.
    Online,
    /// There is room in the storage.
    Stored,
    /// The endpoint answers, if only to blame the request.
    Answered(&'a Call<'a>),
    /// The call ended well; `authorised`: the server accepted who the person is.
    Served { call: &'a Call<'a>, authorised: bool },
    /// The app says so of this notice.
    Said(u32),
}

impl Proof<'_> {
    fn ends(&self, card: &Card) -> bool {
        let cause = &card.cause;
        match self {
            Proof::Online => matches!(cause, Cause::Offline),
            Proof::Stored => matches!(cause, Cause::Storage),
            Proof::Answered(call) => {
                matches!(cause, Cause::Outage { endpoint } if *endpoint == call.endpoint)
                    && card.covered_by(call)
            }
            Proof::Served { call, authorised } => {
                card.covered_by(call) && cause.disproved_by(call, *authorised)
            }
            Proof::Said(id) => card.id == *id,
        }
    }
}

impl Notices {
    /// Any answer proves that the browser is online; one that blames the request proves that the endpoint serves.
    pub(super) fn learn_from_answer(&mut self, call: &Call<'_>, fault: &Fault, now: Instant) {
        let Some(status) = fault.status else { return };
        let blames_request = matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429);
        self.recover(Proof::Online, now);
        if blames_request {
            self.recover(Proof::Answered(call), now);
        }
    }

    /// Ends the notices whose cause is over.
    pub(super) fn recover(&mut self, proof: Proof<'_>, now: Instant) {
        let (mut gone, mut over) = (Vec::new(), Vec::new());
        for card in &mut self.cards {
            if !proof.ends(card) {
                continue;
            }
            self.changed = true;
            forget(&mut self.shares, |share| share.card, card.id);
            match card.state {
                State::Shown if card.seen && card.cause.says_recovery() => {
                    card.ended_at = now;
                    card.trouble.over();
                    let calm = card.calm();
                    if calm == 0 || matches!(proof, Proof::Said(_)) {
                        over.push(card.id);
                    } else {
                        card.calm_at = card.calm_at.or(Some(later(now, calm)));
                    }
                }
                State::Shown if card.seen => {
                    card.close_at = Some(now.max(later(card.shown_at, LEAST_SHOWN)));
                    card.trouble.over();
                }
                State::Resolved => card.show_at = None,
                // Nobody knew of it, or somebody closed it: nothing to say.
                _ => gone.push(card.id),
            }
        }
        for id in gone {
            self.close(id);
        }
        for id in over {
            self.say_recovery(id, now);
        }
    }

    /// The cause of a notice that people know of is over, which they hear once: not again while another one says so.
    pub(super) fn say_recovery(&mut self, id: u32, now: Instant) {
        let said = self.cards.iter().any(|card| card.is_over() && card.cause.is_recovery_of_all());
        let quiet = self.pace.quiet;
        let Some(card) = self.card(id) else { return };
        let silent = quiet && !card.is_emergency();
        card.state = State::Resolved;
        card.lower_at = None;
        card.calm_at = None;
        if (said && card.cause.is_recovery_of_all()) || silent {
            let end = later(card.shown_at, LEAST_SHOWN);
            card.close_at = Some(end);
            if silent || end <= now {
                self.close(id);
            }
            return;
        }
        card.close_at = None;
        card.seen = false;
    }
}
