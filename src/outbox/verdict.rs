//! What the end of an attempt makes of a write that waited.
//!
//! | end | verdict |
//! |---|---|
//! | 2xx | sent, and removed |
//! | a redirect that leads to a sign-in page | waits for somebody to sign in |
//! | 2xx of another type than the call expects: a captive portal | waits |
//! | 401 | waits for somebody to sign in |
//! | 409 while an attempt with the same key may still be under way | waits |
//! | 409, 412 | the app is asked; without an answer a dead letter |
//! | 408, 425, 429, 5xx, no answer | waits, as long as the server says, else with growing pauses |
//! | refused here (breaker, bulkhead, deadline) | waits |
//! | everything else | a dead letter |
//!
//! Attempts that an answer or a time limit ended count towards the most that a write gets; where nothing answered, they do
//! not, or a long outage would bury everything. Retention bounds those.

use crate::policy::backoff::Schedule;
use crate::random::Random;
use crate::time::Millis;

/// No wait is longer, ms: what a server asks beyond that is a mistake in its units, or hostile.
pub const MOST_WAIT: Millis = 86_400_000;

/// Between attempts, each of which is a call with retries of its own. Ten minutes: a server that was down for an hour is
/// reached again soon, and a million pages that wait for it ask it 1 700 times a second.
const PAUSES: Schedule = Schedule { floor: 1_000, base: 5_000, cap: 600_000 };

/// How an attempt ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// The answer's status; 0: there was none.
    pub status: u16,
    /// A time limit ended it.
    pub timed_out: bool,
    /// It was not sent at all: refused here.
    pub refused: bool,
    /// It can never be sent.
    pub broken: bool,
    /// It led somewhere else, most likely to a sign-in page.
    pub elsewhere: bool,
    /// The answer is not of the type that the call expects.
    pub unexpected: bool,
    /// What became of the attempt before is not known, or the answer says that it is still under way.
    pub pending: bool,
    /// Attempts, this one included.
    pub attempts: u32,
    /// Those that count, this one not included.
    pub counted: u32,
    /// The most that may count.
    pub most: u32,
    /// The server wants to be left alone for so long; 0: it does not say.
    pub server_wait: Millis,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Sent,
    /// It will not be sent unless somebody says so.
    Dead,
    /// The app is asked about the conflict.
    Ask,
    /// It goes again after so long. `counts`: the attempt does.
    Wait {
        /// Towards the most.
        counts: bool,
        /// Milliseconds.
        wait: Millis,
    },
    /// It goes again once somebody has signed in, or after so long.
    SignIn(Millis),
}

impl Ended {
    /// What becomes of the write. `random` is for the jitter alone.
    pub fn verdict(&self, random: &mut Random) -> Verdict {
        if self.elsewhere {
            return if self.is_last() { Verdict::Dead } else { Verdict::SignIn(self.pause(random)) };
        }
        match self.status {
            200..=299 if self.unexpected => self.wait(true, random),
            200..=299 => Verdict::Sent,
            401 => Verdict::SignIn(self.pause(random)),
            409 if self.pending => self.wait(true, random),
            409 | 412 => Verdict::Ask,
            408 | 425 | 429 | 500..=599 => self.wait(true, random),
            0 if !self.broken => self.wait(self.timed_out && !self.refused, random),
            _ => Verdict::Dead,
        }
    }

    fn wait(&self, counts: bool, random: &mut Random) -> Verdict {
        if counts && self.is_last() {
            return Verdict::Dead;
        }
        Verdict::Wait { counts, wait: self.pause(random) }
    }

    /// Of those that count.
    fn is_last(&self) -> bool {
        self.counted.saturating_add(1) >= self.most
    }

