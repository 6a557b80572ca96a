//! Which calls still wait behind which card.

use super::{Affected, Call, Notices};
use crate::time::{Instant, earlier};
use alloc::vec::Vec;

/// A waiting call's share in a card.
#[derive(Clone, Debug)]
pub(super) struct Share {
    call: u32,
    pub(super) card: u32,
    retry_at: Option<Instant>,
    /// Which attempt that is, of how many.
    next: (u32, u32),
}

impl Notices {
    /// A call that failed before is being tried again now.
    pub fn attempting(&mut self, call: u32) {
        if let Some(share) = self.shares.iter_mut().find(|share| share.call == call) {
            self.changed |= share.retry_at.take().is_some();
        }
    }

    /// The calls behind a notice.
    pub fn affected(&self, id: u32) -> Affected {
        let card = self.cards.iter().find(|card| card.id == id);
        let mut affected =
            Affected { waiting: Vec::new(), repeat: card.and_then(|card| card.trouble.repeat) };
        for share in &self.shares {
            if share.card == id {
                affected.waiting.push(share.call);
            }
        }
        affected
    }

    /// A call has a share in this card now, which it may have had before.
    pub(super) fn share(&mut self, call: &Call<'_>, card: u32, retry_at: Option<Instant>) {
        self.shares.push(Share { call: call.id, card, retry_at, next: call.next });
    }

    /// A call is about to get a share in this card anew: takes the one that it has. Whether that was in the same card, which then
    /// still counts it.
    pub(super) fn leave_for(&mut self, call: u32, card: u32, now: Instant) -> bool {
        let joined = self.shares.iter().any(|share| share.call == call && share.card == card);
        if !joined {
            self.withdraw(call, now);
        }
        self.forget_call(call);
        joined
    }

    /// The earliest next attempt of the calls behind a card; and of the last of them, which attempt that is, of how many.
    pub(super) fn attempts(&self, card: u32) -> (Option<Instant>, Option<(u32, u32)>) {
        let (mut retry_at, mut progress) = (None, None);
        for share in &self.shares {
            if share.card == card {
                retry_at = earlier(retry_at, share.retry_at);
                progress = Some(share.next);
            }
        }
        (retry_at, progress)
    }

    /// Takes a call's share out of its card.
    pub(super) fn withdraw(&mut self, call: u32, now: Instant) {
        let Some(id) = self.shares.iter().find(|share| share.call == call).map(|share| share.card) else {
            return;
        };
        self.forget_call(call);
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        card.release();
        card.settle(now);
        if card.trouble.affected() == 0 {
            self.idle(id, now);
        }
    }

    /// Nothing is known of the calls behind a card any more.
    pub(super) fn forget_card(&mut self, card: u32) {
        forget(&mut self.shares, |share| share.card, card);
    }

    fn forget_call(&mut self, call: u32) {
        forget(&mut self.shares, |share| share.call, call);
    }
}

/// Drops the shares of a call, or of a card. By a function behind a pointer: the code that moves the others is there once.
pub(super) fn forget(shares: &mut Vec<Share>, of: fn(&Share) -> u32, number: u32) {
    shares.retain(|share| of(share) != number);
}
