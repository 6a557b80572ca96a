//! What the world asks of a policy: the calls of all clients, and what it wants done.

use crate::drill::Seen;
use crate::queue::Time;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with this status; `wait`: seconds of its Retry-After.
    Status { status: u16, wait: Option<u32> },
    /// No network.
    Offline,
    /// The connection broke.
    Broken,
}

impl Outcome {
    /// Whether it is what the caller wanted.
    pub fn is_good(self) -> bool {
        matches!(self, Outcome::Status { status: 200..400, .. })
    }
}

/// What a policy wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send attempt `number` of a call to an endpoint (0: the first one).
    Send { call: u32, number: u32, endpoint: u8 },
    /// Abort an attempt in flight.
    Cancel { call: u32, number: u32 },
    /// The call is over.
    Settle { call: u32, good: bool },
    /// Wake the policy at a time with these two numbers.
    Wake { at: Time, a: u32, b: u32 },
}

/// One policy, with the state of every client. A call is known by its slot, which is used again once it is settled.
pub trait Policy {
    /// A client begins a call.
    fn begin(&mut self, client: u32, call: u32, now: Time, actions: &mut Vec<Action>);
    /// An attempt that was not cancelled has ended.
    fn outcome(
        &mut self,
        client: u32,
        call: u32,
        number: u32,
        outcome: Outcome,
        now: Time,
        actions: &mut Vec<Action>,
    );
    /// A wake-up that was asked for; it may be out of date.
    fn wake(&mut self, a: u32, b: u32, now: Time, actions: &mut Vec<Action>);
    /// Whoever waits for a call gives up: it is to be settled.
    fn abort(&mut self, client: u32, call: u32, now: Time, actions: &mut Vec<Action>);
    /// What people saw, taken out.
    fn seen(&mut self) -> Seen {
        Seen::default()
    }
    /// All browsers say that they are offline, or online again.
    fn connectivity(&mut self, _online: bool, _now: Time, _actions: &mut Vec<Action>) {}
}
