//! What people of the fleet would have seen of a drill, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value as Json;
use steadfetch::notice::{Cause, State, Subject, View};

use super::judged::{Sight, Verdict, judge};
use super::{Expected, FEATURE, Plan, WARM_UP};
use crate::metrics::Recovery;
use crate::queue::Time;
use crate::run::{Done, OURS};
use crate::scenario::SECOND;

const WORDS: &str = include_str!("../../../../catalogs/en.json");

/// A notice as a drill names it, its message, and its surface.
type Key = (String, String, &'static str);

/// Sightings of each notice in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    notices: BTreeMap<Key, Sightings>,
    /// What each client shows now.
    shown: BTreeMap<u32, BTreeSet<Key>>,
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
        self.show(client, views.filter(|view| view.state == State::Shown).flat_map(keys).collect(), now);
    }

    fn show(&mut self, client: u32, shown: BTreeSet<Key>, now: Time) {
        for key in &shown {
            let sightings = self.notices.entry(key.clone()).or_default();
            sightings.first.entry(client).or_insert(now);
            // It is there, again.
            sightings.over.remove(&client);
        }
        let before = self.shown.insert(client, shown.clone()).unwrap_or_default();
        for key in before.difference(&shown) {
            self.notices.entry(key.clone()).or_default().over.insert(client, now);
        }
    }
}

/// What a view tells of: the kind of a fault, or each feature that it names.
fn keys(view: &View) -> Vec<Key> {
    let surface = view.surface.name();
    match &view.subject {
        Subject::Fault { kind, .. } => vec![(kind.name().to_owned(), kind.name().to_owned(), surface)],
        Subject::App { message, .. } => {
            let features = std::iter::once(&view.cause).chain(&view.others);
            let named = features.filter(|cause| matches!(cause, Cause::Feature { .. }));
            named.map(|cause| (format!("{FEATURE}{}", cause.name()), message.clone(), surface)).collect()
        }
    }
}

