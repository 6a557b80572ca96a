//! What is simulated: the trigger and the variant of one cell, and the constants of the model.

use crate::drill::Plan;
use crate::queue::Time;

/// One second.
pub const SECOND: Time = 1_000_000;
/// From client to server, and back again: a round trip is 40 ms.
pub const ONE_WAY: Time = 20_000;
/// How long the browser takes to say that there is no network.
pub const OFFLINE_ANSWER: Time = 1_000;
/// How long a server takes to refuse.
pub const REFUSAL: Time = 1_000;
/// Requests of one client per second.
pub const CLIENT_RATE: f64 = 0.1;
/// Mean service time, s.
pub const SERVICE: f64 = 0.05;
/// A queue is full when it holds this much work, s.
pub const QUEUE: f64 = 21.0;
/// When people give up.
pub const PATIENCE: Time = 30 * SECOND;
/// An answer within this is on time.
pub const ON_TIME: Time = 10 * SECOND;

/// `retry-after`: the server's capacity while the trigger lasts.
pub const OVERLOAD_CAPACITY: f64 = 0.4;
/// `retry-after`: a queue beyond this much work answers 503 with Retry-After, s.
pub const OVERLOAD_QUEUE: f64 = 2.0;
/// `retry-after`: what that header says, s.
pub const OVERLOAD_WAIT: u32 = 10;
/// `retry-after`: the alternate endpoint's capacity, of the first one's.
pub const ALTERNATE_CAPACITY: f64 = 0.5;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    Outage503,
    Outage502,
    Blackhole,
    Brownout,
    LatencyX10,
    Partial30,
    Offline,
    Random502,
    Random503,
    Tail,
    /// `tail`, with hedging.
    TailHedged,
    /// `latency-x10`, with hedging.
    SlowHedged,
    /// An overloaded server that says when to come back, and an alternate endpoint.
    RetryAfter,
    /// The same, with a stored copy for half of the reads.
    RetryAfterCached,
    /// `retry-after` without the alternate endpoint.
    Overloaded,
    /// The same, with a stored copy for half of the reads.
    OverloadedCached,
    /// What a file says.
    Drill(&'static Plan),
}

/// Every trigger, in the table's order.
pub const TRIGGERS: [Trigger; 16] = [
    Trigger::Outage503,
    Trigger::Outage502,
    Trigger::Blackhole,
    Trigger::Brownout,
    Trigger::LatencyX10,
    Trigger::Partial30,
    Trigger::Offline,
    Trigger::Random502,
    Trigger::Random503,
    Trigger::Tail,
    Trigger::TailHedged,
    Trigger::SlowHedged,
    Trigger::RetryAfter,
    Trigger::RetryAfterCached,
    Trigger::Overloaded,
    Trigger::OverloadedCached,
];

