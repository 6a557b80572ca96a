//! `--scale`: one cell with a million clients, and what each of them takes of memory.

use std::time::Instant;

use steadfetch::engine::Engine;

use crate::options::Chosen;
use crate::ours::Ours;
use crate::plan::Choice;
use crate::run::{Done, OURS};
use crate::scenario::{Cell, Trigger};
use crate::{table, world};

/// Runs it and tells.
///
/// # Errors
/// The options do not fit the core.
pub fn run(choice: &Choice, chosen: &Chosen) -> Result<(), String> {
    let first = |values: &Option<Vec<u32>>, or: u32| {
        values.as_ref().and_then(|all| all.first().copied()).unwrap_or(or)
    };
    let cell = Cell {
        policy: OURS,
        trigger: choice.triggers.as_ref().and_then(|all| all.first().copied()).unwrap_or(Trigger::Outage503),
        burst: first(&choice.bursts, 1),
        load: first(&choice.loads, 70),
        cancel: choice.cancels.as_ref().and_then(|all| all.first().copied()).unwrap_or(false),
        seed: choice.seed.unwrap_or(1),
        clients: choice.clients.unwrap_or(1_000_000),
        seconds: choice.seconds.unwrap_or(60),
    };
    let started = Instant::now();
    let before = resident();
    let mut policy = Ours::new(&chosen.with(cell.trigger.needs())?, &cell);
    let fresh = resident();
    let made = started.elapsed();
    let figures = world::run(&cell, &mut policy);
    let used = resident();
    let took = started.elapsed() - made;
    drop(policy);

    let requests = figures.requests;
    print!("{}", table::table(&[Done { cell: cell.clone(), figures }], false));
    println!("\n{} clients, {requests} requests in {} s of simulated time", cell.clients, cell.seconds);
    println!("made in {:.1} s, ran in {:.1} s", made.as_secs_f64(), took.as_secs_f64());
    println!("size of an engine: {} bytes, without what it allocates", size_of::<Engine>());
    match (before, fresh, used) {
        (Some(before), Some(fresh), Some(used)) => {
            let each = |bytes: u64| bytes as f64 / f64::from(cell.clients);
            println!("resident memory per client, engine and allocations: {:.0} bytes", each(fresh - before));
            println!(
                "after the run, with the world around it: {:.0} bytes",
                each(used.saturating_sub(before))
            );
        }
        _ => println!("resident memory: this system does not say (no /proc/self/status)"),
    }
    Ok(())
}

/// Resident memory of this process, bytes.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