/// What people would have seen, worst run by worst run, and whether the fleet was well again when the drill expects it.
pub fn report(plan: &Plan, done: &[Done]) -> (String, bool) {
    let mut text =
        format!("\nWhat people see of “{}” (seconds from its beginning, {})\n", plan.title, plan.path);
    let words: Json = serde_json::from_str(WORDS).unwrap_or_default();
    let ours = || done.iter().filter(|one| one.cell.policy == OURS);
    let mut rows: BTreeMap<&Key, (f64, f64, f64, f64)> = BTreeMap::new();
    for one in ours() {
        for (key, Sightings { first, over }) in &one.figures.seen.notices {
            let mut times: Vec<Time> = first.values().copied().collect();
            times.sort_unstable();
            let at = |index: usize| seconds(times.get(index).copied().unwrap_or_default());
            let share = times.len() as f64 / f64::from(one.cell.clients);
            let ends = over.values().copied().max().filter(|_| over.len() == first.len());
            let row = rows.entry(key).or_insert((f64::MAX, 0.0, 0.0, 0.0));
            *row = (
                row.0.min(at(0)),
                row.1.max(at(times.len() / 2)),
                // inf: some see it to the end of the run.
                row.2.max(ends.map_or(f64::INFINITY, seconds)),
                row.3.max(share),
            );
        }
    }
    let _ = writeln!(
        text,
        "  {:>7} {:>7} {:>7} {:>7}  {:<7} {:<22} words",
        "first", "median", "over", "people", "where", "what"
    );
    for ((cause, message, surface), (first, median, over, share)) in rows {
        let title = words["messages"][message]["title"].as_str().unwrap_or_default();
        let title = title.replace("{$feature}", cause.trim_start_matches(FEATURE));
        let share = share * 100.0;
        let _ = writeln!(
            text,
            "  {first:>7.1} {median:>7.1} {over:>7.1} {share:>6.1}%  {surface:<7} {cause:<22} {title}"
        );
    }
    if plan.left_out > 0 {
        let _ = writeln!(text, "  left out: {} of its faults strike other addresses", plan.left_out);
    }
    let end = plan.end() - WARM_UP;
    let (mut passed, mut judged) = (true, false);
    for expected in &plan.expected {
        let Expected { cause, surface, after, by, .. } = expected;
        let what = format!("{cause} ({surface}) from {after} s on, by {by} s");
        let all: Vec<_> = ours().map(|one| sight(&one.figures.seen, expected)).collect();
        match judge(plan, expected, all.into_iter().reduce(worse).flatten()) {
            Verdict::Met => {
                judged = true;
                _ = writeln!(text, "  as expected: {what}");
            }
            Verdict::Elsewhere => {
                _ = writeln!(
                    text,
                    "  not looked for: {what}; it comes of more than the faults and features here"
                );
            }
            Verdict::Broken(got) => {
                (passed, judged) = (false, true);
                _ = writeln!(text, "  broken: {what} is expected, got: {got}");
            }
        }
    }
    if !judged {
        let _ =
            writeln!(text, "  NOT JUDGED: none of the notices that this drill expects; see it in the demo");
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
    let is = |(one, _, place): &Key| one == cause && (surface.is_empty() || place == surface);
    let found: Vec<&Sightings> = seen.notices.iter().filter(|(key, _)| is(key)).map(|(_, one)| one).collect();
    let first = found.iter().flat_map(|one| one.first.values()).min()?;
    let people: usize = found.iter().map(|one| one.first.len()).sum();
    let mut over: Vec<Time> = found.iter().flat_map(|one| one.over.values().copied()).collect();
    over.sort_unstable();
    // Of all who saw it, also those for whom it never ended.
    let half_over = over.get(people / 2).map_or(f64::INFINITY, |time| seconds(*time));
    Some(Sight { first: (seconds(*first), seconds(*first)), half_over })
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
        played_by(200, name, change)
    }

    fn played_by(clients: u32, name: &str, change: impl Fn(&mut Plan)) -> (String, bool) {
        let file = format!("{}/../../drills/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut plan = Plan::read(&file).unwrap();
        change(&mut plan);
        let plan: &'static Plan = Box::leak(Box::new(plan));
        let mut choice = Choice { clients: Some(clients), seeds: Some(1), ..Choice::default() };
        choice.drill(plan);
        let chosen = Chosen::read(None).unwrap();
        let (cells, _) = plan::cells(&choice, &chosen);
        report(plan, &run::all(cells, &chosen, 1, |_, _| {}).unwrap())
    }

    #[test]
    fn it_is_told_what_people_see_and_whether_it_was_well_in_time() {
        let (text, passed) = told(60);
        assert!(passed, "{text}");
        assert!(text.contains("toast   overloaded") && text.contains("This has to wait a moment"), "{text}");
        let (text, passed) = told(10);
        assert!(!passed && text.contains("broken: well again by 10 s is expected"), "{text}");
    }

    type Change = fn(&mut Expected);

    #[test]
    fn expected_notices_are_looked_for_and_wrong_expectations_are_broken() {
        let (text, passed) = played("rate-limit", |_| ());
        assert!(passed && text.contains("as expected: rate-limited (toast) from 2 s on, by 8 s"), "{text}");
        assert!(text.contains("not looked for: circuit-open"), "{text}");
        let (text, passed) = played("rate-limit", |plan| {
            plan.recovered_by = 3;
            plan.expected.iter_mut().for_each(|one| one.over = None);
        });
        assert!(!passed && text.contains("half of the people see it until"), "without `over`: {text}");
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

    fn expected(over: u32) -> Expected {
        let (cause, surface) = ("overloaded".into(), String::new());
        Expected { cause, surface, after: 0, by: 60, over: Some(over) }
    }

    #[test]
    fn half_of_the_people_are_half_of_those_who_saw_it() {
        let at = |seconds: u32| (WARM_UP + seconds) * SECOND;
        let mut sightings = Sightings::default();
        for client in 0..1_000 {
            sightings.first.insert(client, at(2));
        }
        // Ten of them got rid of it.
        for client in 0..10 {
            sightings.over.insert(client, at(20));
        }
        let mut seen = Seen::default();
        let key: Key = ("overloaded".into(), "overloaded".into(), "toast");
        seen.notices.insert(key.clone(), sightings.clone());
        assert_eq!(sight(&seen, &expected(30)).map(|one| one.half_over), Some(f64::INFINITY));
        for client in 10..=500 {
            sightings.over.insert(client, at(25));
        }
        seen.notices.insert(key, sightings);
        assert_eq!(sight(&seen, &expected(30)).map(|one| one.half_over), Some(25.0));
    }

    #[test]
    fn what_is_seen_again_is_not_over() {
        let mut seen = Seen::default();
        let notice: Key = ("overloaded".into(), "overloaded".into(), "toast");
        let over = |seen: &Seen| seen.notices.values().map(|one| one.over.len()).sum::<usize>();
        seen.show(7, [notice.clone()].into(), 1);
        seen.show(7, [].into(), 2);
        assert_eq!(over(&seen), 1);
        seen.show(7, [notice].into(), 3);
        assert_eq!(over(&seen), 0);
    }

    #[test]
    fn the_drills_that_come_with_it_are_judged_by_what_people_see() {
        for (name, cause) in [
            ("bad-deploy", "feature.orders"),
            ("slow-database", "feature.orders"),
            ("regional-outage", "feature.orders"),
            ("expired-certificate", "feature.carrier"),
            ("rate-limit-storm", "rate-limited"),
        ] {
            // With fewer the chances of single ones decide when it is well again.
            let (text, passed) = played_by(1_000, name, |_| ());
            assert!(passed && text.contains(&format!("as expected: {cause} (toast)")), "{text}");
            let (text, passed) = played_by(200, name, |plan| {
                plan.expected.iter_mut().for_each(|one| one.surface = "banner".into());
            });
            assert!(!passed && text.contains(&format!("broken: {cause} (banner)")), "{text}");
        }
    }

    #[test]
    fn a_drill_whose_notices_the_fleet_cannot_see_says_so_aloud() {
        let (text, passed) = played_by(1_000, "expired-certificate", |plan| plan.features.clear());
        assert!(passed && text.contains("NOT JUDGED") && !text.contains("as expected: "), "{text}");
    }
}
