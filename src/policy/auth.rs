//! Refreshing who is signed in: one refresh for all who need it, one repeat for each, no loops.
//!
//! Every attempt remembers the generation of the credentials that it was sent with. A 401 of the current generation asks for a
//! refresh; one of an older generation has its answer already and is repeated at once.

/// The credentials of one client.
#[derive(Clone, Copy, Debug, Default)]
pub struct Auth {
    generation: u32,
    refreshing: bool,
}

/// What a 401 leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Repeat at once: the credentials are newer than the attempt.
    Repeat,
    /// Wait for the refresh that is under way.
    Wait,
    /// Wait, and begin a refresh.
    Begin,
}

impl Auth {
    /// The generation of the credentials now.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// An attempt of this generation was refused.
    pub fn refused(&mut self, generation: u32) -> Step {
        if generation != self.generation {
            Step::Repeat
        } else if core::mem::replace(&mut self.refreshing, true) {
            Step::Wait
        } else {
            Step::Begin
        }
    }

    /// The refresh has ended; `renewed`: there are new credentials.
    pub fn ended(&mut self, renewed: bool) {
        self.refreshing = false;
        if renewed {
            self.generation = self.generation.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refresh_for_all_of_a_generation() {
        let mut auth = Auth::default();
        assert_eq!(
            [auth.refused(0), auth.refused(0), auth.refused(0)],
            [Step::Begin, Step::Wait, Step::Wait]
        );
        auth.ended(true);
        assert_eq!((auth.refused(0), auth.refused(1)), (Step::Repeat, Step::Begin));
        auth.ended(false);
        assert_eq!(
            (auth.generation(), auth.refused(1)),
            (1, Step::Begin),
            "a failed refresh may be tried again"
        );
    }
}
