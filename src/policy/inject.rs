//! Fault injection: which attempts fail on purpose, for drills and tests.

use super::pattern::Pattern;
use super::url::Url;
use crate::names::{names, position};
use crate::random::Random;
use crate::time::{Instant, Millis};

/// What [`Effect::Latency`] adds where it does not say how much, ms.
const USUAL_LATENCY: Millis = 1000;

/// What happens to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is sent later.
    Latency,
    /// It is answered at once with a status.
    Status,
    /// It ends like a broken connection.
    Network,
    /// Its answer's body never goes on.
    Stall,
    /// Its answer's body ends early.
    Truncate,
    /// It ends as if there were no network.
    Offline,
}

names!(Effect {
    Latency = "latency",
    Status = "status",
    Network = "network",
    Stall = "stall",
    Truncate = "truncate",
    Offline = "offline",
});

impl Effect {
    const ALL: [Effect; 6] =
        [Effect::Latency, Effect::Status, Effect::Network, Effect::Stall, Effect::Truncate, Effect::Offline];

    /// The effect of this name.
    pub fn of(name: &str) -> Self {
        position(Effect::NAMES, name).and_then(|at| Effect::ALL.get(at)).copied().unwrap_or(Effect::Network)
    }
}

/// One fault that is injected.
#[derive(Clone, Debug, PartialEq)]
pub struct Injection {
    /// Where.
    pub pattern: Pattern,
    /// Share of the attempts that meet it, 0 to 1.
    pub rate: f64,
    /// What happens.
    pub effect: Effect,
    /// The status of [`Effect::Status`]; default 503.
    pub status: Option<u16>,
    /// How much later, ms; default 1000.
    pub delay: Option<Millis>,
    /// Retry-After of the injected answer, seconds.
    pub retry_after: Option<u64>,
    /// From when on, ms since the client was created.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

/// What strikes an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strike<'a> {
    /// So much later than it would be, ms.
    pub latency: Millis,
    /// The first other fault.
    pub fault: Option<&'a Injection>,
}

/// What strikes an attempt: of faults that fit, the first one, and every latency beside it. Each one draws for itself, so that
/// equal seeds give equal drills.
pub fn strike<'a>(
    faults: &'a [Injection],
    url: Url<'_>,
    page_origin: &str,
    now: Instant,
    random: &mut Random,
) -> Strike<'a> {
    let mut strike = Strike::default();
    for fault in faults {
        if !(fault.from..fault.until).contains(&now)
            || !fault.pattern.matches(url, page_origin)
            || random.share() >= fault.rate
        {
            continue;
        }
        if fault.effect == Effect::Latency {
            strike.latency = strike.latency.saturating_add(fault.delay.unwrap_or(USUAL_LATENCY));
        } else if strike.fault.is_none() {
            strike.fault = Some(fault);
        }
    }
    strike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(pattern: &str, rate: f64) -> Injection {
        Injection {
            pattern: Pattern::parse(pattern).unwrap_or_default(),
            rate,
            effect: Effect::of("status"),
            status: None,
            delay: None,
            retry_after: None,
            from: 1000,
            until: 2000,
        }
    }

    #[test]
    fn strikes_by_pattern_window_and_rate() {
        let url = Url::split("https://app.example/api/a").unwrap_or(Url { origin: "", path: "" });
        let mut random = Random::new(1);
        let mut hits = |faults: &[Injection], now| {
            (0..1000)
                .filter(|_| strike(faults, url, "https://app.example", now, &mut random).fault.is_some())
                .count()
        };
        assert_eq!(hits(&[fault("/api/*", 1.0)], 1000), 1000);
        assert_eq!(hits(&[fault("/api/*", 1.0)], 2000) + hits(&[fault("/api/*", 1.0)], 999), 0);
        assert_eq!(hits(&[fault("/other", 1.0)], 1500) + hits(&[fault("/api/*", 0.0)], 1500), 0);
        let some = hits(&[fault("/api/*", 0.3)], 1500);
        assert!((250..350).contains(&some), "{some}");
    }

    #[test]
    fn a_latency_adds_to_whatever_else_strikes() {
        let url = Url::split("https://app.example/api/a").unwrap_or(Url { origin: "", path: "" });
        let latency = |delay| Injection { effect: Effect::Latency, delay, ..fault("/api/*", 1.0) };
        let faults = [latency(None), fault("/api/a", 1.0), fault("/api/*", 1.0), latency(Some(250))];
        let found = strike(&faults, url, "https://app.example", 1500, &mut Random::new(1));
        assert_eq!(found, Strike { latency: 1250, fault: faults.get(1) });
    }
}
