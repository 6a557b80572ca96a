//! What holds for waiting writes whatever servers, clocks, people and crashes do: each ends, or waits with a time to go again,
//! and no lane is sent out of order.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use steadfetch::outbox::{Ended, Entry, MOST_WAIT, State, Turn, Verdict, next};
use steadfetch::random::Random;

const START: u64 = 1_790_000_000_000;
const YEAR: u64 = 31_536_000_000;
const RETENTION: u64 = 604_800_000;
const MOST: u32 = 6;

/// What happens next in the world around a lane.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The attempt under way ends so: a status, or none.
    End {
        status: u16,
        server_wait: u64,
        timed_out: bool,
        refused: bool,
        pending: bool,
    },
    /// The page dies in mid-send; another one takes over.
    Crash,
    /// So much time passes.
    Pass(u64),
    /// The clock is put back, or forward.
    Clock(i64),
    /// Somebody signs in, as user 0 or 1.
    User(u8),
    /// A write is made by whoever is signed in.
    Write,
    /// The person tries a dead letter again, or lets it go.
    Again(usize),
    Discard(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let statuses = vec![0, 0, 200, 201, 204, 302, 400, 401, 404, 408, 409, 412, 422, 429, 500, 503];
    let end =
        (prop::sample::select(statuses), 0..200_000_000u64, any::<bool>(), any::<bool>(), any::<bool>());
    prop_oneof![
        8 => end.prop_map(|(status, wait, timed_out, refused, pending)| Event::End {
            status, server_wait: if wait % 3 == 0 { wait } else { 0 }, timed_out, refused, pending,
        }),
        2 => Just(Event::Crash),
        6 => (0..700_000u64).prop_map(Event::Pass),
        1 => (0..2 * RETENTION).prop_map(Event::Pass),
        1 => prop::sample::select(vec![-(YEAR as i64), YEAR as i64, -60_000, 60_000]).prop_map(Event::Clock),
        1 => (0..2u8).prop_map(Event::User),
        4 => Just(Event::Write),
        1 => (0..20usize).prop_map(Event::Again),
        1 => (0..20usize).prop_map(Event::Discard),
    ]
}

struct Write {
    number: u32,
    user: u8,
    entry: Entry,
    attempts: u32,
    counted: u32,
    /// Somebody asked for it again, or it was held for somebody: from then on others may have gone before it.
    excused: bool,
}

/// One lane, as the shell keeps it.
struct Lane {
    now: u64,
    user: u8,
    made: u32,
    writes: Vec<Write>,
    random: Random,
    /// The last write of each user that was sent.
    last: [u32; 2],
}

impl Lane {
    fn entries(&self) -> Vec<Entry> {
        self.writes.iter().map(|write| Entry { ours: write.user == self.user, ..write.entry }).collect()
    }

    /// Sends what may go; returns what the lane waits for then.
    fn turn(&mut self) -> Option<Turn> {
        for _ in 0..1000 {
            let (at, turn) = next(&self.entries(), self.now)?;
            match turn {
                Turn::Expired => self.writes[at].entry.state = State::Dead,
                Turn::Go => {
                    let (before, rest) = self.writes.split_at_mut(at);
                    let write = &mut rest[0];
                    for other in before {
                        let over = other.entry.state == State::Dead || other.user != self.user;
                        assert!(over, "{} goes before {}", write.number, other.number);
                    }
                    if !write.excused {
                        assert!(write.number >= self.last[usize::from(write.user)], "out of order");
                    }
                    write.entry.state = State::Sending;
                    write.attempts += 1;
                }
                turn => return Some(turn),
            }
        }
        panic!("it never comes to rest");
    }

    fn sending(&mut self) -> Option<usize> {
        self.writes.iter().position(|write| write.entry.state == State::Sending)
    }

    fn wait(&mut self, at: usize, wait: u64) {
        let now = self.now;
        let entry = &mut self.writes[at].entry;
        entry.state = State::Waiting;
        (entry.since, entry.due) = (now, now + wait);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::End { status, server_wait, timed_out, refused, pending } => {
                let Some(at) = self.sending() else { return };
                let Write { attempts, counted, .. } = self.writes[at];
                let most = MOST;
                let broken = false;
                let ended = Ended {
                    status,
                    timed_out,
                    refused,
                    broken,
                    elsewhere: false,
                    unexpected: false,
                    pending,
                    attempts,
                    counted,
                    most,
                    server_wait,
                };
                match ended.verdict(&mut self.random) {
                    Verdict::Sent => {
                        assert!((200..300).contains(&status), "only a 2xx is sent");
                        let write = self.writes.remove(at);
                        if !write.excused {
                            self.last[usize::from(write.user)] = write.number;
                        }
                    }
                    Verdict::Dead | Verdict::Ask => self.writes[at].entry.state = State::Dead,
                    Verdict::SignIn(wait) => self.wait(at, wait),
                    Verdict::Wait { counts, wait } => {
                        assert!(wait <= MOST_WAIT && wait >= server_wait.min(MOST_WAIT));
                        self.writes[at].counted += u32::from(counts);
                        self.wait(at, wait);
                    }
                }
            }
            Event::Crash => {
                if let Some(at) = self.sending() {
                    self.writes[at].counted += 1;
                    self.wait(at, 0);
                }
            }
            Event::Pass(time) => self.now += time,
            Event::Clock(by) => self.now = self.now.saturating_add_signed(by),
            Event::User(user) => self.user = user,
            Event::Write => {
                self.made += 1;
                let now = self.now;
                let entry = Entry {
                    state: State::Waiting,
                    ours: true,
                    queued: now,
                    since: now,
                    due: now,
                    retention: RETENTION,
                };
                let (number, user) = (self.made, self.user);
                self.writes.push(Write { number, user, entry, attempts: 0, counted: 0, excused: false });
            }
            Event::Again(at) => {
                let now = self.now;
                if let Some(write) = self.writes.get_mut(at).filter(|it| it.entry.state == State::Dead) {
                    write.entry =
                        Entry { state: State::Waiting, queued: now, since: now, due: now, ..write.entry };
                    write.counted = 0;
                    write.excused = true;
                }
            }
            Event::Discard(at) => {
                if self.writes.get(at).is_some_and(|write| write.entry.state == State::Dead) {
                    self.writes.remove(at);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn every_write_ends_or_waits_with_a_time_and_no_lane_is_sent_out_of_order(
        seed: u64,
        events in prop::collection::vec(event(), 1..120),
    ) {
        let mut lane = Lane {
            now: START, user: 0, made: 0, writes: Vec::new(), random: Random::new(seed), last: [0, 0],
        };
        for event in events {
            lane.handle(event);
            let rest = lane.turn();
            // Whatever lives and may go is under way, or has a time that is not far.
            match rest {
                None => prop_assert!(
                    lane.writes.iter().all(|it| it.entry.state == State::Dead || it.user != lane.user)
                ),
                Some(Turn::Busy) => {}
                Some(Turn::Wait(wait)) => prop_assert!((1..=MOST_WAIT).contains(&wait)),
                Some(turn) => prop_assert!(false, "{turn:?} is no rest"),
            }
        }
        // The server is well and everybody comes by: only dead letters are left.
        for user in [0, 1] {
            lane.user = user;
            for _ in 0..1000 {
                match lane.turn() {
                    Some(Turn::Wait(wait)) => lane.now += wait,
                    Some(_) => lane.handle(Event::End {
                        status: 200, server_wait: 0, timed_out: false, refused: false, pending: false,
                    }),
                    None => break,
                }
            }
        }
        prop_assert!(lane.writes.iter().all(|it| it.entry.state == State::Dead));
    }
}
