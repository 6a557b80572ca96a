//! A page for each kind of fault, and their index: what the core's tables say, the words of the English catalog, and the prose
//! of src/fault/pages.json.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};
use steadfetch::fault::{
    Action, Kind, Recovery, Surface, counts_for_breaker, is_kept, kind_of_status, retried_by_default,
    stands_in,
};

const PROSE: &str = include_str!("../../../src/fault/pages.json");
const WORDS: &str = include_str!("../../../catalogs/en.json");

/// What every page has; `retried` only where no status says it.
const MEMBERS: [&str; 5] = ["meaning", "does", "why", "team", "retried"];

/// Names and texts of all pages.
///
/// # Errors
/// What is wrong with the prose: a kind without a page, a page without a kind, a member that is missing or unknown.
pub fn pages() -> Result<Vec<(String, String)>, Vec<String>> {
    let parse = |text: &str| serde_json::from_str::<Json>(text).map_err(|error| vec![error.to_string()]);
    let (prose, words) = (parse(PROSE)?, parse(WORDS)?);
    let prose = prose.as_object().ok_or_else(|| vec!["an object is expected".to_owned()])?;
    let problems = problems(prose);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut pages = vec![("index.md".to_owned(), index(prose, &words))];
    for kind in Kind::ALL {
        pages.push((format!("{}.md", kind.name()), page(*kind, &prose[kind.name()], &words)));
    }
    Ok(pages)
}

fn problems(prose: &Map<String, Json>) -> Vec<String> {
    let mut problems = Vec::new();
    for kind in Kind::ALL {
        let Some(page) = prose.get(kind.name()) else {
            problems.push(format!("{} has no page", kind.name()));
            continue;
        };
        for name in ["meaning", "does", "why"] {
            if text(page, name).is_empty() {
                problems.push(format!("{}.{name} is missing", kind.name()));
            }
        }
        if page["team"].as_array().is_none_or(Vec::is_empty) {
            problems.push(format!("{}.team is missing", kind.name()));
        }
        if text(page, "retried").is_empty() == statuses(*kind).is_empty() && *kind != Kind::Timeout {
            problems
                .push(format!("{}.retried is for kinds without statuses, and for all of them", kind.name()));
        }
    }
    for (name, page) in prose {
        if !Kind::ALL.iter().any(|kind| kind.name() == name) {
            problems.push(format!("{name} is no kind"));
        }
        for member in page.as_object().into_iter().flatten().map(|(member, _)| member) {
            if !MEMBERS.contains(&member.as_str()) {
                problems.push(format!("{name}.{member} is not known"));
            }
        }
    }
    problems
}

fn index(prose: &Map<String, Json>, words: &Json) -> String {
    let mut page = String::from(
        "# Faults\n\nEverything that can go wrong with a call is one of these kinds. Its code is in the details of a notice, in \
         `explain` and in events, and does not change.\n\n| code | statuses | people are told | who can mend it |\n|---|---|---|---|\n",
    );
    for kind in Kind::ALL {
        let title = words["messages"][kind.name()]["title"].as_str().unwrap_or_default();
        let told = if kind.surface() == Surface::Silent { "nothing" } else { title };
        let _ = writeln!(
            page,
            "| [{}]({}.md) | {} | {told} | {} |",
            kind.code(),
            kind.name(),
            or_dash(&ranges(&statuses(*kind))),
            who(*kind)
        );
    }
    page.push_str("\n## In one sentence each\n\n");
    for kind in Kind::ALL {
        let _ = writeln!(page, "- **{}**: {}", kind.name(), text(&prose[kind.name()], "meaning"));
    }
    page.push_str(GENERATED);
    page
}

fn page(kind: Kind, prose: &Json, words: &Json) -> String {
    let mut page = format!("# {}\n\n{}\n\n", kind.code(), text(prose, "meaning"));
    let statuses = statuses(kind);
    page.push_str("| | |\n|---|---|\n");
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(page, "| {name} | {value} |");
    };
    row("kind", &format!("`{}`", kind.name()));
    row("HTTP statuses", &or_dash(&ranges(&statuses)));
    row("tried again", &retried(kind, prose, &statuses));
    if !statuses.is_empty() {
        row("counts for the circuit breaker", &breaker(&statuses));
    }
    row("a stored copy or fallback may stand in", &stand_in(kind, &statuses));
    row("an outbox keeps the write", if is_kept(kind) { "yes" } else { "no" });
    row("who can mend it", who(kind));
    row("first action", &format!("`{}`", kind.action().name()));
    row("shown as", shown(kind));
    let _ = write!(
        page,
        "\n## What Steadfetch does\n\n{}\n\n## Why\n\n{}\n",
        text(prose, "does"),
        text(prose, "why")
    );
    page.push_str("\n## What the person is told\n\n");
    page.push_str(&told(kind, words));
    page.push_str("\n## What the team should do\n\n");
    for line in prose["team"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        let _ = writeln!(page, "- {line}");
    }
    page.push_str(GENERATED);
    page
}

const GENERATED: &str = "\n<!-- Written by `cargo xtask docs` from src/fault and catalogs/en.json. -->\n";

