//! The policy that ships: one `steadfetch` engine per client, driven as the browser's shell drives it.

use steadfetch::call::{Answer, Failure, Found, Output, Request};
use steadfetch::engine::Engine;
use steadfetch::policy::options::Options;
use steadfetch::policy::settings::Id;

use crate::drill::Seen;
use crate::policy::{Action, Outcome, Policy};
use crate::queue::Time;
use crate::scenario::{Cell, Trigger};

const MILLI: Time = 1000;
const NEVER: Time = Time::MAX;
const ORIGIN: &str = "https://app.example";

/// Options of the cells with hedging.
pub const HEDGED: &str = r#"{ "defaults": { "hedge": { "delay": "p95" } } }"#;
/// Options of the cells with an alternate endpoint.
pub const FAILOVER: &str = r#"{ "rules": [
    { "match": "/*", "endpoints": { "urls": [{ "url": "https://app.example" }, { "url": "https://alternate.example" }] } }
] }"#;

/// Options of the cells where half of the reads have a stored copy.
pub const CACHED: &str = r#"{ "defaults": { "cache": { "strategy": "network-first" } } }"#;
/// The same with an alternate endpoint.
pub const FAILOVER_CACHED: &str = r#"{ "rules": [
    { "match": "/*", "endpoints": { "urls": [{ "url": "https://app.example" }, { "url": "https://alternate.example" }] } }
], "defaults": { "cache": { "strategy": "network-first" } } }"#;
/// How old that copy is, ms.
const AGE: u64 = 600_000;

struct Client {
    engine: Engine,
    lane: u32,
    /// The world's call for each slot of the engine.
    calls: Vec<u32>,
    /// The wake-up under way; others are out of date.
    wake: Time,
    serial: u32,
}

/// A fleet of engines.
pub struct Ours {
    clients: Vec<Client>,
    /// The engine's slot of each call, and how its last answer was.
    calls: Vec<(u32, bool)>,
    /// Answers are stored.
    caches: bool,
    /// What people see, where that is looked at.
    seen: Option<Seen>,
}

impl Ours {
    /// One engine per client, all with the same options and seeds of their own.
    pub fn new(options: &Options, cell: &Cell) -> Self {
        let watched = match cell.trigger {
            Trigger::Drill(plan) => Some(plan),
            _ => None,
        };
        let url = format!("{ORIGIN}{}", watched.map_or("/orders", |plan| &plan.path));
        let client = |number: u32| {
            let seed = cell
                .seed
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .wrapping_add(u64::from(number).wrapping_mul(0x2545_f491_4f6c_dd1d));
            let mut engine = Engine::new(options.clone(), seed, ORIGIN);
            // Every URL of this model is http: the lane exists.
            let lane = engine.lane("GET", &url).unwrap_or_default();
            Client { engine, lane, calls: Vec::new(), wake: NEVER, serial: 0 }
        };
        let clients: Vec<Client> = (0..cell.clients).map(client).collect();
        let lane = clients.first().and_then(|client| client.engine.lanes().get(client.lane));
        let caches = lane.is_some_and(|lane| lane.policy.on(Id::Cache));
        Ours { clients, calls: Vec::new(), caches, seen: watched.map(|_| Seen::default()) }
    }

    /// Carries out what the engine wants for a slot and for all others that became due.
    fn drain(&mut self, number: u32, slot: u32, now: Time, actions: &mut Vec<Action>) {
        self.outputs(number, slot, actions);
        self.drain_due(number, now, actions);
    }

    fn drain_due(&mut self, number: u32, now: Time, actions: &mut Vec<Action>) {
        while let Some(slot) = self.clients[number as usize].engine.due() {
            self.outputs(number, slot, actions);
        }
        let client = &mut self.clients[number as usize];
        if let Some(seen) = &mut self.seen
            && client.engine.notices.changed()
        {
            seen.look(number, client.engine.notices.render().views.iter(), now);
        }
        if let Some(next) = client.engine.next_timer() {
            let at = Time::try_from(next.saturating_mul(u64::from(MILLI))).unwrap_or(NEVER).max(now + MILLI);
            if at < client.wake {
                client.wake = at;
                actions.push(Action::Wake { at, a: number, b: at });
            }
        }
    }

