//! Runs cells on all processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::metrics::Figures;
use crate::options::Chosen;
use crate::ours::Ours;
use crate::peers::PEERS;
use crate::policy::Policy;
use crate::scenario::Cell;
use crate::world;

/// The name of the policy that ships.
pub const OURS: &str = "steadfetch";

/// A cell and what came of it.
pub struct Done {
    pub cell: Cell,
    pub figures: Figures,
}

/// Runs one cell.
///
/// # Errors
/// The options do not fit the core.
pub fn one(cell: &Cell, chosen: &Chosen) -> Result<Figures, String> {
    let mut policy: Box<dyn Policy> = match PEERS.iter().find(|(name, ..)| *name == cell.policy) {
        Some((_, _, make)) => make(cell),
        None => Box::new(Ours::new(&chosen.with(cell.trigger.needs())?, cell)),
    };
    Ok(world::run(cell, &mut *policy))
}

/// Runs cells on so many threads; their order stays. `tell` hears of each one that is done, with how many are.
///
/// # Errors
/// The options do not fit the core.
pub fn all(
    cells: Vec<Cell>,
    chosen: &Chosen,
    threads: usize,
    tell: impl Fn(&Cell, usize) + Sync,
) -> Result<Vec<Done>, String> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<Result<Figures, String>>>> =
        cells.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(cell) = cells.get(index) else { return };
                    let result = one(cell, chosen);
                    if let Ok(mut slot) = results[index].lock() {
                        *slot = Some(result);
                    }
                    tell(cell, done.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let figures = results
        .into_iter()
        .map(|slot| slot.into_inner().ok().flatten().unwrap_or_else(|| Err("a cell was not run".into())));
    cells.into_iter().zip(figures).map(|(cell, figures)| Ok(Done { cell, figures: figures? })).collect()
}
