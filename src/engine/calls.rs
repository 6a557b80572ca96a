//! The calls in flight: a slab whose slots are used again, and the next time that any of them needs the clock.

use crate::call::{Call, Output};
use crate::list::swap_remove;
use crate::time::{Instant, earlier};
use alloc::vec::Vec;

/// One call and what the engine keeps beside it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The state machine.
    pub call: Call,
    /// Its lane.
    pub lane: u32,
    /// Counts the client's calls.
    pub serial: u32,
    /// Its failure was told to the notice model, which must hear how it ends.
    pub noticed: bool,
    used: bool,
}

/// All calls in flight.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    slots: Vec<Entry>,
    free: Vec<u32>,
    /// No timer fires before this; may be too early, never too late.
    earliest: Option<Instant>,
}

impl Calls {
    /// Takes a slot for a new call.
    pub fn open(&mut self, lane: u32, serial: u32) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Entry::default());
            (self.slots.len() - 1) as u32
        });
        if let Some(entry) = self.slots.get_mut(slot as usize) {
            entry.call.reset();
            entry.lane = lane;
            entry.serial = serial;
            entry.noticed = false;
            entry.used = true;
        }
        slot
    }

    /// The entry of a slot in use.
    pub fn get(&self, slot: u32) -> Option<&Entry> {
        self.slots.get(slot as usize).filter(|entry| entry.used)
    }

    /// The entry of a slot in use.
    pub fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        self.slots.get_mut(slot as usize).filter(|entry| entry.used)
    }

    /// Gives a slot back; its lane is returned.
    pub fn close(&mut self, slot: u32) -> Option<u32> {
        let entry = self.get_mut(slot)?;
        entry.used = false;
        let lane = entry.lane;
        self.free.push(slot);
        Some(lane)
    }

    /// A call has a timer.
    pub fn look_at(&mut self, next: Option<Instant>) {
        self.earliest = earlier(self.earliest, next);
    }

    /// No slot is this or beyond it; not all before it are in use.
    pub fn end(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Takes the one of these that began last out of the list.
    pub fn take_newest(&self, slots: &mut Vec<u32>) -> Option<u32> {
        let mut latest = 0;
        let mut newest = 0;
        for (at, slot) in slots.iter().enumerate() {
            let serial = self.get(*slot).map_or(0, |entry| entry.serial);
            if serial >= latest {
                (latest, newest) = (serial, at);
            }
        }
        swap_remove(slots, newest)
    }

    /// The next thing that the shell must do for a call.
    pub fn output(&mut self, slot: u32) -> Option<Output> {
        self.get_mut(slot)?.call.output()
    }

    /// When to look again.
    pub fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    /// The calls with a timer that is due, and a fresh look at what comes next.
    pub fn due(&mut self, now: Instant, found: &mut Vec<u32>) {
        self.earliest = None;
        for (slot, entry) in self.slots.iter().enumerate().filter(|(_, entry)| entry.used) {
            match entry.call.next_timer() {
                Some(at) if at <= now => found.push(slot as u32),
                next => self.earliest = earlier(self.earliest, next),
            }
        }
    }

    /// The slot of a call by its serial number, while it is in flight.
    pub fn slot_of(&self, serial: u32) -> Option<u32> {
        self.slots.iter().position(|entry| entry.used && entry.serial == serial).map(|slot| slot as u32)
    }
}
