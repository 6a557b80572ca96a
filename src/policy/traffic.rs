//! What one endpoint was asked, and how it failed: whole numbers that only grow.

use crate::fault::Kind;

/// Kinds of failure.
const KINDS: usize = 24;
const _: () = assert!(Kind::ALL.len() == KINDS);

/// What one endpoint was asked, and how it failed.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// Calls that began with it.
    pub calls: u32,
    /// Requests sent to it.
    pub attempts: u32,
    failures: [u32; KINDS],
}

impl Traffic {
    /// An attempt failed so, or a call was refused here before it had one.
    pub fn failed(&mut self, kind: Kind) {
        if let Some(count) = self.failures.get_mut(kind as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// How often, for each kind that was met.
    pub fn failures(&self) -> impl Iterator<Item = (Kind, u32)> {
        Kind::ALL
            .iter()
            .zip(self.failures)
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| (*kind, count))
    }
}
