//! What a call borrows from the engine.

use super::super::attempt::Attempt;
use crate::fault::Kind;
use crate::policy::auth::Auth;
use crate::policy::bulkhead::Bulkhead;
use crate::policy::endpoint::{Ended, Endpoint};
use crate::policy::options::Target;
use crate::policy::settings::Settings;
use crate::random::Random;
use crate::time::Instant;

/// What a call borrows from the engine while it handles an input.
pub struct Context<'a> {
    /// Its slot.
    pub slot: u32,
    /// The policy of its lane.
    pub policy: &'a Settings,
    /// The number of its rule, counted from 1; 0: none.
    pub rule: u32,
    /// The endpoints that it may go to, by their numbers among all.
    pub route: &'a [u32],
    /// What the rule says of each of them; empty where the only one is the request's own origin.
    pub targets: &'a [Target],
    /// Whether they are chosen by weight.
    pub weighted: bool,
    /// All endpoints.
    pub endpoints: &'a mut [Endpoint],
    /// The bulkhead of its rule.
    pub bulkhead: &'a mut Bulkhead,
    /// Who is signed in, and the statuses that ask for a refresh.
    pub auth: &'a mut Auth,
    /// Statuses that ask for a refresh.
    pub auth_statuses: &'a [u16],
    /// Hedges are off: the person saves data.
    pub save_data: bool,
    /// The source of jitter.
    pub random: &'a mut Random,
}

impl Context<'_> {
    pub(super) fn endpoint(&mut self, at: u32) -> Option<&mut Endpoint> {
        self.endpoints.get_mut(at as usize)
    }

    /// An attempt failed at an endpoint, or a call was refused there.
    pub(super) fn count(&mut self, endpoint: u32, kind: Kind) {
        if let Some(endpoint) = self.endpoint(endpoint) {
            endpoint.traffic.failed(kind);
        }
    }

    pub(super) fn ended(&mut self, attempt: &Attempt, ended: Ended, now: Instant) {
        let took = now.saturating_sub(attempt.began);
        if let Some(endpoint) = self.endpoints.get_mut(attempt.endpoint as usize) {
            let attempt = (self.rule, attempt.sent, took);
            endpoint.ended(ended, attempt, self.policy, now, self.random);
        }
    }
}
