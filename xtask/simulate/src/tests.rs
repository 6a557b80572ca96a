//! Whole runs: what holds for every policy in the world.

use crate::metrics::{Figures, Recovery};
use crate::options::Chosen;
use crate::peers::PEERS;
use crate::plan::{self, Choice};
use crate::run::{self, OURS};
use crate::scenario::{Cell, Trigger};
use crate::{csv, table};

fn cell(policy: &'static str, trigger: Trigger) -> Cell {
    Cell { policy, trigger, burst: 1, load: 70, cancel: false, seed: 1, clients: 500, seconds: 300 }
}

fn figures(cell: &Cell) -> Figures {
    run::one(cell, &Chosen::read(None).unwrap()).unwrap()
}

#[test]
fn equal_seeds_give_equal_tables_on_any_number_of_threads() {
    let choice = Choice {
        clients: Some(200),
        seconds: Some(100),
        seeds: Some(2),
        triggers: Some(vec![Trigger::Blackhole, Trigger::Partial30, Trigger::Tail]),
        ..Choice::default()
    };
    let chosen = Chosen::read(None).unwrap();
    let text = |threads: usize, seed: u64| {
        let (cells, _) = plan::cells(&Choice { seed: Some(seed), ..choice.clone() }, &chosen);
        let done = run::all(cells, &chosen, threads, |_, _| {}).unwrap();
        csv::csv(&done) + &table::table(&done, true)
    };
    let one = text(1, 1);
    assert_eq!(one, text(3, 1));
    assert_ne!(one, text(1, 7));
}

#[test]
fn every_policy_meets_the_same_requests() {
    let asked: Vec<u64> = PEERS
        .iter()
        .map(|(name, ..)| *name)
        .chain([OURS])
        .map(|policy| figures(&cell(policy, Trigger::Blackhole)).requests)
        .collect();
    assert!(asked.iter().all(|requests| *requests == asked[0]), "{asked:?}");
    // 500 clients · 0.1/s · 300 s.
    assert!((14_500..15_500).contains(&asked[0]));
}

#[test]
fn bursts_keep_the_request_rate() {
    let burst = Cell { burst: 4, ..cell("none", Trigger::Tail) };
    let requests = figures(&burst).requests;
    assert!(requests.is_multiple_of(4) && (14_000..16_000).contains(&requests), "{requests}");
}

#[test]
fn without_retries_a_full_queue_drains_in_the_time_that_arithmetic_gives() {
    // 21 s of work, 30 % of capacity to spare, on time from 10 s of wait on: (21 − 10) / 0.3 s.
    let black = figures(&Cell { clients: 4000, ..cell("none", Trigger::Blackhole) });
    let Some(Recovery::After(seconds)) = black.recovery else { panic!("no retry recovers") };
    assert!((34..=40).contains(&seconds), "{seconds}");
    assert!((94.0..100.0).contains(&black.lost), "{}", black.lost);
    assert!((0.97..1.03).contains(&black.during) && (0.99..1.01).contains(&black.mean));
}

#[test]
fn cancellation_empties_the_queue() {
    let cancelled = Cell { cancel: true, ..cell("none", Trigger::Blackhole) };
    assert_eq!(figures(&cancelled).recovery, Some(Recovery::After(0)));
}

#[test]
fn retried_timeouts_keep_an_overload_going() {
    for policy in ["tanstack-abort", "aws-standard", "polly-standard", "finagle"] {
        let figures = figures(&cell(policy, Trigger::Blackhole));
        assert_eq!(figures.recovery, Some(Recovery::Never), "{policy}");
        assert!(figures.during > 4.0, "{policy}: {}", figures.during);
    }
}

#[test]
fn an_outage_is_lost_for_who_does_not_wait() {
    for trigger in [Trigger::Outage503, Trigger::Outage502, Trigger::Offline] {
        let figures = figures(&cell("none", trigger));
        assert!((56.0..64.0).contains(&figures.lost), "{trigger:?}: {}", figures.lost);
        assert_eq!(figures.recovery, Some(Recovery::After(0)));
    }
    assert_eq!(figures(&cell("none", Trigger::Offline)).during, 0.0, "nothing reaches a server from offline");
}

#[test]
fn what_pauses_offline_comes_back_at_once() {
    let figures = figures(&cell("tanstack", Trigger::Offline));
    // 30 s of organic requests in one second: earlier ones were given up.
    assert!((18.0..24.0).contains(&figures.peak), "{}", figures.peak);
}

#[test]
fn faults_come_at_their_rates() {
    let random = figures(&cell("none", Trigger::Random502));
    assert!((0.985..0.995).contains(&random.success), "{}", random.success);
    let tail = figures(&cell("none", Trigger::Tail));
    assert!((2.0..4.1).contains(&tail.p99) && tail.p50 < 0.12, "{} {}", tail.p50, tail.p99);
    let partial = figures(&cell("none", Trigger::Partial30));
    assert!((16.0..20.0).contains(&partial.lost), "{}", partial.lost);
}

#[test]
fn ours_serves_everyone_while_nothing_is_wrong() {
    for burst in [1, 4] {
        let figures = figures(&Cell { burst, ..cell(OURS, Trigger::Tail) });
        assert_eq!((figures.success, figures.errors), (1.0, 0.0));
        assert!(figures.mean < 1.001);
    }
}
