//! Models of what people use today, each from its published schedule, and the loop that they all share.
//!
//! A peer only says what is its own: when an attempt is let through, how long it may take, and whether and when a failed
//! one is tried again.

mod aws;
mod axios;
mod cockatiel;
mod finagle;
mod grpc;
mod ky;
mod none;
mod polly;
mod sre;
mod tanstack;
#[cfg(test)]
mod testing;

use steadfetch::time::Millis;

use crate::chance::Chance;
use crate::policy::{Action, Outcome, Policy};
use crate::queue::Time;
use crate::scenario::Cell;

const MILLI: Time = 1000;

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Status(u16),
    Network,
    /// The peer's own attempt timeout.
    Timeout,
    /// The peer itself refused to send it.
    Refused,
}

/// Whether an attempt goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Go,
    Refuse,
    /// Ask again after so long.
    Ask(Millis),
}

/// A call whose attempt failed.
pub struct Failed<'a> {
    /// Which attempt, from 1: refused ones count.
    pub attempt: u32,
    pub now: Millis,
    pub chance: &'a mut Chance,
    /// One number that the call keeps; 0 at its beginning.
    pub memo: &'a mut f64,
}

/// One policy's rules. `Client` is what a client keeps between its calls.
pub trait Peer {
    type Client: Clone;

    /// A client that has just begun.
    fn client(&self) -> Self::Client;

    /// How long an attempt may take.
    fn attempt_timeout(&self) -> Option<Millis> {
        None
    }

    /// Whether calls and retries wait for the browser to be online again.
    fn pauses_offline(&self) -> bool {
        false
    }

    /// A call begins.
    fn begins(&self, _client: &mut Self::Client, _now: Millis) {}

    /// An attempt is about to be sent.
    fn admit(&self, _client: &mut Self::Client, _now: Millis, _chance: &mut Chance) -> Admission {
        Admission::Go
    }

    /// An attempt succeeded; `memo` is what the call keeps.
    fn succeeded(&self, _client: &mut Self::Client, _memo: f64, _now: Millis) {}

    /// An attempt failed: the wait before the next one, or `None` when it was the last.
    fn failed(&self, client: &mut Self::Client, failure: Failure, call: Failed<'_>) -> Option<Millis>;

    /// The caller gave the attempt in flight up.
    fn aborted(&self, _client: &mut Self::Client, _now: Millis) {}
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Over,
    /// Waits to be admitted.
    Waiting,
    Flying,
    /// Waits to be online.
    Paused,
}

#[derive(Clone, Copy, Debug, Default)]
struct Call {
    client: u32,
    state: State,
    attempt: u32,
    memo: f64,
    /// Changes with the state: a wake-up for an earlier one is out of date.
    stamp: u32,
}

/// A peer's clients and calls.
pub struct Loop<P: Peer> {
    peer: P,
    clients: Vec<P::Client>,
    calls: Vec<Call>,
    paused: Vec<(u32, u32)>,
    online: bool,
    chance: Chance,
}

impl<P: Peer> Loop<P> {
    /// A fleet that uses a peer.
    pub fn new(peer: P, cell: &Cell) -> Self {
        let clients = vec![peer.client(); cell.clients as usize];
        Loop {
            peer,
            clients,
            calls: Vec::new(),
            paused: Vec::new(),
            online: true,
            chance: Chance::new(cell.seed, 4),
        }
    }

    fn step(&mut self, call: u32, state: State) -> u32 {
        let own = &mut self.calls[call as usize];
        own.state = state;
        own.stamp = own.stamp.wrapping_add(1);
        own.stamp
    }

    fn settle(&mut self, call: u32, good: bool, actions: &mut Vec<Action>) {
        self.step(call, State::Over);
        actions.push(Action::Settle { call, good });
    }

    fn attempt(&mut self, call: u32, now: Time, actions: &mut Vec<Action>) {
        if !self.online && self.peer.pauses_offline() {
            let stamp = self.step(call, State::Paused);
            self.paused.push((call, stamp));
            return;
        }
        let Call { client, attempt, .. } = self.calls[call as usize];
        let millis = Millis::from(now / MILLI);
        match self.peer.admit(&mut self.clients[client as usize], millis, &mut self.chance) {
            Admission::Go => {
                let stamp = self.step(call, State::Flying);
                self.calls[call as usize].attempt = attempt + 1;
                actions.push(Action::Send { call, number: attempt + 1, endpoint: 0 });
                if let Some(limit) = self.peer.attempt_timeout() {
                    actions.push(Action::Wake { at: now + limit as Time * MILLI, a: call, b: stamp });
                }
            }
            Admission::Ask(wait) => self.wait(call, wait, now, actions),
            Admission::Refuse => {
                self.calls[call as usize].attempt = attempt + 1;
                self.fail(call, Failure::Refused, now, actions);
            }
        }
    }

    fn wait(&mut self, call: u32, wait: Millis, now: Time, actions: &mut Vec<Action>) {
        let stamp = self.step(call, State::Waiting);
        actions.push(Action::Wake { at: now + wait as Time * MILLI, a: call, b: stamp });
    }

    fn fail(&mut self, call: u32, failure: Failure, now: Time, actions: &mut Vec<Action>) {
        let own = &mut self.calls[call as usize];
        let client = &mut self.clients[own.client as usize];
        let now_ms = Millis::from(now / MILLI);
        let failed =
            Failed { attempt: own.attempt, now: now_ms, chance: &mut self.chance, memo: &mut own.memo };
        match self.peer.failed(client, failure, failed) {
            Some(wait) => self.wait(call, wait, now, actions),
            None => self.settle(call, false, actions),
        }
    }
}

impl<P: Peer> Policy for Loop<P> {
    fn begin(&mut self, client: u32, call: u32, now: Time, actions: &mut Vec<Action>) {
        if self.calls.len() <= call as usize {
            self.calls.resize(call as usize + 1, Call::default());
        }
        let own = &mut self.calls[call as usize];
        (own.client, own.attempt, own.memo) = (client, 0, 0.0);
        self.peer.begins(&mut self.clients[client as usize], Millis::from(now / MILLI));
        self.attempt(call, now, actions);
    }

