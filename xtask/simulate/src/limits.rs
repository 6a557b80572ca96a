//! What the shipped defaults must reach, in one table, and the check of a run against it.

use std::fmt::Write as _;

use crate::metrics::{Figures, Recovery};
use crate::run::{Done, OURS};
use crate::scenario::{Cell, Trigger};

use Bound::{AtLeast, AtMost, PartOfNone, PartOfUncached, PlusNone};
use Trigger::{
    Blackhole, Brownout, LatencyX10, Offline, Outage502, Outage503, Overloaded, OverloadedCached, Partial30,
    Random502, Random503, RetryAfter, RetryAfterCached, SlowHedged, Tail, TailHedged,
};

/// A bound, absolute or by what no retry reaches in the same cell.
#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
    /// At most this part of it.
    PartOfNone(f64),
    /// At most this much more.
    PlusNone(f64),
    /// At most this part of what ours reaches without stored copies.
    PartOfUncached(f64),
}

struct Limit {
    number: u8,
    what: &'static str,
    triggers: &'static [Trigger],
    /// Cells with cancellation, too.
    cancelled: bool,
    /// Cells with single requests, too, not only page views.
    single: bool,
    measure: fn(&Figures) -> f64,
    bound: Bound,
}

const fn limit(
    number: u8,
    what: &'static str,
    triggers: &'static [Trigger],
    measure: fn(&Figures) -> f64,
    bound: Bound,
) -> Limit {
    Limit { number, what, triggers, cancelled: true, single: true, measure, bound }
}

const WITH_END: &[Trigger] = &[
    Outage503,
    Outage502,
    Blackhole,
    Brownout,
    LatencyX10,
    Partial30,
    Offline,
    SlowHedged,
    RetryAfter,
    RetryAfterCached,
    Overloaded,
    OverloadedCached,
];

/// So much beyond its bound, a limit counts as missed, not as broken: what the defaults do not reach yet. It goes down with
/// every step towards it; docs/retry-storms.md says which.
const SO_FAR: f64 = 0.02;

/// The run is long enough to say "never": anything below it did recover.
const NEVER: f64 = 1e9;

const LIMITS: [Limit; 20] = [
    limit(1, "recovery (never metastable)", WITH_END, recovery, AtMost(NEVER - 1.0)),
    limit(2, "amplification during", &[Blackhole, Brownout, LatencyX10], during, AtMost(1.1)),
    limit(2, "amplification during", &[Outage503], during, AtMost(1.5)),
    limit(2, "amplification during", &[Outage502], during, AtMost(1.75)),
    limit(
        2,
        "amplification after",
        &[Outage503, Outage502, Blackhole, Brownout, LatencyX10],
        after,
        AtMost(1.3),
    ),
    limit(3, "recovery", WITH_END, recovery, PlusNone(5.0)),
    // With cancellation no retry already loses little more than nobody can save: 50 s of a black hole's 60.
    Limit { cancelled: false, ..limit(4, "lost", &[Blackhole, LatencyX10], lost, PartOfNone(0.85)) },
    Limit { cancelled: false, ..limit(4, "lost", &[Brownout], lost, PartOfNone(0.55)) },
    limit(5, "lost", &[Partial30], lost, AtMost(2.0)),
    limit(5, "success", &[Random502], |figures| figures.success, AtLeast(0.9999)),
    limit(5, "success", &[Random503], |figures| figures.success, AtLeast(0.9995)),
    limit(5, "mean amplification", &[Random502, Random503], mean, AtMost(1.02)),
    limit(6, "peak, × capacity", &[Offline], |figures| figures.peak, AtMost(1.5)),
    limit(6, "recovery", &[Offline], recovery, AtMost(0.0)),
    limit(7, "mean amplification", &[Tail, TailHedged], mean, AtMost(1.02)),
    // A tab whose requests come singly cannot tell its own stall from a slow server: docs/retry-storms.md has the trade-off.
    Limit { single: false, ..limit(7, "p99", &[TailHedged], |figures| figures.p99, PartOfNone(0.3)) },
    limit(7, "amplification during", &[SlowHedged], during, AtMost(1.1)),
    limit(8, "people who saw an error", &[RetryAfter], |figures| figures.errors, PartOfNone(0.1)),
    limit(8, "people who saw an error", &[RetryAfterCached], |figures| figures.errors, PartOfNone(0.05)),
    limit(8, "failed requests", &[OverloadedCached], |figures| 1.0 - figures.success, PartOfUncached(0.5)),
];

fn during(figures: &Figures) -> f64 {
    figures.during
}

fn after(figures: &Figures) -> f64 {
    figures.after.unwrap_or(0.0)
}

fn mean(figures: &Figures) -> f64 {
    figures.mean
}

fn lost(figures: &Figures) -> f64 {
    figures.lost
}

fn recovery(figures: &Figures) -> f64 {
    match figures.recovery {
        Some(Recovery::After(seconds)) => f64::from(seconds),
        Some(Recovery::Never) => NEVER,
        None => 0.0,
    }
}

fn number(value: f64) -> String {
    if value >= NEVER / 2.0 {
        "never".into()
    } else if value < 1.0 {
        format!("{value:.5}")
    } else {
        format!("{value:.2}")
    }
}

/// What the check found.
pub struct Report {
    pub text: String,
    pub passed: bool,
}

