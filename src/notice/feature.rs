//! The card of a feature that is reduced or off.
//!
//! One cause, one notice: it stands for the trouble of its endpoints. The card of an endpoint's trouble that only calls of the
//! feature have met becomes the feature's, in place, and what its calls meet from then on is told by it. Where other calls
//! have met that trouble too, or a write is lost, the endpoint's card says more: it stands alone, and where the feature's was
//! there before, that one becomes the endpoint's. Features that one endpoint's trouble limits alike are named by one card.

use super::app::AppNotice;
use super::card::Card;
use super::proof::Proof;
use super::trouble::Trouble;
use super::view::{Severity, State};
use super::{Call, Cause, Notices};
use crate::fault::{Fault, Impact, Kind, Surface};
use crate::list::contains;
use crate::policy::feature::Level;
use crate::time::{Instant, later};
use alloc::string::String;
use alloc::vec::Vec;

impl Notices {
    /// This is how much there is of a feature now. `covers`: the endpoints whose trouble is the reason; none: it has another
    /// one. `proven`: that it is full again is more than a hope.
    pub fn feature(
        &mut self,
        number: u32,
        name: &str,
        level: Level,
        covers: Vec<u32>,
        proven: bool,
        now: Instant,
    ) {
        let cause = Cause::Feature { number, name: name.into() };
        let mut message = String::from("feature-");
        message.push_str(level.name());
        let shares = self.card_of_feature(number).is_some_and(|card| {
            !card.others.is_empty() && card.app.as_ref().is_some_and(|notice| notice.message == message)
        });
        if shares || (self.part(number, level, now) && level == Level::Full) {
            return;
        }
        let known = self.known(&cause);
        if level == Level::Full {
            match known {
                Some(id) if proven => {
                    if let Some(card) = self.card(id) {
                        card.resolved_as = Some("feature-full".into());
                        // With all that came back in this moment.
                        if card.back_at == now {
                            card.others = core::mem::take(&mut card.back);
                        }
                    }
                    self.recover(Proof::Said(id), now);
                }
                Some(id) => self.leave(id, now),
                None => {}
            }
            return;
        }
        let taken = self.take_from_endpoints(number, &covers);
        if let (Some(id), Err(_) | Ok(Some(_))) = (known, &taken) {
            // The endpoint's card, or what becomes of it, says it all.
            self.close(id);
        }
        let taken = match taken {
            Ok(taken) => taken,
            Err(id) => {
                // Should it become another feature's, it names this one, too.
                if let Some(card) = self.card(id) {
                    card.others.push(cause);
                }
                return;
            }
        };
        if taken.is_none() && known.is_none() && self.join(&cause, &message, &covers) {
            return;
        }
        let id = match taken.or(known) {
            Some(id) => id,
            None => self.open(cause.clone(), Trouble::new(Kind::Internal, now), now),
        };
        self.forget_card(id);
        let delay = self.config.delay;
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        let same = card.app.as_ref().is_some_and(|notice| notice.message == message);
        card.cause = cause;
        card.covers = covers;
        card.trouble = Trouble::new(Kind::Internal, now);
        card.raised = 1;
        card.surface = Surface::Toast;
        card.close_at = None;
        card.calm_at = None;
        card.app = Some(AppNotice {
            message,
            cause: None,
            severity: Severity::Warning,
            surface: Surface::Toast,
            anchor: None,
            args: Vec::new().into(),
            actions: Vec::new().into(),
            until: None,
        });
        match card.state {
            // Words that are new are spoken, too.
            State::Shown => card.seen &= same,
            State::Dismissed => {}
            State::Pending | State::Resolved => card.show_at = card.show_at.or(Some(later(now, delay))),
        }
    }

    /// A card of these endpoints' trouble, where all such cards are of this feature's calls alone; the others of them are
    /// closed. An error: this one says more.
    fn take_from_endpoints(&mut self, number: u32, covers: &[u32]) -> Result<Option<u32>, u32> {
        let mut taken = Vec::new();
        for card in &self.cards {
            let covered = card.cause.endpoint().is_some_and(|endpoint| contains(covers, endpoint));
            if !covered || !card.cause.is_endpoints() || card.is_over() {
                continue;
            }
            if card.trouble.feature != Some(number) {
                return Err(card.id);
            }
            taken.push(card.id);
        }
        let first = taken.pop();
        for id in taken {
            self.close(id);
        }
        Ok(first)
    }

