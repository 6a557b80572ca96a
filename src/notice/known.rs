//! What a status page says of notices: since when an incident is known that may be behind one.

use super::card::Card;
use super::view::State;
use super::{Cause, Incident, Notices};
use crate::list::contains;
use alloc::vec::Vec;

impl Notices {
    /// What a status page says goes on, and which endpoints it is about.
    pub fn incidents(&mut self, incidents: Vec<Incident>, about: Vec<u32>) {
        (self.incidents, self.about) = (incidents, about);
        self.changed = true;
    }

    /// Of the incidents that may be behind a card, since when the one goes on that does so for longest, and until when.
    pub(super) fn incident_of(&self, card: &Card) -> Option<(i64, Option<i64>)> {
        let mut found: Option<&Incident> = None;
        for incident in &self.incidents {
            let first = found.is_none_or(|other| incident.since < other.since);
            if first && card.state != State::Resolved && self.may_cause(incident, card) {
                found = Some(incident);
            }
        }
        found.map(|incident| (incident.since, incident.until))
    }

    fn may_cause(&self, Incident { kinds, features, .. }: &Incident, card: &Card) -> bool {
        let is_about = |endpoint: &u32| contains(&self.about, *endpoint);
        match &card.cause {
            // What a feature's card stands for has no kind.
            Cause::Feature { name, .. } => {
                let all = features.is_empty() && kinds.is_empty();
                features.contains(name) || (all && card.covers.iter().any(is_about))
            }
            _ if !features.is_empty() => false,
            cause => {
                let same =
                    if kinds.is_empty() { cause.is_endpoints() } else { contains(kinds, card.trouble.kind) };
                same && cause.endpoint().as_ref().is_some_and(is_about)
            }
        }
    }
}
