//! A row per cell, for spreadsheets.

use std::fmt::Write as _;

use crate::metrics::Recovery;
use crate::run::Done;

/// The file's text.
pub fn csv(done: &[Done]) -> String {
    let mut text = String::from(
        "policy,trigger,burst,load,cancel,seed,clients,seconds,requests,during,after,mean,recovery,lost,p50,p99,people,success,peak\n",
    );
    for Done { cell, figures } in done {
        let recovery = match figures.recovery {
            Some(Recovery::After(seconds)) => seconds.to_string(),
            Some(Recovery::Never) => "never".into(),
            None => String::new(),
        };
        let after = figures.after.map_or(String::new(), |after| format!("{after:.4}"));
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{:.4},{after},{:.4},{recovery},{:.2},{:.4},{:.4},{:.5},{:.6},{:.4}",
            cell.policy,
            cell.trigger.name(),
            cell.burst,
            cell.load,
            if cell.cancel { "yes" } else { "no" },
            cell.seed,
            cell.clients,
            cell.seconds,
            figures.requests,
            figures.during,
            figures.mean,
            figures.lost,
            figures.p50,
            figures.p99,
            figures.errors,
            figures.success,
            figures.peak,
        );
    }
    text
}