    /// The living card that tells of a feature, which may tell of others too.
    fn card_of_feature(&mut self, number: u32) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.tells_of(number)).map(|card| &mut **card)
    }

    /// Takes a feature out of a card that tells of others, or of the endpoint; whether it did.
    fn part(&mut self, number: u32, level: Level, now: Instant) -> bool {
        let Some(card) = self.card_of_feature(number).filter(|card| !card.others.is_empty()) else {
            return false;
        };
        if let Some(last) = card.others.pop() {
            let mut own = card.others.iter_mut().find(|cause| cause.feature() == Some(number));
            if card.cause.feature() == Some(number) {
                own = Some(&mut card.cause);
            }
            let parted = match own {
                Some(place) => core::mem::replace(place, last),
                None => last,
            };
            if level == Level::Full {
                if card.back_at != now {
                    card.back.clear();
                }
                card.back_at = now;
                card.back.push(parted);
            }
        }
        card.reworded = card.app.is_some();
        self.changed = true;
        true
    }

    /// Has another feature's card that says the same, and stands for the trouble of one of these endpoints, tell of this one
    /// too; whether there is one.
    fn join(&mut self, cause: &Cause, message: &str, covers: &[u32]) -> bool {
        for card in &mut self.cards {
            let same = card.app.as_ref().is_some_and(|notice| notice.message == message);
            // What goes, or was closed, names nothing new.
            let stays = matches!(card.state, State::Pending | State::Shown) && card.close_at.is_none();
            if !same || !stays || !covers.iter().any(|endpoint| contains(&card.covers, *endpoint)) {
                continue;
            }
            card.others.push(cause.clone());
            for endpoint in covers {
                if !contains(&card.covers, *endpoint) {
                    card.covers.push(*endpoint);
                }
            }
            card.reworded = true;
            self.changed = true;
            return true;
        }
        false
    }

    /// Whether a failure is told by the card of the call's feature: that it was refused, and what that card stands for; not where
    /// the person has closed it and something that they do fails.
    pub(super) fn is_told_by_feature(&self, call: &Call<'_>, cause: &Cause, fault: &Fault) -> bool {
        let (Some(feature), kind) = (call.feature, fault.kind) else { return false };
        let tells = |card: &Card| {
            card.app.is_some()
                && card.tells_of(feature)
                && !card.is_over()
                && (kind == Kind::CircuitOpen || contains(&card.covers, call.endpoint))
                && (card.state != State::Dismissed || call.intent.is_none())
        };
        fault.impact < Impact::DataAtRisk && cause.is_endpoints() && self.cards.iter().any(|card| tells(card))
    }

    /// Others meet an endpoint's trouble too: the card of a feature that stood for it becomes the endpoint's.
    pub(super) fn give_to_endpoint(&mut self, cause: &Cause, kind: Kind, now: Instant) {
        let Some(endpoint) = cause.endpoint().filter(|_| cause.is_endpoints()) else { return };
        let mut free = self.known(cause).is_none();
        let mut over = Vec::new();
        for card in &mut self.cards {
            if !contains(&card.covers, endpoint) || card.is_over() {
                continue;
            }
            if !free {
                over.push(card.id);
                continue;
            }
            free = false;
            // Should it become a feature's again, it names all of them.
            let own = core::mem::replace(&mut card.cause, cause.clone());
            card.others.push(own);
            card.covers.clear();
            card.app = None;
            card.resolved_as = None;
            card.trouble = Trouble::new(kind, now);
            card.since = now;
            // Its words are new; that it had ended has been said.
            card.seen &= card.state != State::Shown;
            // Trouble that is not shown yet has its own delay.
            card.show_at = None;
        }
        for id in over {
            self.close(id);
        }
    }
}
