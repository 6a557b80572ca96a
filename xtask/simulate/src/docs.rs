//! What the documentation shows of a run: a table in Markdown and a sheet of charts for each trigger.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::chart::{self, HEIGHT, WIDTH};
use crate::run::{Done, OURS};
use crate::scenario::Trigger;
use crate::table;

/// The page, and the lines in it between which the table stands.
const PAGE: &str = "retry-storms.md";
const BEGIN: &str = "<!-- written by cargo xtask simulate --docs -->\n";
const END: &str = "<!-- up to here -->\n";

/// What is shown: triggers that end, where a storm can begin.
const SHOWN: [Trigger; 6] = [
    Trigger::Outage503,
    Trigger::Outage502,
    Trigger::Blackhole,
    Trigger::Brownout,
    Trigger::LatencyX10,
    Trigger::Partial30,
];
/// Charts of those that are not told by the table alone.
const DRAWN: [Trigger; 4] = [Trigger::Outage503, Trigger::Blackhole, Trigger::Brownout, Trigger::LatencyX10];

const COLUMNS: usize = 4;
const GAP: f64 = 16.0;
/// Of a chart, with the policy's name under it.
const ROW: f64 = HEIGHT + 26.0;
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#4b5563}.frame{fill:#fff;stroke:#d9dce1}\
    .trigger{fill:#f6e3c4}.served{fill:#cfe3ef;opacity:.8}.capacity{stroke:#5b6472;stroke-dasharray:4 3}\
    .offered{fill:none;stroke:#6a7180;stroke-width:2;stroke-linejoin:round}\
    .own .offered{stroke:#0a6b5e}.own text{fill:#0a6b5e;font-weight:600}";

/// Writes table and charts into the folder of the documentation.
///
/// # Errors
/// A file cannot be read or written, or the page has no place for the table.
pub fn write(folder: &Path, done: &[Done]) -> Result<(), String> {
    let named = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let page = folder.join(PAGE);
    let text = fs::read_to_string(&page).map_err(|error| named(&page, error))?;
    let place = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = place else {
        return Err(format!("{}: `{}` and `{}` are missing", page.display(), BEGIN.trim(), END.trim()));
    };
    let text = [before, BEGIN, &markdown(done), END, after].concat();
    fs::write(&page, text).map_err(|error| named(&page, error))?;
    for trigger in DRAWN {
        let path = folder.join(format!("storm-{}.svg", trigger.name()));
        fs::write(&path, sheet(trigger, &firsts(done, trigger))).map_err(|error| named(&path, error))?;
    }
    Ok(())
}

/// The first cell of each policy: the same one for all.
fn firsts(done: &[Done], trigger: Trigger) -> Vec<&Done> {
    let mut firsts: Vec<&Done> = Vec::new();
    for one in done.iter().filter(|one| one.cell.trigger == trigger) {
        if firsts.iter().all(|known| known.cell.policy != one.cell.policy) {
            firsts.push(one);
        }
    }
    firsts
}

/// Peak amplification, recovery and loss: a row per policy, a column per trigger.
fn markdown(done: &[Done]) -> String {
    let mut text = String::from("\n| policy |");
    for trigger in SHOWN {
        let _ = write!(text, " {} |", trigger.name());
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(SHOWN.len()));
    text.push('\n');
    let of = |trigger: Trigger, policy: &str| {
        firsts(done, trigger).into_iter().find(|one| one.cell.policy == policy)
    };
    let entry = |figures: Option<&crate::metrics::Figures>| {
        figures.map_or("–".to_owned(), |figures| {
            let peak = figures.during.max(figures.after.unwrap_or(0.0));
            format!("{peak:.2} / {} / {:.1}", table::recovery(figures.recovery), figures.lost)
        })
    };
    for first in firsts(done, SHOWN[0]) {
        let policy = first.cell.policy;
        let name = if policy == OURS { format!("**{policy}**") } else { policy.to_owned() };
        let _ = write!(text, "| {name} |");
        for trigger in SHOWN {
            let _ = write!(text, " {} |", entry(of(trigger, policy).map(|one| &one.figures)));
        }
        text.push('\n');
    }
    for policy in [OURS, "none"] {
        let _ = write!(text, "| {policy}, worst of all variants |");
        for trigger in SHOWN {
            let cells = done.iter().filter(|one| one.cell.trigger == trigger && one.cell.policy == policy);
            let _ = write!(text, " {} |", entry(table::worst(cells.map(|one| &one.figures)).as_ref()));
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Small charts of one trigger, a policy each, to one scale.
fn sheet(trigger: Trigger, done: &[&Done]) -> String {
    let top = chart::top(done.iter().copied());
    let rows = done.len().div_ceil(COLUMNS);
    let (width, height) = (COLUMNS as f64 * (WIDTH + GAP) + GAP, rows as f64 * ROW + GAP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}: attempts \
         per second over time, a chart per policy\">\n<style>{STYLE}</style><rect width=\"{width}\" height=\"{height}\" \
         fill=\"#fff\"/>\n",
        trigger.name()
    );
    for (index, one) in done.iter().enumerate() {
        let x = GAP + (index % COLUMNS) as f64 * (WIDTH + GAP);
        let y = GAP + (index / COLUMNS) as f64 * ROW;
        let own = if one.cell.policy == OURS { " class=\"own\"" } else { "" };
        let _ = writeln!(
            svg,
            "<g{own} transform=\"translate({x} {y})\"><rect class=\"frame\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>{}\
             <text y=\"{}\">{}, to {top:.1} ×</text></g>",
            chart::plot(one, top),
            HEIGHT + 16.0,
            one.cell.policy,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Chosen;
    use crate::plan::{self, Choice};
    use crate::run;

    fn small() -> Vec<Done> {
        let choice = Choice {
            quick: true,
            clients: Some(50),
            seconds: Some(30),
            seeds: Some(1),
            triggers: Some(SHOWN.to_vec()),
            ..Choice::default()
        };
        let chosen = Chosen::read(None).unwrap();
        let (cells, _) = plan::cells(&choice, &chosen);
        run::all(cells, &chosen, 1, |_, _| ()).unwrap()
    }

    #[test]
    fn the_table_is_put_in_its_place_and_every_chart_is_written() {
        let folder = std::env::temp_dir().join(format!("steadfetch-docs-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let done = small();
        assert!(write(&folder, &done).unwrap_err().contains(PAGE), "without a page");
        fs::write(folder.join(PAGE), "before\n").unwrap();
        assert!(write(&folder, &done).unwrap_err().contains("are missing"));
        for _ in 0..2 {
            fs::write(folder.join(PAGE), format!("before\n{BEGIN}old\n{END}after\n")).unwrap();
            write(&folder, &done).unwrap();
        }
        let page = fs::read_to_string(folder.join(PAGE)).unwrap();
        assert!(page.starts_with("before\n") && page.ends_with("after\n") && !page.contains("old"));
        assert!(page.contains("| **steadfetch** |") && page.contains("| none |"));
        for trigger in DRAWN {
            let svg = fs::read_to_string(folder.join(format!("storm-{}.svg", trigger.name()))).unwrap();
            assert_eq!(svg.matches("class=\"offered\"").count(), 2, "ours and none");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
