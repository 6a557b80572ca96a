//! The report: one file without scripts, charts as inline SVG.

use std::fmt::Write as _;

use crate::chart::{self, HEIGHT, WIDTH};
use crate::metrics::Recovery;
use crate::peers::PEERS;
use crate::run::{Done, OURS};
use crate::scenario::Trigger;
use crate::table;

const STYLE: &str = include_str!("report.css");

/// The file's text.
pub fn html(done: &[Done], limits: &str) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Steadfetch in a fleet</title>\n<style>{STYLE}</style>\n<main>\n<h1>Steadfetch in a fleet</h1>\n"
    );
    if let Some(Done { cell, .. }) = done.first() {
        let _ = writeln!(
            page,
            "<p>{} clients for {} s, 0.1 requests per second each. Charts show the first seed with {}; bars the worst of all \
             cells of a policy.</p>",
            cell.clients,
            cell.seconds,
            cell.variant(),
        );
    }
    let mut triggers: Vec<Trigger> = Vec::new();
    for one in done {
        if !triggers.contains(&one.cell.trigger) {
            triggers.push(one.cell.trigger);
        }
    }
    page.push_str("<nav>");
    for trigger in &triggers {
        let _ = write!(page, "<a href=\"#{0}\">{0}</a> ", trigger.name());
    }
    page.push_str("</nav>\n");
    for trigger in triggers {
        let cells: Vec<&Done> = done.iter().filter(|one| one.cell.trigger == trigger).collect();
        section(&mut page, trigger, &cells);
    }
    let _ = writeln!(page, "<h2>Limits</h2>\n<pre>{}</pre>", escaped(limits));
    page.push_str("<h2>Policies</h2>\n<dl>\n");
    let _ = writeln!(page, "<dt>{OURS}</dt><dd>the shipped core</dd>");
    for (name, about, _) in PEERS {
        let _ = writeln!(page, "<dt>{name}</dt><dd>{}</dd>", escaped(about));
    }
    let _ = writeln!(
        page,
        "</dl>\n<h2>All figures</h2>\n<pre>{}\n{}</pre>\n</main>",
        escaped(&table::table(done, true)),
        escaped(table::LEGEND)
    );
    page
}

fn section(page: &mut String, trigger: Trigger, cells: &[&Done]) {
    let _ = writeln!(
        page,
        "<section>\n<h2 id=\"{0}\">{0}</h2>\n<p>{1}.</p>",
        trigger.name(),
        escaped(trigger.about())
    );
    let mut policies: Vec<&'static str> = Vec::new();
    for one in cells {
        if !policies.contains(&one.cell.policy) {
            policies.push(one.cell.policy);
        }
    }
    let of = |policy: &str| -> Vec<&Done> {
        cells.iter().copied().filter(|one| one.cell.policy == policy).collect()
    };

    page.push_str("<table><thead><tr><th>policy<th>peak ×<th>recovery<th>lost s<th class=\"bar\"></thead>\n");
    let rows: Vec<_> = policies
        .iter()
        .filter_map(|policy| Some((*policy, table::worst(of(policy).iter().map(|one| &one.figures))?)))
        .collect();
    let run = cells.first().map_or(1, |one| one.cell.seconds - one.cell.end());
    let longest = rows.iter().map(|(_, row)| row.lost).fold(1.0, f64::max);
    for (policy, row) in &rows {
        let peak = row.after.map_or(row.during, |after| after.max(row.during));
        let bad = if row.recovery == Some(Recovery::Never) { " class=\"never\"" } else { "" };
        let own = if *policy == OURS { " class=\"own\"" } else { "" };
        let _ = writeln!(
            page,
            "<tr{own}><th>{policy}<td>{peak:.2}<td{bad}>{}<td>{:.1}<td class=\"bar\"><svg viewBox=\"0 0 100 10\" \
             preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{:.1}\" height=\"6\"/>\
             <rect{bad} width=\"{:.1}\" y=\"7\" height=\"3\"/></svg>",
            table::recovery(row.recovery),
            row.lost,
            row.lost / longest * 100.0,
            match row.recovery {
                Some(Recovery::After(seconds)) => f64::from(seconds) / f64::from(run) * 100.0,
                Some(Recovery::Never) => 100.0,
                None => 0.0,
            },
        );
    }
    page.push_str("</table>\n");

    page.push_str("<p class=\"key\">Bars: lost (thick), recovery (thin). Charts: attempts per second (line, × capacity) and share of requests served on time (area).</p>\n");
    page.push_str("<div class=\"charts\">\n");
    let firsts: Vec<&Done> = policies.iter().filter_map(|policy| of(policy).first().copied()).collect();
    let top = chart::top(firsts.iter().copied());
    for one in firsts {
        figure(page, one, top);
    }
    page.push_str("</div>\n</section>\n");
}

fn figure(page: &mut String, one: &Done, top: f64) {
    let policy = one.cell.policy;
    let own = if policy == OURS { " class=\"own\"" } else { "" };
    let _ = writeln!(
        page,
        "<figure{own}><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Load of {policy} over time\">{}</svg>\
         <figcaption>{policy}, to {top:.1} ×</figcaption></figure>",
        chart::plot(one, top),
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
