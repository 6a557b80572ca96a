//! All living notices, and what is said to them of calls.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::card::Card;
use super::meet::Progress;
use super::pace::Pace;
use super::proof::Proof;
use super::shares::Share;
use super::view::{Announcement, Frame, View};
use super::{Call, Cause, Config, Incident};
use crate::fault::Fault;
use crate::time::Instant;

/// The notice model. Every method takes the time; nothing happens between calls.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    pub(super) config: Config,
    /// In boxes: adding and taking out moves a pointer, and all lists of pointers share their code.
    #[allow(clippy::vec_box)]
    pub(super) cards: Vec<Box<Card>>,
    pub(super) shares: Vec<Share>,
    /// Closed ones, in no order.
    #[allow(clippy::vec_box)]
    pub(super) past: Vec<Box<Card>>,
    /// The place for the next one in it.
    pub(super) closed: usize,
    pub(super) last_id: u32,
    pub(super) last_turn: u32,
    pub(super) mounted: bool,
    /// The person looks at those that wait for a place, too.
    pub(super) queue_shown: bool,
    pub(super) changed: bool,
    pub(super) frame: Frame,
    pub(super) spoken: Vec<Announcement>,
    pub(super) pace: Pace,
    pub(super) incidents: Vec<Incident>,
    /// The endpoints that these are about.
    pub(super) about: Vec<u32>,
    pub(super) shown_total: u32,
}

impl Notices {
    /// No notices yet, and no screen: [`Notices::mounted`] says when there is one.
    pub fn new(config: Config) -> Self {
        Notices { config, mounted: config.headless, ..Notices::default() }
    }

    /// Changes how notices behave from now on.
    pub fn configure(&mut self, config: Config) {
        self.mounted = self.mounted || config.headless;
        self.config = config;
        self.changed = true;
    }

    /// The next notice is numbered from behind this one.
    pub fn number_from(&mut self, id: u32) {
        self.last_id = self.last_id.max(id);
    }

    /// There is a screen now, or none any more. What was raised before is shown once there is one.
    pub fn mounted(&mut self, mounted: bool, now: Instant) {
        self.mounted = mounted;
        self.changed = true;
        self.tick(now);
    }

    /// Nothing lives: no call's outcome can matter to notices, unless it is a failure.
    pub fn is_idle(&self) -> bool {
        self.cards.is_empty()
    }

    /// An attempt failed, and the engine goes on: it tries again at `retry_at`, or at once.
    pub fn failing(&mut self, call: &Call<'_>, fault: &Fault, retry_at: Option<Instant>, now: Instant) {
        self.note(call, fault, Progress::Waiting(retry_at), now);
    }

    /// The call failed for good.
    pub fn failed(&mut self, call: &Call<'_>, fault: &Fault, now: Instant) {
        self.note(call, fault, Progress::Ended, now);
    }

    /// The call's endpoint answered well; a copy out of a cache proves nothing. `authorised`: the server accepted who
    /// the person is.
    pub fn succeeded(&mut self, call: &Call<'_>, authorised: bool, now: Instant) {
        if self.cards.is_empty() {
            return;
        }
        self.recover(Proof::Served { call, authorised }, now);
        self.withdraw(call.id, now);
    }

    /// The caller gave the call up: it needs no notice any more.
    pub fn cancelled(&mut self, call: u32, now: Instant) {
        self.withdraw(call, now);
    }

    /// Something was stored: there is room again.
    pub fn stored(&mut self, now: Instant) {
        self.recover(Proof::Stored, now);
    }

    /// The browser says that it is online again.
    pub fn online(&mut self, now: Instant) {
        self.recover(Proof::Online, now);
    }

    /// Whether a living notice may still offer to send this call again, so that its request must be kept.
    pub fn keeps(&self, call: u32) -> bool {
        self.cards.iter().any(|card| card.trouble.repeat == Some(call))
    }

    /// A living notice.
    pub fn living(&self, id: u32) -> Option<View> {
        self.cards.iter().find(|card| card.id == id).map(|card| self.view_of(card))
    }

    /// Notices that came into view so far.
    pub fn shown_total(&self) -> u32 {
        self.shown_total
    }

    pub(super) fn view_of(&self, card: &Card) -> View {
        let (retry_at, progress) = self.attempts(card.id);
        let retry_at = retry_at.or(card.retry_elsewhere.filter(|_| card.elsewhere));
        let mut view = card.view(&self.config, retry_at, self.incident_of(card));
        view.queued = card.cause.delays_writes() && self.cards.iter().any(|card| card.is_outbox());
        // Of several calls, each has its own count.
        view.progress = progress.filter(|_| view.count == 1);
        if card.cause == Cause::Summary {
            view.count = self.folded().max(1);
        }
        view
    }

    /// Whether a living notice offers something to do.
    pub(super) fn acts(&self, id: u32) -> bool {
        self.living(id).is_some_and(|view| !view.actions.is_empty())
    }

    pub(super) fn upcoming(&self) -> u32 {
        self.last_id.wrapping_add(1)
    }

    /// A living card.
    // Found by a call, its members are addressed from where it starts; found in place, from wherever the loop stopped.
    #[inline(never)]
    pub(super) fn card(&mut self, id: u32) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.id == id).map(|card| &mut **card)
    }

    /// The living card of a cause.
    pub(super) fn known(&self, cause: &Cause) -> Option<u32> {
        self.cards.iter().find(|card| card.cause == *cause).map(|card| card.id)
    }
}