    fn outputs(&mut self, number: u32, slot: u32, actions: &mut Vec<Action>) {
        let client = &mut self.clients[number as usize];
        let Some(call) = client.calls.get(slot as usize).copied() else { return };
        while let Some(output) = client.engine.output(slot) {
            let good = match output {
                Output::Send { attempt, to, .. } => {
                    let endpoint = to.saturating_sub(1) as u8;
                    actions.push(Action::Send { call, number: attempt, endpoint });
                    continue;
                }
                Output::Cancel(attempt) => {
                    actions.push(Action::Cancel { call, number: attempt });
                    continue;
                }
                // Nobody signs in here, no body is watched, and nothing but a copy stands in.
                Output::Discard(_)
                | Output::BreakBody(_)
                | Output::GoOn
                | Output::Refresh
                | Output::Serve { goes_on: true }
                | Output::Fallback
                | Output::Queue => continue,
                Output::Serve { goes_on: false } => true,
                Output::Resolve { .. } => self.calls[call as usize].1,
                Output::Reject(_) => false,
            };
            actions.push(Action::Settle { call, good });
            client.engine.release(slot);
            return;
        }
    }
}

fn millis(now: Time) -> u64 {
    u64::from(now / MILLI)
}

impl Policy for Ours {
    fn begin(&mut self, number: u32, call: u32, now: Time, actions: &mut Vec<Action>) {
        let client = &mut self.clients[number as usize];
        client.serial = client.serial.wrapping_add(1);
        let request = Request { looks: self.caches, ..Request::default() };
        let slot = client.engine.admit(client.lane, request, client.serial, millis(now));
        if client.calls.len() <= slot as usize {
            client.calls.resize(slot as usize + 1, 0);
        }
        client.calls[slot as usize] = call;
        if self.calls.len() <= call as usize {
            self.calls.resize(call as usize + 1, (0, false));
        }
        self.calls[call as usize] = (slot, false);
        if self.caches {
            // Every other read of a person's.
            let stale = client.serial.is_multiple_of(2);
            let found = Found { fresh: false, stale, meanwhile: false, age: Some(AGE) };
            client.engine.found(slot, found, millis(now));
        }
        self.drain(number, slot, now, actions);
    }

    fn outcome(
        &mut self,
        number: u32,
        call: u32,
        attempt: u32,
        outcome: Outcome,
        now: Time,
        actions: &mut Vec<Action>,
    ) {
        let (slot, good) = &mut self.calls[call as usize];
        *good = outcome.is_good();
        let slot = *slot;
        let engine = &mut self.clients[number as usize].engine;
        match outcome {
            Outcome::Status { status, wait } => {
                let server_wait = wait.map(|seconds| u64::from(seconds) * 1000);
                let answer = Answer { status, server_wait, ..Answer::default() };
                engine.answered(slot, attempt, answer, None, millis(now));
            }
            Outcome::Offline => engine.failed(slot, attempt, Failure::Offline, millis(now)),
            Outcome::Broken => engine.failed(slot, attempt, Failure::Network, millis(now)),
        }
        self.drain(number, slot, now, actions);
    }

    fn wake(&mut self, number: u32, at: u32, now: Time, actions: &mut Vec<Action>) {
        let client = &mut self.clients[number as usize];
        if client.wake != at {
            return;
        }
        client.wake = NEVER;
        client.engine.tick(millis(now));
        self.drain_due(number, now, actions);
    }

    fn abort(&mut self, number: u32, call: u32, now: Time, actions: &mut Vec<Action>) {
        let (slot, _) = self.calls[call as usize];
        self.clients[number as usize].engine.abort(slot, millis(now));
        self.drain(number, slot, now, actions);
    }

    fn seen(&mut self) -> Seen {
        self.seen.take().unwrap_or_default()
    }

    fn connectivity(&mut self, online: bool, now: Time, actions: &mut Vec<Action>) {
        // That it is offline, it learns from failed attempts.
        for number in (0..self.clients.len() as u32).filter(|_| online) {
            self.clients[number as usize].engine.online(millis(now));
            self.drain_due(number, now, actions);
        }
    }
}