    fn pause(&self, random: &mut Random) -> Millis {
        PAUSES.draw(self.attempts.max(1), random).max(self.server_wait).min(MOST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> Ended {
        Ended { status, attempts: 1, most: 20, ..Ended::default() }
    }

    fn counts(ended: Ended) -> Option<bool> {
        match ended.verdict(&mut Random::new(1)) {
            Verdict::Wait { counts, .. } => Some(counts),
            _ => None,
        }
    }

    #[test]
    fn j2_j3_every_status_has_its_verdict() {
        let verdict = |status| answered(status).verdict(&mut Random::new(1));
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(verdict(status), Verdict::Sent, "{status}");
        }
        for status in [409, 412] {
            assert_eq!(verdict(status), Verdict::Ask, "{status}");
        }
        for status in [408, 425, 429, 500, 501, 502, 503, 504, 520, 529, 599] {
            assert_eq!(counts(answered(status)), Some(true), "{status}");
        }
        for status in [100, 304, 307, 400, 402, 403, 404, 405, 410, 413, 422, 428, 431, 451, 600] {
            assert_eq!(verdict(status), Verdict::Dead, "{status}");
        }
        assert!(matches!(verdict(401), Verdict::SignIn(_)));
    }

    #[test]
    fn j2_a_sign_in_page_and_a_captive_portal_confirm_nothing() {
        let elsewhere = |status| Ended { elsewhere: true, ..answered(status) };
        for status in [0, 200] {
            let verdict = elsewhere(status).verdict(&mut Random::new(1));
            assert!(matches!(verdict, Verdict::SignIn(_)), "{status} {verdict:?}");
        }
        assert_eq!(counts(Ended { unexpected: true, ..answered(200) }), Some(true));
        // The server may have had its effect each time.
        let last = Ended { counted: 19, ..elsewhere(200) };
        assert_eq!(last.verdict(&mut Random::new(1)), Verdict::Dead);
        assert_eq!(Ended { unexpected: true, ..answered(404) }.verdict(&mut Random::new(1)), Verdict::Dead);
    }

    #[test]
    fn without_an_answer_it_waits_and_only_a_time_limit_counts() {
        let none = answered(0);
        assert_eq!(counts(none), Some(false));
        assert_eq!(counts(Ended { timed_out: true, ..none }), Some(true));
        assert_eq!(counts(Ended { refused: true, ..none }), Some(false));
        assert_eq!(Ended { broken: true, ..none }.verdict(&mut Random::new(1)), Verdict::Dead);
    }

    #[test]
    fn j3_a_409_is_waited_for_while_the_same_key_may_be_in_progress() {
        assert_eq!(counts(Ended { pending: true, ..answered(409) }), Some(true));
        assert_eq!(Ended { pending: true, ..answered(412) }.verdict(&mut Random::new(1)), Verdict::Ask);
    }

    #[test]
    fn j7_the_last_attempt_that_counts_makes_a_dead_letter() {
        let at = |counted| Ended { counted, most: 3, ..answered(500) };
        assert_eq!([0, 1, 2, 3, u32::MAX].map(|n| counts(at(n))), [Some(true), Some(true), None, None, None]);
        assert_eq!(at(2).verdict(&mut Random::new(1)), Verdict::Dead);
        // An outage without answers buries nothing.
        assert_eq!(counts(Ended { counted: 2, attempts: 500, most: 3, ..answered(0) }), Some(false));
    }

    #[test]
    fn pauses_grow_obey_the_server_and_end() {
        let mut random = Random::new(3);
        let mut longest = |ended: Ended| {
            (0..2000).map(|_| ended.pause(&mut random)).fold((u64::MAX, 0), |(a, b), n| (n.min(a), n.max(b)))
        };
        let (least, most) = longest(answered(503));
        assert!((1000..1100).contains(&least) && (4900..=5000).contains(&most), "{least} {most}");
        let (_, most) = longest(Ended { attempts: 3, ..answered(503) });
        assert!((19_000..=20_000).contains(&most), "{most}");
        let (_, most) = longest(Ended { attempts: u32::MAX, ..answered(503) });
        assert!((580_000..=600_000).contains(&most), "{most}");
        assert_eq!(longest(Ended { server_wait: 7_200_000, ..answered(503) }), (7_200_000, 7_200_000));
        assert_eq!(longest(Ended { server_wait: u64::MAX, ..answered(429) }), (MOST_WAIT, MOST_WAIT));
    }
}
