//! Which cells a command line asks for.

use crate::drill::Plan;
use crate::options::Chosen;
use crate::peers::PEERS;
use crate::run::OURS;
use crate::scenario::{Cell, TRIGGERS, Trigger};

/// What can be chosen; `None`: all there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub quick: bool,
    pub clients: Option<u32>,
    pub seconds: Option<u32>,
    pub seeds: Option<u32>,
    pub seed: Option<u64>,
    pub policies: Option<Vec<&'static str>>,
    pub triggers: Option<Vec<Trigger>>,
    pub bursts: Option<Vec<u32>>,
    pub loads: Option<Vec<u32>>,
    pub cancels: Option<Vec<bool>>,
}

impl Choice {
    /// A drill in place of the triggers; for a quick look, unless more is asked for.
    pub fn drill(&mut self, plan: &'static Plan) {
        self.triggers = Some(vec![Trigger::Drill(plan)]);
        self.quick = true;
        self.seconds.get_or_insert(plan.seconds());
    }
}

/// The cells of a choice, and what was left out because the core does not know it yet.
pub fn cells(choice: &Choice, chosen: &Chosen) -> (Vec<Cell>, Vec<String>) {
    let quick = choice.quick;
    let clients = choice.clients.unwrap_or(if quick { 4_000 } else { 20_000 });
    let seconds = choice.seconds.unwrap_or(300);
    let first = choice.seed.unwrap_or(1);
    let seeds = choice.seeds.unwrap_or(if quick { 2 } else { 5 });
    let bursts = choice.bursts.clone().unwrap_or_else(|| vec![1, 4]);
    let triggers = choice.triggers.clone().unwrap_or_else(|| TRIGGERS.to_vec());
    let peers = if quick { &PEERS[..1] } else { &PEERS[..] };
    let policies = choice
        .policies
        .clone()
        .unwrap_or_else(|| std::iter::once(OURS).chain(peers.iter().map(|(name, ..)| *name)).collect());

    let (mut cells, mut left_out) = (Vec::new(), Vec::new());
    for trigger in triggers {
        if let Some(needs) = trigger.needs()
            && let Err(problem) = chosen.with(Some(needs))
        {
            left_out.push(format!("{}: {problem}", trigger.name()));
            continue;
        }
        // Where no queue grows, a quick look needs only the higher load.
        let short = quick && !trigger.queues();
        let loads = choice.loads.clone().unwrap_or_else(|| if short { vec![80] } else { vec![70, 80] });
        let cancels =
            choice.cancels.clone().unwrap_or_else(|| if short { vec![false] } else { vec![false, true] });
        for policy in &policies {
            // Ours and no policy meet every variant; the others the first one, once.
            let whole = matches!(*policy, OURS | "none");
            if !whole && trigger.needs().is_some() {
                continue;
            }
            let count = |all: usize| if whole { all } else { 1 };
            for burst in bursts.iter().take(count(bursts.len())) {
                for load in loads.iter().take(count(loads.len())) {
                    for cancel in cancels.iter().take(count(cancels.len())) {
                        for seed in first..first + count(seeds as usize) as u64 {
                            let (burst, load, cancel) = (*burst, *load, *cancel);
                            cells.push(Cell { policy, trigger, burst, load, cancel, seed, clients, seconds });
                        }
                    }
                }
            }
        }
    }
    (cells, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(choice: Choice, policy: &str) -> usize {
        let (cells, _) = cells(&choice, &Chosen::read(None).unwrap());
        cells.iter().filter(|cell| cell.policy == policy && cell.trigger.needs().is_none()).count()
    }

    #[test]
    fn ours_and_none_meet_the_full_cross_and_peers_the_base_grid() {
        for policy in [OURS, "none"] {
            assert_eq!(count(Choice::default(), policy), 11 * 2 * 2 * 2 * 5);
        }
        assert_eq!(count(Choice::default(), "ky"), 11);
        let chosen = Chosen::read(None).unwrap();
        let (cells, _) = cells(&Choice { policies: Some(vec!["ky"]), ..Choice::default() }, &chosen);
        assert!(
            cells.iter().all(|cell| (cell.burst, cell.load, cell.cancel, cell.seed) == (1, 70, false, 1))
        );
    }

    #[test]
    fn a_quick_look_keeps_every_trigger() {
        assert_eq!(count(Choice { quick: true, ..Choice::default() }, OURS), (4 * 8 + 7 * 2) * 2);
        assert_eq!(count(Choice { quick: true, ..Choice::default() }, "ky"), 0);
    }
}
