//! The event queue: a calendar of one bucket per millisecond, each sorted when its time comes.

use std::cmp::Reverse;

/// Microseconds since the start.
pub type Time = u32;

const SHIFT: u32 = 10;
const NONE: u32 = u32::MAX;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The next page view of the fleet.
    Arrival,
    /// Attempt `a` reaches its server.
    Reach,
    /// A server is done with attempt `a`.
    Served,
    /// Attempt `a`'s answer, or its failure, reaches the client.
    Answer,
    /// The policy asked to be woken with `a`, `b`.
    Wake,
    /// Whoever waits for call `a`, life `b`, gives up.
    GiveUp,
    /// The trigger begins (`a` = 1) or ends (`a` = 0).
    Trigger,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub time: Time,
    pub kind: Kind,
    pub a: u32,
    pub b: u32,
}

struct Node {
    event: Event,
    next: u32,
}

/// Events in the order of their times; equal times in the order in which they were pushed.
pub struct Queue {
    /// Last pushed first.
    buckets: Vec<u32>,
    nodes: Vec<Node>,
    free: u32,
    bucket: usize,
    /// The bucket whose time has come: the next event is its last.
    current: Vec<Event>,
}

impl Queue {
    /// A queue for events before `end`; later ones are dropped.
    pub fn new(end: Time) -> Self {
        let buckets = vec![NONE; (end >> SHIFT) as usize + 1];
        Queue { buckets, nodes: Vec::new(), free: NONE, bucket: 0, current: Vec::new() }
    }

    /// Adds an event, not before the one that was popped last.
    pub fn push(&mut self, time: Time, kind: Kind, a: u32, b: u32) {
        let event = Event { time, kind, a, b };
        let bucket = (time >> SHIFT) as usize;
        if bucket <= self.bucket {
            let at = self.current.partition_point(|other| other.time > time);
            self.current.insert(at, event);
            return;
        }
        let Some(head) = self.buckets.get_mut(bucket) else { return };
        let node = Node { event, next: *head };
        if self.free == NONE {
            *head = self.nodes.len() as u32;
            self.nodes.push(node);
        } else {
            *head = self.free;
            let slot = &mut self.nodes[self.free as usize];
            self.free = slot.next;
            *slot = node;
        }
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<Event> {
        while self.current.is_empty() {
            self.bucket += 1;
            let mut at = *self.buckets.get(self.bucket)?;
            while at != NONE {
                let node = &mut self.nodes[at as usize];
                self.current.push(node.event);
                let next = node.next;
                node.next = self.free;
                self.free = at;
                at = next;
            }
            self.current.sort_by_key(|event| Reverse(event.time));
        }
        self.current.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use steadfetch::random::Random;

    #[test]
    fn events_come_in_order_of_time_then_of_pushing() {
        let mut random = Random::new(1);
        let mut queue = Queue::new(1_000_000);
        let mut expected = Vec::new();
        let mut pushed = 0;
        let mut got = Vec::new();
        let mut push = |queue: &mut Queue, time: Time, pushed: &mut u32| {
            queue.push(time, Kind::Wake, *pushed, 0);
            expected.push((time, *pushed));
            *pushed += 1;
        };
        for _ in 0..2000 {
            push(&mut queue, random.up_to(900) as u32 * 1000, &mut pushed);
        }
        while let Some(event) = queue.pop() {
            got.push((event.time, event.a));
            if pushed < 5000 {
                push(&mut queue, event.time + random.up_to(3000) as u32, &mut pushed);
            }
        }
        expected.sort_unstable();
        assert_eq!(got.len(), 5000);
        assert_eq!(got, expected);
    }

    #[test]
    fn what_lies_beyond_the_end_is_dropped() {
        let mut queue = Queue::new(10_000);
        queue.push(5_000_000, Kind::Wake, 0, 0);
        assert!(queue.pop().is_none());
    }
}
