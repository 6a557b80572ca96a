//! A server: a FIFO queue in front of a number of equal workers with exponential service times.

use std::collections::VecDeque;

use crate::chance::Chance;
use crate::queue::Time;
use crate::scenario::{QUEUE, SECOND, SERVICE};

/// One endpoint's server. It counts work; which attempt is abandoned is the world's business.
pub struct Server {
    /// Workers as long as nothing is wrong.
    full: u32,
    /// Workers now.
    workers: u32,
    busy: u32,
    /// Mean service time, µs: near 50 ms, so that whole workers give exactly the capacity asked for.
    full_mean: f64,
    mean: f64,
    queue: VecDeque<u32>,
    /// Of the queue, those that nobody takes out unserved.
    live: u32,
    limit: u32,
}

impl Server {
    /// A server for so many requests per second.
    pub fn new(capacity: f64) -> Self {
        let full = ((capacity * SERVICE).round() as u32).max(1);
        let full_mean = f64::from(full) / capacity * f64::from(SECOND);
        Server {
            full,
            workers: full,
            busy: 0,
            full_mean,
            mean: full_mean,
            queue: VecDeque::new(),
            live: 0,
            limit: (capacity * QUEUE) as u32,
        }
    }

    /// Leaves a part of the workers, each slower by a factor.
    pub fn set(&mut self, part: f64, slower: f64) {
        let workers = f64::from(self.full) * part;
        self.workers = workers.round() as u32;
        if part > 0.0 {
            self.workers = self.workers.max(1);
            self.mean = self.full_mean * slower * f64::from(self.workers) / workers;
        }
    }

    /// Whether the queue is full.
    pub fn is_full(&self) -> bool {
        self.live >= self.limit
    }

    /// The work in the queue, seconds of full capacity.
    pub fn backlog(&self) -> f64 {
        f64::from(self.live) * self.full_mean / f64::from(self.full) / f64::from(SECOND)
    }

    /// Queues an attempt.
    pub fn enqueue(&mut self, attempt: u32) {
        self.queue.push_back(attempt);
        self.live += 1;
    }

    /// A queued attempt will not be served: [`Server::next`] still names it, and is told so.
    pub fn forget(&mut self) {
        self.live -= 1;
    }

    /// The next attempt for a free worker.
    pub fn next(&mut self) -> Option<u32> {
        if self.busy < self.workers { self.queue.pop_front() } else { None }
    }

    /// A worker begins: how long it will take.
    pub fn begin(&mut self, chance: &mut Chance) -> Time {
        self.busy += 1;
        self.live -= 1;
        chance.exponential(self.mean) as Time
    }

    /// A worker is done.
    pub fn done(&mut self) {
        self.busy -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_workers_give_the_capacity_asked_for() {
        for capacity in [571.4, 2857.1, 400.0 / 0.7] {
            let mut server = Server::new(capacity);
            let rate = |server: &Server| f64::from(server.workers) / server.mean * 1e6;
            assert!((rate(&server) - capacity).abs() < 1e-6);
            assert!((server.mean / 50_000.0 - 1.0).abs() < 0.02);
            server.set(0.4, 1.0);
            assert!((rate(&server) - 0.4 * capacity).abs() < 1e-6);
            server.set(1.0, 10.0);
            assert!((rate(&server) - 0.1 * capacity).abs() < 1e-6);
            server.set(0.0, 1.0);
            server.enqueue(1);
            assert_eq!(server.next(), None, "a black hole serves nothing");
        }
    }

    #[test]
    fn the_queue_is_full_at_21_seconds_of_work() {
        let mut server = Server::new(1000.0);
        for attempt in 0..21_000 {
            assert!(!server.is_full());
            server.enqueue(attempt);
        }
        assert!(server.is_full());
        assert!((server.backlog() - 21.0).abs() < 1e-6);
        server.forget();
        assert!(!server.is_full());
    }
}
