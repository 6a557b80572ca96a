//! What people of the fleet would have seen of a drill, and when.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;
use steadfetch::notice::{State, View};

use super::judged::{Sight, Verdict, judge};
use super::{Expected, Plan, WARM_UP};
use crate::metrics::Recovery;
use crate::queue::Time;
use crate::run::{Done, OURS};
use crate::scenario::SECOND;

const WORDS: &str = include_str!("../../../../catalogs/en.json");

/// Sightings of one notice, by its code and surface, in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    notices: BTreeMap<(&'static str, &'static str), Sightings>,
    /// The notices that a client shows, by client and number.
    shown: BTreeMap<(u32, u32), (&'static str, &'static str)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Sightings {
    /// When each person saw it first.
    first: BTreeMap<u32, Time>,
    /// When it was gone for each of them last, or said that it is over.
    over: BTreeMap<u32, Time>,
}

impl Seen {
    /// What a client shows now.
    pub fn look<'a>(&mut self, client: u32, views: impl Iterator<Item = &'a View>, now: Time) {
        let mut left: Vec<u32> =
            self.shown.range((client, 0)..=(client, u32::MAX)).map(|((_, id), _)| *id).collect();
        for view in views.filter(|view| view.state == State::Shown) {
            let Some(code) = view.code() else { continue };
            let key = (code, view.surface.name());
            left.retain(|id| *id != view.id);
            self.shown.insert((client, view.id), key);
            self.notices.entry(key).or_default().first.entry(client).or_insert(now);
        }
        for id in left {
            let Some(key) = self.shown.remove(&(client, id)) else { continue };
            let sightings = self.notices.entry(key).or_default();
            sightings.over.insert(client, now);
        }
    }
}

/// What people would have seen, worst run by worst run, and whether the fleet was well again when the drill expects it.
pub fn report(plan: &Plan, done: &[Done]) -> (String, bool) {
    let mut text =
        format!("\nWhat people see of “{}” (seconds from its beginning, {})\n", plan.title, plan.path);
    let words: Json = serde_json::from_str(WORDS).unwrap_or_default();
    let ours = || done.iter().filter(|one| one.cell.policy == OURS);
    let mut rows: BTreeMap<(&str, &str), (f64, f64, f64, f64)> = BTreeMap::new();
    for one in ours() {
        for (key, Sightings { first, over }) in &one.figures.seen.notices {
            let mut times: Vec<Time> = first.values().copied().collect();
            times.sort_unstable();
            let at = |index: usize| seconds(times.get(index).copied().unwrap_or_default());
            let share = times.len() as f64 / f64::from(one.cell.clients);
            let row = rows.entry(*key).or_insert((f64::MAX, 0.0, 0.0, 0.0));
            *row = (
                row.0.min(at(0)),
                row.1.max(at(times.len() / 2)),
                row.2.max(seconds(over.values().copied().max().unwrap_or_default())),
                row.3.max(share),
            );
        }
    }
    let _ = writeln!(
        text,
        "  {:>7} {:>7} {:>7} {:>7}  {:<7} {:<22} words",
        "first", "median", "over", "people", "where", "code"
    );
    for ((code, surface), (first, median, over, share)) in rows {
        let title = words["messages"][code.trim_start_matches("SF-")]["title"].as_str().unwrap_or_default();
        let share = share * 100.0;
        let _ = writeln!(
            text,
            "  {first:>7.1} {median:>7.1} {over:>7.1} {share:>6.1}%  {surface:<7} {code:<22} {title}"
        );
    }
    if plan.left_out > 0 {
        let _ = writeln!(text, "  left out: {} of its faults strike other addresses", plan.left_out);
    }
    let end = plan.end() - WARM_UP;
    let mut passed = true;
    for expected in &plan.expected {
        let Expected { cause, surface, after, by, .. } = expected;
        let what = format!("{cause} ({surface}) from {after} s on, by {by} s");
        let all: Vec<_> = ours().map(|one| sight(&one.figures.seen, expected)).collect();
        match judge(plan, expected, all.into_iter().reduce(worse).flatten()) {
            Verdict::Met => _ = writeln!(text, "  as expected: {what}"),
            Verdict::Elsewhere => {
                _ = writeln!(text, "  not looked for: {what}; it comes of more than the faults here");
            }
            Verdict::Broken(got) => {
                passed = false;
                _ = writeln!(text, "  broken: {what} is expected, got: {got}");
            }
        }
    }
    for one in ours() {
        let well = match one.figures.recovery {
            Some(Recovery::After(seconds)) => Some(end + seconds),
            _ => None,
        };
        if well.is_none_or(|at| at > plan.recovered_by) {
            passed = false;
            let got = well.map_or("never".into(), |at| format!("at {at} s"));
            let _ = writeln!(
                text,
                "  broken: well again by {} s is expected, got {got} ({}, seed {})",
                plan.recovered_by,
                one.cell.variant(),
                one.cell.seed
            );
        }
    }
    if passed {
        let _ = writeln!(text, "  well again by {} s, as expected", plan.recovered_by);
    }
    (text, passed)
}

