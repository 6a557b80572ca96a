//! Whether a fleet sees the notices that a drill expects.
//!
//! A drill is written for a page of an app: its writes that wait, and what the people in it do next are not in the fleet.
//! What is, is what the faults themselves mean (each status by its kind, and being offline), and the features that they strike.

use steadfetch::fault::{Kind, kind_of_status};

use super::{Expected, FEATURE, Fault, Plan, Step, WARM_UP};

/// Half of the people may come back later than a single one would: all that were offline part within this time, s.
const SPREAD: f64 = 10.0;

/// What was seen of one notice in all runs, s from the beginning of the drill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The first and the last of the runs' first sightings.
    pub first: (f64, f64),
    /// By when half of the people who saw it saw it no more; infinite where they see it to the end.
    pub half_over: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Met,
    /// Why not.
    Broken(String),
    /// It comes of more than the faults that strike the fleet.
    Elsewhere,
}

/// Judges one of them by what was seen of it.
pub fn judge(plan: &Plan, expected: &Expected, seen: Option<Sight>) -> Verdict {
    let by_itself = |step: &Step| means(step.fault).is_some_and(|kind| kind.name() == expected.cause);
    let after = match expected.cause.strip_prefix(FEATURE) {
        // In a fleet somebody uses it all the time, from the first fault on.
        Some(feature) if plan.strikes(feature) => plan.begin().saturating_sub(WARM_UP),
        None if plan.steps.iter().any(by_itself) => expected.after,
        _ => return Verdict::Elsewhere,
    };
    let Some(Sight { first: (first, last), half_over }) = seen else {
        return Verdict::Broken("nobody has seen it".into());
    };
    if first < f64::from(after) {
        return Verdict::Broken(format!("seen at {first:.1} s"));
    }
    if last > f64::from(expected.by) {
        return Verdict::Broken(format!("seen at {last:.1} s"));
    }
    let over = expected.over.unwrap_or(plan.recovered_by);
    if half_over.is_infinite() {
        return Verdict::Broken("half of the people see it to the end".into());
    }
    if half_over > f64::from(over) + SPREAD {
        return Verdict::Broken(format!("half of the people see it until {half_over:.1} s"));
    }
    Verdict::Met
}

/// The kind that a fault is by itself.
fn means(fault: Fault) -> Option<Kind> {
    match fault {
        Fault::Status(status, _) => kind_of_status(status),
        Fault::Offline => Some(Kind::Offline),
        _ => None,
    }
}
