//! The attempts of one call that are in flight: one, or more where it hedges.

use crate::list::swap_remove;
use crate::policy::endpoint::Sent;
use crate::time::{Instant, Millis, earlier, later};
use alloc::vec::Vec;

/// One attempt.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Its number, counted from 1.
    pub number: u32,
    /// Where it went.
    pub endpoint: u32,
    /// When it was sent.
    pub began: Instant,
    /// When its own time limit passes.
    pub expires: Option<Instant>,
    /// What it was to its endpoint.
    pub sent: Sent,
    /// The credentials that it was sent with.
    pub generation: u32,
}

/// Those in flight.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Another one.
    pub fn push(&mut self, attempt: Attempt) {
        self.0.push(attempt);
    }

    /// Takes one out.
    pub fn pop(&mut self) -> Option<Attempt> {
        self.0.pop()
    }

    /// Takes this one out.
    pub fn take(&mut self, number: u32) -> Option<Attempt> {
        let at = self.0.iter().position(|attempt| attempt.number == number)?;
        swap_remove(&mut self.0, at)
    }

    /// Takes one out whose time is over.
    pub fn take_expired(&mut self, now: Instant) -> Option<Attempt> {
        let at = self.0.iter().position(|attempt| attempt.expires.is_some_and(|at| at <= now))?;
        swap_remove(&mut self.0, at)
    }

    /// When the first of them passes its time limit.
    pub fn expires(&self) -> Option<Instant> {
        let mut first = None;
        for attempt in &self.0 {
            first = earlier(first, attempt.expires);
        }
        first
    }

    /// Puts their time limits off.
    pub fn shift(&mut self, by: Millis) {
        for attempt in &mut self.0 {
            attempt.expires = attempt.expires.map(|at| later(at, by));
        }
    }

    /// None is in flight.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
