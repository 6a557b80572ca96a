//! The retry budget of one endpoint: a token bucket (Google SRE Book, "Handling Overload"; gRPC proposal A6).
//!
//! It starts full. A retry or hedge takes one token, a retry after a timeout two, since it has cost the server more; a
//! success gives `refill` back, never beyond `capacity`. Without tokens there are no retries, so a server that fails for all
//! sees little more than one attempt for each request.
//!
//! Worked: capacity 10, refill 0.1. Ten retries in a row empty it; then ten successes pay for one more retry: at most 10 %
//! extra load in the long run.

use super::settings::{Id, Settings};

/// The budget of one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    /// What is missing to a full bucket; so a new one is full, whatever its capacity.
    spent: f64,
    /// The largest capacity that any rule has here: no more can be missing, whatever other tabs say.
    most: f64,
}

impl Budget {
    /// Tokens left.
    pub fn tokens(&self, policy: &Settings) -> f64 {
        above(policy.number(Id::BudgetCapacity) - self.spent, 0.0)
    }

    /// Takes tokens, where there are enough. Without a budget everything is allowed.
    pub fn take(&mut self, tokens: f64, policy: &Settings) -> bool {
        if !policy.on(Id::Budget) {
            return true;
        }
        self.bound(policy);
        let enough = self.tokens(policy) >= tokens;
        if enough {
            self.spent += tokens;
        }
        enough
    }

    /// A success gives back.
    pub fn refill(&mut self, policy: &Settings) {
        self.bound(policy);
        self.spent = above(self.spent - policy.number(Id::BudgetRefill), 0.0);
    }

    fn bound(&mut self, policy: &Settings) {
        self.most = above(self.most, policy.number(Id::BudgetCapacity));
        if self.spent > self.most {
            self.spent = self.most;
        }
    }

    /// Tokens spent, for other tabs.
    pub fn spent(&self) -> f64 {
        self.spent
    }

    /// What another tab says that is spent: the higher figure holds.
    pub fn adopt(&mut self, spent: f64) {
        self.spent = above(self.spent, spent);
    }
}

/// The greater one. Neither is NaN: `f64::max`, which minds that, is a function of its own in a Wasm file.
pub(super) fn above(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_example_of_the_docs() {
        let policy = Settings::built_in();
        let mut budget = Budget::default();
        assert_eq!((0..20).filter(|_| budget.take(1.0, &policy)).count(), 10);
        (0..9).for_each(|_| budget.refill(&policy));
        assert!(!budget.take(1.0, &policy));
        (0..2).for_each(|_| budget.refill(&policy));
        assert!(budget.take(1.0, &policy) && !budget.take(1.0, &policy));
        (0..1000).for_each(|_| budget.refill(&policy));
        assert_eq!(budget.tokens(&policy), 10.0);
    }

    #[test]
    fn off_allows_everything() {
        let mut policy = Settings::built_in();
        policy.set(Id::Budget, super::super::settings::OFF);
        let mut budget = Budget::default();
        assert!((0..1000).all(|_| budget.take(2.0, &policy)));
    }
}
