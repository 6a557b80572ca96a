//! Whether anybody still needs the server.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests under way and the end of the last one.
pub(super) struct Activity(Mutex<(u64, Instant)>);

impl Default for Activity {
    fn default() -> Self {
        Self(Mutex::new((0, Instant::now())))
    }
}

/// A request under way.
pub(super) struct Busy<'a>(&'a Activity);

impl Activity {
    /// Counts a request until the guard is dropped.
    pub(super) fn begin(&self) -> Busy<'_> {
        self.change(|under_way| *under_way += 1);
        Busy(self)
    }

    /// How long nothing has been under way.
    pub(super) fn idle_for(&self) -> Duration {
        let (under_way, last) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way == 0 { last.elapsed() } else { Duration::ZERO }
    }

    fn change(&self, change: impl FnOnce(&mut u64)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state.0);
        state.1 = Instant::now();
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.change(|under_way| *under_way = under_way.saturating_sub(1));
    }
}
