//! What people met, counted in fixed memory: whole numbers that only grow. What endpoints met is beside the policies that they
//! share, in `policy::traffic` and `policy::latency`.

use crate::call::Source;
use crate::fault::{Fault, Impact};
use crate::telemetry::timeline::{Timeline, What};
use crate::time::Millis;

/// A wait of this length interrupts what people think of (Nielsen, Usability Engineering, 1993), ms.
const NOTICED: Millis = 1_000;

/// What calls came to for the people who waited for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// They got an answer that one attempt on its own would not have brought: after a retry or hedge, out of a store, by a
    /// fallback, or a place in the outbox.
    pub helped: u32,
    /// They got it, and waited for a second or more of which not all was the network's.
    pub waited: u32,
    /// What they asked for failed.
    pub failed: u32,
}

impl People {
    /// A call has ended.
    pub fn count(&mut self, source: Source, attempts: u32, fault: Option<&Fault>, timeline: &Timeline) {
        match fault {
            // Nobody waits for it any more.
            Some(Fault { impact: Impact::None, .. }) => return,
            Some(Fault { impact: Impact::Blocked | Impact::DataAtRisk, .. }) => {
                self.failed = self.failed.saturating_add(1);
                return;
            }
            _ => {}
        }
        let stood_in = match source {
            Source::StaleCache | Source::Fallback | Source::Outbox => true,
            Source::Cache => fault.is_some(),
            Source::Network | Source::None => attempts > 1,
        };
        self.helped = self.helped.saturating_add(stood_in.into());
        let steps = timeline.entries();
        let long = steps.last().is_some_and(|last| last.at >= NOTICED);
        let held = long && steps.iter().any(|step| step.what == What::Wait);
        self.waited = self.waited.saturating_add(held.into());
    }
}
