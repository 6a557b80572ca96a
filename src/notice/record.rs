//! Notices about calls as records: another page's model, or this page's next one, can take them in.

use super::card::Card;
use super::meet::QUIET;
use super::proof::Proof;
use super::trouble::{Trouble, Weight};
use super::view::State;
use super::{Call, Cause, Notices, Notify, ladder};
use crate::fault::{Impact, Kind, Surface};
use crate::time::{Instant, later};
use alloc::string::String;
use alloc::vec::Vec;

/// What is to be known of a notice elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The family of its cause: the same whatever face it shows.
    pub family: &'static str,
    /// It may interrupt.
    pub urgent: bool,
    /// The kind that names its cause.
    pub kind: Kind,
    /// The worst that it means for any of the calls.
    pub impact: Impact,
    /// The number of its endpoint.
    pub endpoint: u32,
    /// The number of its rule.
    pub rule: u32,
    /// What the person was doing.
    pub intent: Option<String>,
    /// Calls affected.
    pub count: u32,
    /// Those of them that still wait.
    pub waiting: u32,
    /// When one of them is tried again.
    pub retry_at: Option<Instant>,
    /// When the server says that trying again may work.
    pub available_at: Option<Instant>,
    /// When it was first met.
    pub since: Instant,
    /// Something that was to be saved was not.
    pub write: bool,
    /// Its cause has ended.
    pub over: bool,
}

impl Record {
    /// What the person was doing, where other trouble with something else of the same rule is another cause.
    pub fn intent_of_cause(&self) -> Option<&str> {
        self.intent.as_deref().filter(|_| matches!(self.cause(), Some(Cause::Request { .. })))
    }

    fn cause(&self) -> Option<Cause> {
        let Record { kind, endpoint, rule, .. } = *self;
        let call = Call { endpoint, rule, intent: self.intent.as_deref(), ..Call::default() };
        Cause::of(&call, kind)
    }

    fn of(card: &Card) -> Option<Record> {
        let trouble = &card.trouble;
        let (endpoint, rule, kind) = match &card.cause {
            Cause::Offline | Cause::Storage => (0, 0, trouble.kind),
            // Its card may bear the name of one of its faces.
            Cause::Outage { endpoint } if trouble.kind == Kind::ServerError => {
                (*endpoint, 0, Kind::Unavailable)
            }
            Cause::Outage { endpoint } | Cause::SignIn { endpoint } => (*endpoint, 0, trouble.kind),
            Cause::Lane { kind, endpoint, rule } | Cause::Request { kind, endpoint, rule, .. } => {
                (*endpoint, *rule, *kind)
            }
            _ => return None,
        };
        Some(Record {
            family: if matches!(card.cause, Cause::Outage { .. }) { "outage" } else { kind.name() },
            urgent: card.assertive(),
            kind,
            impact: trouble.worst(),
            endpoint,
            rule,
            intent: trouble.intent.only().cloned(),
            count: trouble.affected(),
            waiting: trouble.waiting,
            retry_at: None,
            available_at: trouble.available_at,
            since: card.since,
            write: trouble.failed_write(),
            over: card.is_over(),
        })
    }
}

impl Notices {
    /// The notices about calls that people know of, by their ids.
    pub fn records(&self) -> Vec<(u32, Record)> {
        let mut all = Vec::new();
        for card in &self.cards {
            let known = card.seen && matches!(card.state, State::Shown | State::Resolved);
            if let Some(mut record) = Record::of(card).filter(|_| known) {
                record.retry_at = self.view_of(card).retry_at;
                all.push((card.id, record));
            }
        }
        all
    }

    /// Takes in what was met elsewhere. What is met here, too, tells of itself.
    pub fn take_in(&mut self, record: &Record, now: Instant) {
        let Record { kind, .. } = *record;
        let intent = record.intent.as_deref();
        if record.over {
            if let Some(id) = self.met_elsewhere(record) {
                self.recover(Proof::Said(id), now);
            }
            return;
        }
        let there = Weight { impact: record.impact, failed_write: record.write, urgent: record.urgent };
        let Some(cause) = record.cause() else { return };
        self.give_to_endpoint(&cause, kind, now);
        let known = self.known(&cause);
        let id = match known {
            Some(id) => id,
            None => self.open(cause, Trouble::new(kind, now), now),
        };
        let delay = ladder::delay(kind, self.config.delay);
        let surface = ladder::start(kind, record.impact, Notify::Auto).max(Surface::Toast);
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        card.trouble.there = there;
        if card.is_over() && !card.elsewhere {
            // It came back, elsewhere alone.
            card.trouble = Trouble { there, ..Trouble::new(kind, now) };
            card.calm_at = None;
        } else if known.is_some() && !card.elsewhere {
            return;
        }
        card.elsewhere = true;
        card.surface = card.surface.max(surface);
        let trouble = &mut card.trouble;
        // The other page knows which kind says most.
        (trouble.kind, trouble.kind_met) = (kind, now);
        trouble.waiting = record.waiting;
        trouble.failed = record.count.max(1).saturating_sub(record.waiting);
        trouble.available_at = record.available_at.filter(|at| *at > now);
        card.retry_elsewhere = record.retry_at;
        let trouble = &mut card.trouble;
        trouble.intent.add(intent);
        // What was closed stays closed, but what people do must not fail in silence.
        if card.state == State::Dismissed && record.urgent && now >= later(card.dismissed_at, QUIET) {
            card.state = State::Pending;
            card.close_at = None;
        }
        if matches!(card.state, State::Pending | State::Resolved) {
            card.since = record.since;
            card.show_at = card.show_at.or(Some(later(now, delay)));
        }
    }

    /// Who met it is gone, and nobody will say how it ends.
    pub fn lose(&mut self, record: &Record, now: Instant) {
        if let Some(id) = self.met_elsewhere(record) {
            self.leave(id, now);
        }
    }

    /// The notice of this, where it was met elsewhere alone. Any other one means from now on what it means here.
    fn met_elsewhere(&mut self, record: &Record) -> Option<u32> {
        let id = self.known(&record.cause()?)?;
        self.changed = true;
        let card = self.card(id)?;
        if !card.elsewhere {
            card.trouble.there = Weight::NONE;
        }
        card.elsewhere.then_some(id)
    }
}