    fn outcome(
        &mut self,
        client: u32,
        call: u32,
        _: u32,
        outcome: Outcome,
        now: Time,
        actions: &mut Vec<Action>,
    ) {
        let failure = match outcome {
            _ if outcome.is_good() => {
                let memo = self.calls[call as usize].memo;
                self.peer.succeeded(&mut self.clients[client as usize], memo, Millis::from(now / MILLI));
                return self.settle(call, true, actions);
            }
            Outcome::Status { status, .. } => Failure::Status(status),
            Outcome::Offline | Outcome::Broken => Failure::Network,
        };
        self.fail(call, failure, now, actions);
    }

    fn wake(&mut self, call: u32, stamp: u32, now: Time, actions: &mut Vec<Action>) {
        let own = self.calls[call as usize];
        match own.state {
            _ if own.stamp != stamp => {}
            State::Waiting => self.attempt(call, now, actions),
            State::Flying => {
                actions.push(Action::Cancel { call, number: own.attempt });
                self.fail(call, Failure::Timeout, now, actions);
            }
            State::Over | State::Paused => {}
        }
    }

    fn abort(&mut self, client: u32, call: u32, now: Time, actions: &mut Vec<Action>) {
        if self.calls[call as usize].state == State::Flying {
            self.peer.aborted(&mut self.clients[client as usize], Millis::from(now / MILLI));
        }
        self.settle(call, false, actions);
    }

    fn connectivity(&mut self, online: bool, now: Time, actions: &mut Vec<Action>) {
        self.online = online;
        if online {
            for (call, stamp) in std::mem::take(&mut self.paused) {
                if self.calls[call as usize].stamp == stamp {
                    self.attempt(call, now, actions);
                }
            }
        }
    }
}

/// A peer's name, what it is in one line, and how a fleet of it is made.
pub type Entry = (&'static str, &'static str, fn(&Cell) -> Box<dyn Policy>);

/// Every peer, in the table's order.
pub const PEERS: [Entry; 12] = [
    ("none", "one attempt, 10 s", |cell| Box::new(Loop::new(none::None, cell))),
    ("ky", "ky 2.1: 2 retries after 300 and 600 ms, 10 s an attempt, timeouts not retried", |cell| {
        Box::new(Loop::new(ky::Ky, cell))
    }),
    ("axios-retry", "axios-retry 4.5, default: 3 retries at once", |cell| {
        Box::new(Loop::new(axios::AxiosRetry { exponential: false }, cell))
    }),
    ("axios-retry-exp", "axios-retry 4.5, exponential: 3 retries after 200, 400, 800 ms + 0–20 %", |cell| {
        Box::new(Loop::new(axios::AxiosRetry { exponential: true }, cell))
    }),
    (
        "cockatiel",
        "cockatiel 4: 3 retries, decorrelated jitter from 128 ms, breaker after 5 in a row for 10 s",
        |cell| Box::new(Loop::new(cockatiel::Cockatiel, cell)),
    ),
    ("tanstack", "TanStack Query 5: 3 retries after 1, 2, 4 s; paused while offline", |cell| {
        Box::new(Loop::new(tanstack::TanStack { abort: None }, cell))
    }),
    ("tanstack-abort", "the same, with a 10 s abort", |cell| {
        Box::new(Loop::new(tanstack::TanStack { abort: Some(10_000) }, cell))
    }),
    ("aws-standard", "AWS SDKs, standard (2026): 3 attempts, full jitter from 50 ms, quota 500", |cell| {
        Box::new(Loop::new(aws::Standard, cell))
    }),
    ("grpc-a6", "gRPC A6, its example: 4 attempts, 0.1–1 s ± 20 %, throttled by 10 tokens", |cell| {
        Box::new(Loop::new(grpc::A6, cell))
    }),
    (
        "polly-standard",
        "Polly's standard handler: 3 retries, decorrelated from 2 s, breaker 10 % of ≥ 100",
        |cell| Box::new(Loop::new(polly::Standard, cell)),
    ),
    ("finagle", "Finagle: a budget of 20 % + 10/s over 10 s, 3 retries at once", |cell| {
        Box::new(Loop::new(finagle::Finagle, cell))
    }),
    (
        "google-sre",
        "Google SRE: adaptive throttling K = 2 over 2 minutes, 3 attempts, 10 % retries",
        |cell| Box::new(Loop::new(sre::Sre, cell)),
    ),
];

/// Statuses that nearly every retry policy calls transient.
fn is_server_error(status: u16) -> bool {
    (500..600).contains(&status)
}

/// The delays of "decorrelated jitter" as Polly and cockatiel draw them: of the n-th retry (from 1), ms.
fn decorrelated(initial: f64, retry: u32, previous: &mut f64, random: &mut Chance) -> f64 {
    /// Shapes the curve so that the median first delay is near `initial`.
    const SCALE: f64 = 1.0 / 1.4;
    let t = f64::from(retry - 1) + random.unit();
    let next = t.exp2() * (4.0 * t).sqrt().tanh();
    let delay = (next - *previous).max(0.0) * SCALE * initial;
    *previous = next;
    delay
}