impl Trigger {
    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Outage503 => "outage-503",
            Trigger::Outage502 => "outage-502",
            Trigger::Blackhole => "blackhole",
            Trigger::Brownout => "brownout",
            Trigger::LatencyX10 => "latency-x10",
            Trigger::Partial30 => "partial-30",
            Trigger::Offline => "offline",
            Trigger::Random502 => "random-502",
            Trigger::Random503 => "random-503",
            Trigger::Tail => "tail",
            Trigger::TailHedged => "tail-hedged",
            Trigger::SlowHedged => "latency-x10-hedged",
            Trigger::RetryAfter => "retry-after",
            Trigger::RetryAfterCached => "retry-after-cached",
            Trigger::Overloaded => "overloaded",
            Trigger::OverloadedCached => "overloaded-cached",
            Trigger::Drill(plan) => &plan.title,
        }
    }

    /// In one line.
    pub fn about(self) -> &'static str {
        match self {
            Trigger::Outage503 => "every attempt is answered 503 at once",
            Trigger::Outage502 => "every attempt is answered 502 at once",
            Trigger::Blackhole => "nothing is served; what is queued stays queued",
            Trigger::Brownout => "40 % of the servers are left",
            Trigger::LatencyX10 => "serving takes ten times as long",
            Trigger::Partial30 => "30 % of attempts are answered 502 at once",
            Trigger::Offline => "the whole fleet is offline, and comes back at once",
            Trigger::Random502 => "1 % of attempts are answered 502, all the time",
            Trigger::Random503 => "1 % of attempts are answered 503, all the time",
            Trigger::Tail => "2 % of answers stall for 1 to 4 s, all the time",
            Trigger::TailHedged => "2 % of answers stall for 1 to 4 s; hedging is on",
            Trigger::SlowHedged => "serving takes ten times as long; hedging is on",
            Trigger::RetryAfter => "a brownout whose server says when to come back; an alternate endpoint",
            Trigger::RetryAfterCached => "the same; half of the reads have a stored copy",
            Trigger::Overloaded => "a brownout whose server says when to come back; nowhere else to go",
            Trigger::OverloadedCached => "the same; half of the reads have a stored copy",
            Trigger::Drill(plan) => &plan.summary,
        }
    }

    /// Whether there is a time when it begins and one when it ends.
    pub fn has_end(self) -> bool {
        !matches!(self, Trigger::Random502 | Trigger::Random503 | Trigger::Tail | Trigger::TailHedged)
    }

    /// Whether queues grow long: load and cancellation matter.
    pub fn queues(self) -> bool {
        use Trigger::{Blackhole, Brownout, LatencyX10, SlowHedged};
        matches!(self, Blackhole | Brownout | LatencyX10 | SlowHedged) || self.overloads()
    }

    /// Whether the server has too little capacity, and says when to come back.
    pub fn overloads(self) -> bool {
        use Trigger::{Overloaded, OverloadedCached, RetryAfter, RetryAfterCached};
        matches!(self, RetryAfter | RetryAfterCached | Overloaded | OverloadedCached)
    }

    /// Options that ours needs to take part, as JSON; `None`: its default ones.
    pub fn needs(self) -> Option<&'static str> {
        match self {
            Trigger::TailHedged | Trigger::SlowHedged => Some(crate::ours::HEDGED),
            Trigger::RetryAfter => Some(crate::ours::FAILOVER),
            Trigger::RetryAfterCached => Some(crate::ours::FAILOVER_CACHED),
            Trigger::OverloadedCached => Some(crate::ours::CACHED),
            Trigger::Drill(plan) => Some(&plan.options),
            _ => None,
        }
    }
}

/// One run: everything that decides what happens in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The policy's name.
    pub policy: &'static str,
    pub trigger: Trigger,
    /// Requests per page view.
    pub burst: u32,
    /// Percent of capacity.
    pub load: u32,
    /// Whether a server stops working on what its client has given up.
    pub cancel: bool,
    pub seed: u64,
    pub clients: u32,
    pub seconds: u32,
}

impl Cell {
    /// Organic requests per second.
    pub fn rate(&self) -> f64 {
        f64::from(self.clients) * CLIENT_RATE
    }

    /// Requests that the server can serve per second.
    pub fn capacity(&self) -> f64 {
        self.rate() * 100.0 / f64::from(self.load)
    }

    /// Like "burst 4, load 80 %, cancellation".
    pub fn variant(&self) -> String {
        let cancel = if self.cancel { ", cancellation" } else { "" };
        format!("burst {}, load {} %{cancel}", self.burst, self.load)
    }
}

/// When the trigger begins and ends: from 60 to 120 s, in short runs the second fifth; a drill says it itself.
impl Cell {
    pub fn begin(&self) -> u32 {
        match self.trigger {
            Trigger::Drill(plan) => plan.begin(),
            _ => 60.min(self.seconds / 5),
        }
    }

    pub fn end(&self) -> u32 {
        match self.trigger {
            Trigger::Drill(plan) => plan.end(),
            _ => 120.min(self.seconds / 5 * 2),
        }
    }
}
