//! One line per step: what it does while it runs, and how long it took.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs a step and prints its line. The step's own output, if any, stands between the two halves.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("  {name} ...");
    let _ = std::io::stdout().flush();
    let started = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "done" } else { "failed" };
    println!("  {name} {word} in {}", seconds(started.elapsed()));
    outcome
}

/// "0.4 s", "12 s", "3 min 5 s".
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    match whole {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(12)), "12 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
