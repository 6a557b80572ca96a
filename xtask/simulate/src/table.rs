//! The plain table: a row per policy and trigger, the worst of all its cells in each column.

use std::fmt::Write as _;

use crate::metrics::{Figures, Recovery};
use crate::run::Done;

/// The worst of several cells, figure by figure.
pub fn worst<'a>(figures: impl Iterator<Item = &'a Figures>) -> Option<Figures> {
    figures.cloned().reduce(|a, b| Figures {
        during: a.during.max(b.during),
        after: a.after.into_iter().chain(b.after).reduce(f64::max),
        mean: a.mean.max(b.mean),
        recovery: a.recovery.max(b.recovery),
        lost: a.lost.max(b.lost),
        p50: a.p50.max(b.p50),
        p99: a.p99.max(b.p99),
        errors: a.errors.max(b.errors),
        success: a.success.min(b.success),
        peak: a.peak.max(b.peak),
        requests: a.requests + b.requests,
        ..a
    })
}

/// "38", "never" or "–".
pub fn recovery(recovery: Option<Recovery>) -> String {
    match recovery {
        Some(Recovery::After(seconds)) => seconds.to_string(),
        Some(Recovery::Never) => "never".into(),
        None => "–".into(),
    }
}

/// The rows' keys in the order of the run: trigger, policy and, with `each`, variant.
fn groups(done: &[Done], each: bool) -> Vec<(String, Vec<&Done>)> {
    let mut groups: Vec<(String, Vec<&Done>)> = Vec::new();
    for one in done {
        let mut name = format!("{:<16}", one.cell.policy);
        if each {
            let cancel = if one.cell.cancel { " c" } else { "" };
            let _ = write!(name, " {:<8}", format!("{}/{}{cancel}", one.cell.burst, one.cell.load));
        }
        match groups.iter_mut().find(|(known, members)| {
            *known == name && members.first().is_some_and(|first| first.cell.trigger == one.cell.trigger)
        }) {
            Some((_, members)) => members.push(one),
            None => groups.push((name, vec![one])),
        }
    }
    groups
}

/// The table; `each`: a row per variant instead of one for the worst of them.
pub fn table(done: &[Done], each: bool) -> String {
    let variant = if each { " variant " } else { "" };
    let mut text = String::new();
    let mut trigger = None;
    for (name, members) in groups(done, each) {
        let Some(first) = members.first() else { continue };
        let Some(row) = worst(members.iter().map(|one| &one.figures)) else { continue };
        if trigger != Some(first.cell.trigger) {
            trigger = Some(first.cell.trigger);
            let _ = writeln!(text, "\n{}: {}", first.cell.trigger.name(), first.cell.trigger.about());
            let _ = writeln!(
                text,
                "  {:<16}{variant} {:>6} {:>6} {:>6} {:>9} {:>7} {:>7} {:>7} {:>7} {:>9} {:>6}",
                "policy",
                "during",
                "after",
                "mean",
                "recovery",
                "lost s",
                "p50 s",
                "p99 s",
                "people",
                "success",
                "peak"
            );
        }
        let after = row.after.map_or("–".into(), |after| format!("{after:.2}"));
        let _ = writeln!(
            text,
            "  {name} {:>6.2} {after:>6} {:>6.3} {:>9} {:>7.1} {:>7.2} {:>7.2} {:>6.1}% {:>8.3}% {:>6.2}",
            row.during,
            row.mean,
            recovery(row.recovery),
            row.lost,
            row.p50,
            row.p99,
            row.errors * 100.0,
            row.success * 100.0,
            row.peak,
        );
    }
    text
}

/// What the columns mean.
pub const LEGEND: &str = "\
during, after: peak attempts per organic request in 5-s windows; mean: over the run; recovery: s after the trigger until
99 % are on time to the end; lost: s of organic load not served within 10 s; p50, p99: of successes; people: share who saw
an error; peak: most attempts in a second, × capacity. The worst cell counts in each column.";