/// What one run's people saw of a notice.
fn sight(seen: &Seen, Expected { cause, surface, .. }: &Expected) -> Option<Sight> {
    let is = |(code, place): &(&str, &str)| {
        code.strip_prefix("SF-") == Some(cause) && (surface.is_empty() || place == surface)
    };
    let found: Vec<&Sightings> = seen.notices.iter().filter(|(key, _)| is(key)).map(|(_, one)| one).collect();
    let first = found.iter().flat_map(|one| one.first.values()).min()?;
    let mut over: Vec<Time> = found.iter().flat_map(|one| one.over.values().copied()).collect();
    over.sort_unstable();
    let half_over = over.get(over.len() / 2).copied().unwrap_or(Time::MAX);
    Some(Sight { first: (seconds(*first), seconds(*first)), half_over: seconds(half_over) })
}

/// Of two runs; one in which nobody saw it is the worst.
fn worse(one: Option<Sight>, other: Option<Sight>) -> Option<Sight> {
    let (one, other) = (one?, other?);
    let first = (one.first.0.min(other.first.0), one.first.1.max(other.first.1));
    Some(Sight { first, half_over: one.half_over.max(other.half_over) })
}

fn seconds(time: Time) -> f64 {
    f64::from(time) / f64::from(SECOND) - f64::from(WARM_UP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Chosen;
    use crate::plan::{self, Choice};
    use crate::run;

    /// What is told of an outage of 20 s that is to be over by a time.
    fn told(recovered_by: u32) -> (String, bool) {
        played("overloaded", |plan| plan.recovered_by = recovered_by)
    }

    /// What is told of a drill whose expectations are others.
    fn played(name: &str, change: impl Fn(&mut Plan)) -> (String, bool) {
        let file = format!("{}/../../drills/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut plan = Plan::read(&file).unwrap();
        change(&mut plan);
        let plan: &'static Plan = Box::leak(Box::new(plan));
        let mut choice = Choice { clients: Some(200), seeds: Some(1), ..Choice::default() };
        choice.drill(plan);
        let chosen = Chosen::read(None).unwrap();
        let (cells, _) = plan::cells(&choice, &chosen);
        report(plan, &run::all(cells, &chosen, 1, |_, _| {}).unwrap())
    }

    #[test]
    fn it_is_told_what_people_see_and_whether_it_was_well_in_time() {
        let (text, passed) = told(60);
        assert!(passed, "{text}");
        assert!(text.contains("SF-overloaded") && text.contains("This has to wait a moment"), "{text}");
        let (text, passed) = told(10);
        assert!(!passed && text.contains("broken: well again by 10 s is expected"), "{text}");
    }

    type Change = fn(&mut Expected);

    #[test]
    fn expected_notices_are_looked_for_and_wrong_expectations_are_broken() {
        let (text, passed) = played("rate-limit", |_| ());
        assert!(passed && text.contains("as expected: rate-limited (toast) from 2 s on, by 8 s"), "{text}");
        assert!(text.contains("not looked for: circuit-open"), "{text}");
        let wrong: [(&str, Change); 4] = [
            ("got: nobody has seen it", |one| one.surface = "banner".into()),
            ("got: seen at 2.", |one| (one.after, one.by) = (10, 20)),
            ("got: seen at 3.", |one| (one.after, one.by) = (0, 1)),
            ("got: half of the people see it until", |one| one.over = Some(3)),
        ];
        for (got, change) in wrong {
            let (text, passed) = played("rate-limit", |plan| plan.expected.iter_mut().for_each(change));
            assert!(!passed && text.contains("broken: rate-limited") && text.contains(got), "{text}");
        }
    }
}
