//! The world of one cell: people, network and servers around a policy, driven by one queue of events.

use crate::chance::Chance;
use crate::drill::Fault;
use crate::metrics::{Figures, Metrics};
use crate::policy::{Action, Outcome, Policy};
use crate::queue::{Kind, Queue, Time};
use crate::scenario::{
    ALTERNATE_CAPACITY, Cell, OFFLINE_ANSWER, ONE_WAY, OVERLOAD_CAPACITY, OVERLOAD_QUEUE, OVERLOAD_WAIT,
    PATIENCE, REFUSAL, SECOND, Trigger,
};
use crate::server::Server;

const NONE: u32 = u32::MAX;
/// Attempts of one call that may be in flight at once: the first one and its hedges.
const FLYING: usize = 4;
/// The status of an attempt that found no network.
const NO_NETWORK: u16 = 0;
/// Of one whose connection broke.
const BROKEN: u16 = 1;

#[derive(Clone, Copy)]
struct Call {
    client: u32,
    begun: Time,
    /// Counts the uses of this slot.
    life: u32,
    open: bool,
    flying: [u32; FLYING],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Network,
    Queued,
    /// Taken out of its queue.
    Forgotten,
}

#[derive(Clone, Copy)]
struct Attempt {
    /// `NONE`: its client has let go of it.
    call: u32,
    number: u32,
    endpoint: u8,
    place: Place,
    status: u16,
    wait: u16,
    /// On the way back.
    delay: Time,
}

/// Carries out one cell.
pub fn run(cell: &Cell, policy: &mut dyn Policy) -> Figures {
    let seconds = cell.seconds * SECOND;
    let mut world = World {
        cell,
        begin: cell.begin() * SECOND,
        end: cell.end() * SECOND,
        queue: Queue::new(seconds + PATIENCE + 2 * SECOND),
        calls: Vec::new(),
        free_calls: Vec::new(),
        attempts: Vec::new(),
        free_attempts: Vec::new(),
        servers: [Server::new(cell.capacity()), Server::new(cell.capacity() * ALTERNATE_CAPACITY)],
        metrics: Metrics::new(cell),
        arrivals: Chance::new(cell.seed, 1),
        service: Chance::new(cell.seed, 2),
        faults: Chance::new(cell.seed, 3),
        arrival: 0.0,
        active: false,
        actions: Vec::new(),
    };
    world.live(policy);
    Figures { seen: policy.seen(), ..world.metrics.figures(cell) }
}

struct World<'a> {
    cell: &'a Cell,
    begin: Time,
    end: Time,
    queue: Queue,
    calls: Vec<Call>,
    free_calls: Vec<u32>,
    attempts: Vec<Attempt>,
    free_attempts: Vec<u32>,
    servers: [Server; 2],
    metrics: Metrics,
    arrivals: Chance,
    service: Chance,
    faults: Chance,
    /// When the next page view is, µs: exact, so that rounding does not add up.
    arrival: f64,
    /// Between the trigger's begin and end.
    active: bool,
    actions: Vec<Action>,
}

