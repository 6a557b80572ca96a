//! The command line.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

use crate::drill::{self, Plan};
use crate::options::Chosen;
use crate::peers::PEERS;
use crate::plan::{self, Choice};
use crate::run::{self, OURS};
use crate::scenario::{TRIGGERS, Trigger};
use crate::{csv, docs, html, limits, scale, table};

pub const USAGE: &str = "\
usage: cargo xtask simulate [...]

  --quick                4 000 clients, two seeds, ours and none: checks the limits in under a minute
  --clients N            clients (20 000)
  --seconds S            length of a run (300; the trigger is from 60 to 120 s)
  --seeds K, --seed S    K seeds (5) from S (1) on; the worst one counts
  --policy NAME,...      steadfetch and its peers (all)
  --trigger NAME,...     what goes wrong (all)
  --drill FILE           a drill (docs/drills.md) as what goes wrong: what people see of it, and when it is well again
  --burst 1,4            requests per page view
  --load 70,80           percent of capacity
  --cancel no,yes        whether the server stops working on what was given up
  --options FILE|JSON    merged into `defaults` of steadfetch
  --each                 a row per variant instead of the worst one
  --threads N            processors to use (all)
  --csv FILE             a row per cell
  --html FILE            a report with charts
  --docs FOLDER          its table and charts into the documentation in FOLDER (docs)
  --no-check             the limits are not checked
  --scale                one cell with 1 000 000 clients for 60 s: memory per client
";

/// What a command line asks for.
#[derive(Debug, Default)]
pub struct Asked {
    pub choice: Choice,
    pub options: Option<String>,
    pub each: bool,
    pub threads: Option<usize>,
    pub csv: Option<String>,
    pub html: Option<String>,
    pub docs: Option<String>,
    pub no_check: bool,
    pub drill: Option<String>,
    pub scale: bool,
    pub help: bool,
}

/// Reads the words of a command line.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn read(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, mut inline) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (word, None),
        };
        let mut value = || match inline.take().or_else(|| words.next()) {
            Some(value) if !value.starts_with("--") => Ok(value),
            _ => Err(format!("`{name}` needs a value")),
        };
        let choice = &mut asked.choice;
        match name.as_str() {
            "--quick" => choice.quick = true,
            "--clients" => choice.clients = Some(number(&name, &value()?, 10, 10_000_000)? as u32),
            "--seconds" => choice.seconds = Some(number(&name, &value()?, 10, 3600)? as u32),
            "--seeds" => choice.seeds = Some(number(&name, &value()?, 1, 1000)? as u32),
            "--seed" => choice.seed = Some(number(&name, &value()?, 0, u64::MAX / 2)?),
            "--policy" => {
                let names: Vec<&'static str> =
                    std::iter::once(OURS).chain(PEERS.iter().map(|(name, ..)| *name)).collect();
                choice.policies = Some(list(&value()?, |text| one_of(&name, text, &names, |name| name))?);
            }
            "--trigger" => {
                choice.triggers =
                    Some(list(&value()?, |text| one_of(&name, text, &TRIGGERS, Trigger::name))?);
            }
            "--burst" => {
                choice.bursts = Some(list(&value()?, |text| Ok(number(&name, text, 1, 100)? as u32))?)
            }
            "--load" => choice.loads = Some(list(&value()?, |text| Ok(number(&name, text, 1, 99)? as u32))?),
            "--cancel" => {
                let named = [("no", false), ("yes", true)];
                choice.cancels =
                    Some(list(&value()?, |text| Ok(one_of(&name, text, &named, |(name, _)| name)?.1))?);
            }
            "--options" => asked.options = Some(value()?),
            "--drill" => asked.drill = Some(value()?),
            "--threads" => asked.threads = Some(number(&name, &value()?, 1, 1024)? as usize),
            "--csv" => asked.csv = Some(value()?),
            "--html" => asked.html = Some(value()?),
            "--docs" => asked.docs = Some(value()?),
            "--each" => asked.each = true,
            "--no-check" => asked.no_check = true,
            "--scale" => asked.scale = true,
            "--help" | "-h" | "help" => asked.help = true,
            _ => return Err(format!("`{name}` is not understood here")),
        }
        if inline.is_some() {
            return Err(format!("`{name}` takes no value"));
        }
    }
    Ok(asked)
}

