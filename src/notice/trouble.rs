//! The calls behind a card: what they met, and what it means for people.

use super::{Call, Notify, ladder};
use crate::fault::{Fault, Impact, Kind};
use crate::time::{Instant, Millis};
use alloc::borrow::ToOwned;
use alloc::string::String;

/// A kind names its card at least so long after it was last met, before a less telling one may.
const KEEP_NAME: Millis = 10_000;

/// What the person was doing, over all calls that say so.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Intent {
    Unknown,
    One(String),
    Several,
}

impl Intent {
    /// What all calls that say so agree on.
    pub(super) fn only(&self) -> Option<&String> {
        match self {
            Intent::One(intent) => Some(intent),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, intent: Option<&str>) {
        let Some(new) = intent else { return };
        match self {
            Intent::Unknown => *self = Intent::One(new.to_owned()),
            Intent::One(known) if known != new => *self = Intent::Several,
            _ => {}
        }
    }
}

/// What trouble means for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    /// The worst for any of the calls.
    pub(super) impact: Impact,
    /// A write failed for good: a read that goes well doesn't prove that writes do.
    pub(super) failed_write: bool,
    /// Something that the person did failed for good.
    pub(super) urgent: bool,
}

impl Weight {
    pub(super) const NONE: Weight = Weight { impact: Impact::None, failed_write: false, urgent: false };
}

/// The calls behind a card.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) kind: Kind,
    /// When that kind was last met.
    pub(super) kind_met: Instant,
    /// Of this page's calls.
    pub(super) here: Weight,
    /// Of those that another page has told of.
    pub(super) there: Weight,
    pub(super) intent: Intent,
    pub(super) waiting: u32,
    pub(super) failed: u32,
    /// Those of the failed ones for which something stood in, and for which that was a stored copy.
    pub(super) degraded: u32,
    pub(super) copies: u32,
    /// Of when the oldest of these is.
    pub(super) copy_from: Option<i64>,
    /// The last call that failed for good, where it may be sent again.
    pub(super) repeat: Option<u32>,
    pub(super) available_at: Option<Instant>,
    /// A call left the surface to the ladder.
    pub(super) automatic: bool,
    /// All calls behind it are of this feature.
    pub(super) feature: Option<u32>,
    /// All calls behind it name this element.
    pub(super) anchor: Option<u32>,
}

impl Trouble {
    pub(super) fn new(kind: Kind, now: Instant) -> Self {
        Trouble {
            kind,
            kind_met: now,
            here: Weight::NONE,
            there: Weight::NONE,
            intent: Intent::Unknown,
            waiting: 0,
            failed: 0,
            degraded: 0,
            copies: 0,
            copy_from: None,
            repeat: None,
            available_at: None,
            automatic: false,
            feature: None,
            anchor: None,
        }
    }

    /// A call failed; `ended`: for good.
    pub(super) fn take(&mut self, call: &Call<'_>, fault: &Fault, ended: bool, now: Instant) {
        // What is lost is said, whatever else is.
        let feature = call.feature.filter(|_| fault.impact < Impact::DataAtRisk);
        self.feature = feature.filter(|_| self.affected() == 0 || self.feature == feature);
        let anchor = call.notify.anchor();
        self.anchor = anchor.filter(|_| self.affected() == 0 || self.anchor == anchor);
        self.meet(fault.kind, now);
        self.here.impact = self.here.impact.max(fault.impact);
        self.intent.add(call.intent);
        self.automatic |= call.notify == Notify::Auto;
        self.available_at = fault.retry_at.filter(|at| *at > now).or(self.available_at);
        if !ended {
            self.waiting = self.waiting.saturating_add(1);
            return;
        }
        self.failed = self.failed.saturating_add(1);
        self.degraded += u32::from(fault.impact == Impact::Degraded);
        if let Some(from) = call.copy_from {
            self.copies += 1;
            self.copy_from = Some(self.copy_from.map_or(from, |oldest| oldest.min(from)));
        }
        self.here.failed_write |= call.write && fault.impact >= Impact::Blocked;
        self.here.urgent |= is_urgent(call, fault);
        self.repeat = call.safe_to_repeat.then_some(call.id);
    }

    /// Takes the new kind's name where it says more, or where the old one was not met for a while.
    fn meet(&mut self, kind: Kind, now: Instant) {
        let stale = now.saturating_sub(self.kind_met) > KEEP_NAME;
        // A consequence never renames its cause.
        let renames = ladder::rank(kind) > 0 && stale;
        if kind == self.kind || renames || ladder::rank(kind) > ladder::rank(self.kind) {
            self.kind = kind;
            self.kind_met = now;
        }
    }

    /// The worst that it means. While calls wait it looks worse than it gets where something stands in.
    pub(super) fn worst(&self) -> Impact {
        let stood_in = self.degraded > 0 && self.degraded == self.affected();
        let here = if stood_in { Impact::Degraded } else { self.here.impact };
        here.max(self.there.impact)
    }

    /// What somebody made may be lost.
    pub(super) fn is_at_risk(&self) -> bool {
        self.here.impact.max(self.there.impact) == Impact::DataAtRisk
    }

    pub(super) fn failed_write(&self) -> bool {
        self.here.failed_write || self.there.failed_write
    }

    pub(super) fn is_urgent(&self) -> bool {
        self.here.urgent || self.there.urgent
    }

    /// What people see is a stored copy, the oldest of then.
    pub(super) fn shows_copy_from(&self) -> Option<i64> {
        self.copy_from.filter(|_| self.copies == self.affected())
    }

    /// Nothing is left of it to wait for or to repeat.
    pub(super) fn over(&mut self) {
        (self.waiting, self.failed, self.repeat) = (0, 0, None);
    }

    pub(super) fn affected(&self) -> u32 {
        self.waiting.saturating_add(self.failed)
    }
}

/// It is what the person did that fails, or what they made that may be lost.
pub(super) fn is_urgent(call: &Call<'_>, fault: &Fault) -> bool {
    fault.impact == Impact::DataAtRisk || (call.intent.is_some() && fault.impact >= Impact::Blocked)
}