/// Checks every cell of ours.
pub fn check(done: &[Done]) -> Report {
    let ours: Vec<&Done> = done.iter().filter(|one| one.cell.policy == OURS).collect();
    let (mut text, mut broken, mut missed, mut checked) = (String::new(), 0, 0, 0);
    for limit in &LIMITS {
        for trigger in limit.triggers {
            let cells = ours
                .iter()
                .filter(|one| one.cell.trigger == *trigger && (limit.cancelled || !one.cell.cancel))
                .filter(|one| limit.single || one.cell.burst > 1);
            // The worst seed of each variant counts.
            let mut worst: Vec<(&Done, f64, f64, f64)> = Vec::new();
            for one in cells {
                let Some((value, bound, excess)) = judge(limit, one, done) else { continue };
                checked += 1;
                match worst.iter_mut().find(|(known, ..)| same_variant(&known.cell, &one.cell)) {
                    Some(known) if known.3 < excess => *known = (one, value, bound, excess),
                    Some(_) => {}
                    None => worst.push((one, value, bound, excess)),
                }
            }
            for (one, value, bound, excess) in worst.iter().filter(|(.., excess)| *excess > 0.0) {
                let near = *excess <= bound.abs() * SO_FAR && !matches!(limit.bound, AtLeast(_));
                missed += u32::from(near);
                broken += u32::from(!near);
                let than = if matches!(limit.bound, AtLeast(_)) { "<" } else { ">" };
                let cell = format!("{}, {}, seed {}", trigger.name(), one.cell.variant(), one.cell.seed);
                let found = format!("{} {than} {}", number(*value), number(*bound));
                let _ = writeln!(text, "  {} {:<28} {found:<20} {cell}", limit.number, limit.what);
            }
        }
    }
    let passed = broken == 0;
    let head = match (checked, passed) {
        (0, _) => "limits: nothing to check\n".to_owned(),
        (_, true) if missed == 0 => format!("limits: all {checked} checks hold\n"),
        (_, true) => {
            format!("limits: {checked} checks, none broken; {missed} variants miss one by at most 2 %:\n")
        }
        (_, false) => {
            format!("limits: {broken} variants break one (number, figure, found against limit, cell):\n")
        }
    };
    Report { text: head + &text, passed }
}

fn same_variant(a: &Cell, b: &Cell) -> bool {
    (a.burst, a.load, a.cancel) == (b.burst, b.load, b.cancel)
}

/// The figure, its bound and by how much it is broken (above 0) or kept.
fn judge(limit: &Limit, one: &Done, all: &[Done]) -> Option<(f64, f64, f64)> {
    let value = (limit.measure)(&one.figures);
    let none = || {
        let cell = Cell { policy: "none", ..one.cell.clone() };
        all.iter().find(|other| other.cell == cell).map(|none| (limit.measure)(&none.figures))
    };
    Some(match limit.bound {
        AtMost(bound) => (value, bound, value - bound),
        AtLeast(bound) => (value, bound, bound - value),
        PartOfNone(part) => {
            let bound = part * none()?;
            (value, bound, value - bound)
        }
        PartOfUncached(part) => {
            let cell = Cell { trigger: Overloaded, ..one.cell.clone() };
            let uncached = all.iter().find(|other| other.cell == cell)?;
            let bound = part * (limit.measure)(&uncached.figures);
            (value, bound, value - bound)
        }
        PlusNone(more) => {
            let bound = more + none()?;
            (value, bound, value - bound)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(policy: &'static str, trigger: Trigger, cancel: bool, change: impl Fn(&mut Figures)) -> Done {
        let cell = Cell { policy, trigger, burst: 1, load: 70, cancel, seed: 1, clients: 10, seconds: 300 };
        let mut figures = crate::metrics::Metrics::new(&cell).figures(&cell);
        (figures.lost, figures.success, figures.recovery) = (0.0, 1.0, Some(Recovery::After(0)));
        (figures.mean, figures.errors) = (1.0, 0.0);
        change(&mut figures);
        Done { cell, figures }
    }

    fn check_two(trigger: Trigger, cancel: bool, none: f64, ours: f64) -> Report {
        check(&[
            done("none", trigger, cancel, |figures| figures.lost = none),
            done(OURS, trigger, cancel, |figures| figures.lost = ours),
        ])
    }

    #[test]
    fn a_share_of_what_no_retry_loses() {
        assert!(check_two(Blackhole, false, 100.0, 84.9).passed);
        let report = check_two(Blackhole, false, 100.0, 86.0);
        assert!(report.passed && report.text.contains("86.00 > 85.00"), "missed by little: {}", report.text);
        let report = check_two(Blackhole, false, 100.0, 88.0);
        assert!(!report.passed && report.text.contains("88.00 > 85.00"), "{}", report.text);
        assert!(check_two(Blackhole, true, 100.0, 88.0).text.contains("hold"), "not with cancellation");
        assert!(!check_two(Brownout, false, 100.0, 58.0).passed);
    }

    #[test]
    fn never_breaks_two_limits_and_little_success_one() {
        let report = check(&[
            done("none", Offline, false, |figures| figures.recovery = Some(Recovery::After(3))),
            done(OURS, Offline, false, |figures| figures.recovery = Some(Recovery::Never)),
        ]);
        assert_eq!(report.text.matches("never >").count(), 3, "{}", report.text);
        let report = check(&[done(OURS, Random503, false, |figures| figures.success = 0.9994)]);
        assert!(report.text.contains("0.99940 < 0.99950"), "{}", report.text);
        assert!(check(&[done(OURS, Random503, false, |figures| figures.success = 0.9996)]).passed);
    }
}