fn number(name: &str, text: &str, least: u64, most: u64) -> Result<u64, String> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    match plain.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("`{name}` takes a whole number from {least} to {most}, not `{text}`")),
    }
}

fn list<T: PartialEq>(text: &str, mut item: impl FnMut(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let mut items = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let found = item(part)?;
        if !items.contains(&found) {
            items.push(found);
        }
    }
    if items.is_empty() { Err(format!("`{text}` names nothing")) } else { Ok(items) }
}

fn one_of<T: Copy>(
    option: &str,
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, String> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        format!("`{option}` does not know `{text}`: choose from {}", names.join(", "))
    })
}

/// Runs what was asked for; true when all limits hold.
///
/// # Errors
/// What is wrong with the command line, the options or a file.
pub fn command(words: impl IntoIterator<Item = String>) -> Result<bool, String> {
    let mut asked = read(words)?;
    if asked.help {
        print!("{USAGE}");
        return Ok(true);
    }
    let chosen = Chosen::read(asked.options.as_deref())?;
    chosen.with(None).map_err(|problem| format!("--options: {problem}"))?;
    if !asked.no_check
        && let Some(policies) = &mut asked.choice.policies
        && policies.contains(&OURS)
        && !policies.contains(&"none")
    {
        // Some limits are relative to it.
        policies.push("none");
    }
    let drill = asked.drill.as_deref().map(Plan::read).transpose()?;
    // It lives as long as the program, like the other triggers.
    let drill: Option<&'static Plan> = drill.map(|plan| &*Box::leak(Box::new(plan)));
    if let Some(plan) = drill {
        asked.choice.drill(plan);
    }
    if asked.scale {
        scale::run(&asked.choice, &chosen)?;
        return Ok(true);
    }
    let (cells, left_out) = plan::cells(&asked.choice, &chosen);
    let threads =
        asked.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let (started, total) = (Instant::now(), cells.len());
    let done = run::all(cells, &chosen, threads, |cell, count| progress(cell, count, total, started))?;
    let took = started.elapsed().as_secs_f64();
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }

    println!("{}\n{}\n", table::table(&done, asked.each), table::LEGEND);
    for line in left_out {
        println!("left out: {line}");
    }
    println!("{total} cells in {took:.1} s");
    let told = drill.map(|plan| drill::report(plan, &done));
    let report = limits::check(&done);
    let write = |path: &Option<String>, text: &dyn Fn() -> String| match path {
        Some(path) => std::fs::write(path, text()).map_err(|error| format!("{path}: {error}")),
        None => Ok(()),
    };
    write(&asked.csv, &|| csv::csv(&done))?;
    write(&asked.html, &|| html::html(&done, &report.text))?;
    if let Some(folder) = &asked.docs {
        docs::write(folder.as_ref(), &done)?;
    }
    if let Some((text, as_expected)) = told {
        print!("{text}");
        return Ok(as_expected || asked.no_check);
    }
    if asked.no_check {
        return Ok(true);
    }
    print!("{}", report.text);
    Ok(report.passed)
}

fn progress(cell: &crate::scenario::Cell, count: usize, total: usize, started: Instant) {
    let line = format!(
        "{count}/{total} {:.0} s: {} {} ({}, seed {})",
        started.elapsed().as_secs_f64(),
        cell.trigger.name(),
        cell.policy,
        cell.variant(),
        cell.seed
    );
    let mut err = std::io::stderr().lock();
    let _ = if err.is_terminal() { write!(err, "\r\x1b[K{line}") } else { writeln!(err, "{line}") };
}