impl World<'_> {
    fn live(&mut self, policy: &mut dyn Policy) {
        if let Trigger::Drill(plan) = self.cell.trigger {
            for step in plan.steps.iter().filter(|step| step.fault == Fault::Offline) {
                self.queue.push(step.at, Kind::Trigger, 1, 0);
                self.queue.push(step.until, Kind::Trigger, 0, 0);
            }
        } else if self.cell.trigger.has_end() {
            self.queue.push(self.begin, Kind::Trigger, 1, 0);
            self.queue.push(self.end, Kind::Trigger, 0, 0);
        }
        self.next_arrival();
        while let Some(event) = self.queue.pop() {
            let (now, a, b) = (event.time, event.a, event.b);
            match event.kind {
                Kind::Arrival => self.page_view(policy, now),
                Kind::Reach => self.reach(a, now),
                Kind::Served => self.served(a, now),
                Kind::Answer => self.answer(policy, a, now),
                Kind::Wake => policy.wake(a, b, now, &mut self.actions),
                Kind::GiveUp => {
                    let call = self.calls[a as usize];
                    if call.open && call.life == b {
                        policy.abort(call.client, a, now, &mut self.actions);
                    }
                }
                Kind::Trigger => self.trigger(policy, a == 1, now),
            }
            self.carry_out(now);
        }
    }

    fn next_arrival(&mut self) {
        let gap = f64::from(self.cell.burst) / self.cell.rate() * f64::from(SECOND);
        self.arrival += self.arrivals.exponential(gap);
        if self.arrival < f64::from(self.cell.seconds * SECOND) {
            self.queue.push(self.arrival as Time, Kind::Arrival, 0, 0);
        }
    }

    fn page_view(&mut self, policy: &mut dyn Policy, now: Time) {
        let client = self.arrivals.below(self.cell.clients);
        for _ in 0..self.cell.burst {
            let slot = self.free_calls.pop().unwrap_or_else(|| {
                self.calls.push(Call { client, begun: now, life: 0, open: false, flying: [NONE; FLYING] });
                (self.calls.len() - 1) as u32
            });
            let call = &mut self.calls[slot as usize];
            *call = Call {
                client,
                begun: now,
                life: call.life.wrapping_add(1),
                open: true,
                flying: [NONE; FLYING],
            };
            self.queue.push(now + PATIENCE, Kind::GiveUp, slot, call.life);
            self.metrics.organic(now);
            policy.begin(client, slot, now, &mut self.actions);
            self.carry_out(now);
        }
        self.next_arrival();
    }

    fn carry_out(&mut self, now: Time) {
        let mut actions = std::mem::take(&mut self.actions);
        for action in actions.drain(..) {
            match action {
                Action::Send { call, number, endpoint } => self.send(call, number, endpoint, now),
                Action::Cancel { call, number } => {
                    let flying = self.calls[call as usize].flying;
                    let attempts = &self.attempts;
                    let found =
                        flying.iter().position(|id| *id != NONE && attempts[*id as usize].number == number);
                    if let Some(at) = found {
                        self.let_go(call, at);
                    }
                }
                Action::Settle { call, good } => self.settle(call, good, now),
                Action::Wake { at, a, b } => self.queue.push(at.max(now), Kind::Wake, a, b),
            }
        }
        self.actions = actions;
    }

    fn send(&mut self, call: u32, number: u32, endpoint: u8, now: Time) {
        let attempt =
            Attempt { call, number, endpoint, place: Place::Network, status: NO_NETWORK, wait: 0, delay: 0 };
        let id = match self.free_attempts.pop() {
            Some(id) => {
                self.attempts[id as usize] = attempt;
                id
            }
            None => {
                self.attempts.push(attempt);
                (self.attempts.len() - 1) as u32
            }
        };
        let flying = &mut self.calls[call as usize].flying;
        let place = flying.iter().position(|id| *id == NONE);
        // A policy with more of them would be a bug of its own.
        flying[place.unwrap_or(FLYING)] = id;
        match self.is_offline(now) {
            true => self.queue.push(now + OFFLINE_ANSWER, Kind::Answer, id, 0),
            false => self.queue.push(now + ONE_WAY, Kind::Reach, id, 0),
        }
    }

    /// The client lets go of an attempt; with cancellation a queue does, too.
    fn let_go(&mut self, call: u32, at: usize) {
        let id = std::mem::replace(&mut self.calls[call as usize].flying[at], NONE);
        let attempt = &mut self.attempts[id as usize];
        attempt.call = NONE;
        if self.cell.cancel && attempt.place == Place::Queued {
            attempt.place = Place::Forgotten;
            self.servers[attempt.endpoint as usize].forget();
        }
    }

    fn settle(&mut self, slot: u32, good: bool, now: Time) {
        let call = self.calls[slot as usize];
        if !call.open {
            return;
        }
        for at in 0..FLYING {
            if call.flying[at] != NONE {
                self.let_go(slot, at);
            }
        }
        self.calls[slot as usize].open = false;
        self.free_calls.push(slot);
        self.metrics.settled(call.client, call.begun, now, good);
    }

    fn is_offline(&self, now: Time) -> bool {
        match self.cell.trigger {
            Trigger::Drill(plan) => plan.is_offline(now),
            trigger => self.active && trigger == Trigger::Offline,
        }
    }

    /// What a drill does to an attempt that reaches the server: an end in place of service, and a delay.
    fn struck(&mut self, now: Time) -> (Option<Fault>, Time) {
        let Trigger::Drill(plan) = self.cell.trigger else { return (None, 0) };
        let (mut end, mut delay) = (None, 0);
        for step in plan.now(now) {
            if step.rate < 1_000_000 && !self.faults.hits(f64::from(step.rate) / 1e6) {
                continue;
            }
            match step.fault {
                Fault::Latency(millis) => delay += millis * (SECOND / 1000),
                fault => end = end.or(Some(fault)),
            }
        }
        (end, delay)
    }

    fn reach(&mut self, id: u32, now: Time) {
        if self.is_offline(now) {
            self.queue.push(now, Kind::Answer, id, 0);
            return;
        }
        self.metrics.reached(now);
        let attempt = self.attempts[id as usize];
        if attempt.call == NONE && self.cell.cancel {
            self.free_attempts.push(id);
            return;
        }
        let (end, delay) = self.struck(now);
        self.attempts[id as usize].delay = delay;
        if let Some(fault) = end {
            let attempt = &mut self.attempts[id as usize];
            (attempt.status, attempt.wait) = match fault {
                Fault::Status(status, wait) => (status, wait),
                // Nothing ever comes: whoever waits gives up.
                Fault::Silent => return,
                _ => (BROKEN, 0),
            };
            self.queue.push(now + delay + REFUSAL + ONE_WAY, Kind::Answer, id, 0);
            return;
        }
        let server = &mut self.servers[attempt.endpoint as usize];
        let refused = match self.cell.trigger {
            Trigger::Outage503 if self.active => Some(503),
            Trigger::Outage502 if self.active => Some(502),
            Trigger::Partial30 if self.active && self.faults.hits(0.3) => Some(502),
            Trigger::Random502 if self.faults.hits(0.01) => Some(502),
            Trigger::Random503 if self.faults.hits(0.01) => Some(503),
            _ => None,
        };
        let busy = self.cell.trigger.overloads() && server.backlog() > OVERLOAD_QUEUE;
        if refused.is_some() || busy || server.is_full() {
            let attempt = &mut self.attempts[id as usize];
            attempt.status = refused.unwrap_or(503);
            attempt.wait = if busy { OVERLOAD_WAIT as u16 } else { 0 };
            self.queue.push(now + REFUSAL + ONE_WAY, Kind::Answer, id, 0);
            return;
        }
        server.enqueue(id);
        self.attempts[id as usize].place = Place::Queued;
        self.serve(attempt.endpoint, now);
    }

    /// Gives work to every free worker.
    fn serve(&mut self, endpoint: u8, now: Time) {
        let server = &mut self.servers[endpoint as usize];
        while let Some(id) = server.next() {
            let attempt = &mut self.attempts[id as usize];
            if attempt.place == Place::Forgotten {
                self.free_attempts.push(id);
                continue;
            }
            attempt.place = Place::Network;
            let time = server.begin(&mut self.service);
            self.queue.push(now + time, Kind::Served, id, 0);
        }
    }

    fn served(&mut self, id: u32, now: Time) {
        let attempt = &mut self.attempts[id as usize];
        attempt.status = 200;
        let (endpoint, delay) = (attempt.endpoint, attempt.delay);
        self.servers[endpoint as usize].done();
        let stalls =
            matches!(self.cell.trigger, Trigger::Tail | Trigger::TailHedged) && self.faults.hits(0.02);
        let stall = if stalls { self.faults.between(1.0, 4.0) * f64::from(SECOND) } else { 0.0 };
        self.queue.push(now + stall as Time + delay + ONE_WAY, Kind::Answer, id, 0);
        self.serve(endpoint, now);
    }

    fn answer(&mut self, policy: &mut dyn Policy, id: u32, now: Time) {
        let attempt = self.attempts[id as usize];
        self.free_attempts.push(id);
        if attempt.call == NONE {
            return;
        }
        let offline = self.is_offline(now);
        let call = &mut self.calls[attempt.call as usize];
        for flying in call.flying.iter_mut().filter(|flying| **flying == id) {
            *flying = NONE;
        }
        let outcome = match attempt.status {
            // Going offline breaks what is under way.
            _ if offline => Outcome::Offline,
            NO_NETWORK => Outcome::Offline,
            BROKEN => Outcome::Broken,
            status => {
                let wait = (attempt.wait > 0).then_some(u32::from(attempt.wait));
                Outcome::Status { status, wait }
            }
        };
        policy.outcome(call.client, attempt.call, attempt.number, outcome, now, &mut self.actions);
    }

    fn trigger(&mut self, policy: &mut dyn Policy, begins: bool, now: Time) {
        self.active = begins;
        let server = &mut self.servers[0];
        match self.cell.trigger {
            Trigger::Blackhole => server.set(if begins { 0.0 } else { 1.0 }, 1.0),
            Trigger::Brownout => server.set(if begins { 0.4 } else { 1.0 }, 1.0),
            trigger if trigger.overloads() => server.set(if begins { OVERLOAD_CAPACITY } else { 1.0 }, 1.0),
            Trigger::LatencyX10 | Trigger::SlowHedged => server.set(1.0, if begins { 10.0 } else { 1.0 }),
            Trigger::Offline | Trigger::Drill(_) => policy.connectivity(!begins, now, &mut self.actions),
            _ => {}
        }
        self.carry_out(now);
        self.serve(0, now);
    }
}