fn told(kind: Kind, words: &Json) -> String {
    if kind.surface() == Surface::Silent {
        return "Nothing: it is silent, unless the app asks for a notice.\n".to_owned();
    }
    let message = &words["messages"][kind.name()];
    let mut told = String::new();
    let _ = writeln!(told, "> **{}**", text(message, "title"));
    let sentences: Vec<&str> = ["body", "safe"].iter().filter_map(|name| message[*name].as_str()).collect();
    let _ = writeln!(told, ">\n> {}", sentences.join(" "));
    if let Some(action) = message["action"].as_str().filter(|_| kind.action() != Action::None) {
        let _ = writeln!(told, ">\n> *{action}*");
    }
    let over = &words["messages"][format!("{}.recovered", kind.name())]["title"];
    let over = over.as_str().or(words["messages"]["recovered"]["title"].as_str()).unwrap_or_default();
    if matches!(kind.recovery(), Recovery::Automatic | Recovery::Operator) || kind == Kind::SignInRequired {
        let _ = writeln!(told, "\nWhen it is over: “{over}”.");
    }
    told.push_str(
        "\nIn plain English; [eight more languages and two more voices](../catalog.md) say the same.\n",
    );
    told
}

/// The statuses that mean this, of all that are errors.
fn statuses(kind: Kind) -> Vec<u16> {
    (400..=599).filter(|status| kind_of_status(*status) == Some(kind)).collect()
}

fn retried(kind: Kind, prose: &Json, statuses: &[u16]) -> String {
    let own = text(prose, "retried");
    if !own.is_empty() {
        return own.to_owned();
    }
    let part = |server_time: bool| -> Vec<u16> {
        statuses.iter().copied().filter(|status| retried_by_default(*status, server_time)).collect()
    };
    let (always, told) = (part(false), part(true));
    let only: Vec<u16> = told.iter().copied().filter(|status| !always.contains(status)).collect();
    let mut words = match (always.len(), always.len() == statuses.len()) {
        (0, _) => "no".to_owned(),
        (_, true) => "yes, where the request may be sent twice".to_owned(),
        _ => format!("{}, where the request may be sent twice", ranges(&always)),
    };
    if !only.is_empty() {
        let _ = write!(words, "; {} where the server says when", ranges(&only));
    }
    if kind == Kind::Conflict {
        words.push_str("; 409 to an Idempotency-Key of ours");
    }
    words
}

fn breaker(statuses: &[u16]) -> String {
    let counted: Vec<u16> = statuses.iter().copied().filter(|status| counts_for_breaker(*status)).collect();
    match counted.len() {
        0 => "no".to_owned(),
        count if count == statuses.len() => "yes".to_owned(),
        _ => ranges(&counted),
    }
}

fn stand_in(kind: Kind, statuses: &[u16]) -> String {
    let all: Vec<u16> = if statuses.is_empty() { vec![0] } else { statuses.to_vec() };
    let fitting: Vec<u16> = all.iter().copied().filter(|status| stands_in(kind, *status)).collect();
    match fitting.len() {
        0 => "no".to_owned(),
        count if count == all.len() => "yes".to_owned(),
        _ => ranges(&fitting),
    }
}

fn who(kind: Kind) -> &'static str {
    match kind.recovery() {
        Recovery::Automatic => "it recovers by itself",
        Recovery::User => "the person",
        Recovery::Operator => "whoever runs the service",
        Recovery::None => "nobody",
    }
}

fn shown(kind: Kind) -> &'static str {
    match kind.surface() {
        Surface::Silent => "nothing",
        Surface::Inline => "a hint where it belongs, else a toast",
        Surface::Toast => "a toast",
        Surface::Banner => "a banner",
    }
}

/// 502, 504, 520–524.
fn ranges(statuses: &[u16]) -> String {
    let mut parts: Vec<(u16, u16)> = Vec::new();
    for status in statuses {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *status => *last = *status,
            _ => parts.push((*status, *status)),
        }
    }
    let written = parts.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    written.collect::<Vec<_>>().join(", ")
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { text.to_owned() }
}

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_kind_has_a_page_that_says_what_the_tables_say() {
        let pages = pages().unwrap();
        assert_eq!(pages.len(), Kind::ALL.len() + 1);
        let page = |name: &str| pages.iter().find(|(known, _)| known == name).unwrap().1.as_str();
        assert!(page("unavailable.md").contains("| HTTP statuses | 425, 502, 504, 520–524 |"));
        assert!(page("too-large.md").contains("| tried again | no; 413 where the server says when |"));
        assert!(page("server-error.md").contains("| a stored copy or fallback may stand in | 500 |"));
        assert!(
            page("offline.md").contains("> **You're offline**")
                && page("offline.md").contains("“Back online”")
        );
        assert!(page("index.md").contains("[SF-rate-limited](rate-limited.md)"));
    }

    #[test]
    fn a_page_too_many_too_few_or_with_a_gap_is_told() {
        let mut prose: Map<String, Json> = serde_json::from_str(PROSE).unwrap();
        prose.remove("offline");
        prose.insert("offlin".to_owned(), Json::Object(Map::new()));
        prose["timeout"]["why"] = Json::Null;
        prose["conflict"]["whyy"] = Json::from("x");
        let found = problems(&prose);
        for expected in [
            "offline has no page",
            "offlin is no kind",
            "timeout.why is missing",
            "conflict.whyy is not known",
        ] {
            assert!(found.iter().any(|problem| problem == expected), "{expected}: {found:?}");
        }
    }

    #[test]
    fn statuses_are_written_as_ranges() {
        assert_eq!(ranges(&[502, 504, 520, 521, 522]), "502, 504, 520–522");
        assert_eq!(ranges(&[500, 501]), "500, 501");
    }
}
