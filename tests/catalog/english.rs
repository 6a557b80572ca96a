//! The English catalog is complete and keeps the rules of the project's notices: length, plain words, a next step.

use std::collections::BTreeMap;

use serde_json::Value;
use steadfetch::catalog::compile::model::{Body, Expression, Key, Operand, Part};
use steadfetch::catalog::compile::parse;
use steadfetch::catalog::{Arg, Args, Catalog, Dir, Found, Locale, Number, PlainLocale, Plural, Slot};
use steadfetch::fault::{Action, Kind, Recovery};

type Sources = BTreeMap<String, BTreeMap<String, String>>;

fn sources() -> Sources {
    let json: Value = serde_json::from_str(include_str!("../../catalogs/en.json")).unwrap();
    serde_json::from_value(json["messages"].clone()).unwrap()
}

const VALUES: &Args<'static> = &[
    ("title", Arg::Directed("We can't reach the server", Dir::Ltr)),
    ("code", Arg::Directed("SF-deadline-too-short", Dir::Ltr)),
    ("count", Arg::Int(1_234)),
    ("seconds", Arg::Int(59)),
    ("number", Arg::Int(2)),
    ("date", Arg::Text("3 May")),
    ("since", Arg::Time(1_714_979_289_000)),
    ("until", Arg::Time(1_714_979_289_000)),
    ("limit", Arg::Int(3)),
    ("writes", Arg::Int(12)),
    ("time", Arg::Time(1_714_979_289_000)),
    ("from", Arg::Time(1_714_979_289_000)),
    ("days", Arg::Int(14)),
    ("hotkey", Arg::Directed("Alt+T", Dir::Ltr)),
    ("feature", Arg::Directed("Order history", Dir::Ltr)),
];

fn text(id: &str, slot: Slot, args: &Args<'_>) -> Option<String> {
    let mut out = String::new();
    let outcome = Catalog::builtin().format(id, slot, args, &PlainLocale::default(), &mut out);
    assert!(outcome.problems.is_empty(), "{id} {slot:?}: {:?}", outcome.problems.names().collect::<Vec<_>>());
    assert_ne!(outcome.found, Found::Generic, "{id}");
    outcome.is_found().then_some(out)
}

/// Every text of the catalog, as shown: (id, slot, text).
fn texts() -> Vec<(String, Slot, String)> {
    let all = sources()
        .into_keys()
        .flat_map(|id| Slot::ALL.map(|slot| text(&id, slot, VALUES).map(|text| (id.clone(), slot, text))));
    all.flatten().collect()
}

/// The kind that a message is about.
fn kind(id: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == id)
}

#[test]
fn every_kind_has_a_title_and_a_body() {
    for kind in Kind::ALL {
        for slot in [Slot::Title, Slot::Body] {
            assert!(text(kind.name(), slot, &[]).is_some(), "{} {slot:?}", kind.name());
        }
    }
}

#[test]
fn every_kind_has_words_for_its_end() {
    for kind in Kind::ALL {
        assert!(
            text(&format!("{}.recovered", kind.name()), Slot::Title, &[])
                .is_some_and(|text| text.len() <= 20)
        );
    }
    assert_eq!(text("offline.recovered", Slot::Title, &[]).as_deref(), Some("Back online"));
    assert_eq!(text("timeout.recovered", Slot::Title, &[]).as_deref(), Some("Working again"));
}

#[test]
fn every_id_that_the_surfaces_ask_for_is_there() {
    let catalog = Catalog::builtin();
    for id in [
        "generic",
        "text",
        "minimal",
        "saved-copy",
        "saved-copy.older",
        "recovered",
        "feature-reduced",
        "feature-off",
        "feature-full",
        "ui.dismiss",
        "ui.details",
        "ui.code",
        "ui.region",
        "ui.banner",
        "ui.count",
        "ui.countdown",
        "ui.countdown-at",
        "ui.trying",
        "ui.stopped",
        "ui.more",
        "ui.hotkey",
        "ui.severity.info",
        "ui.severity.success",
        "ui.severity.warning",
        "ui.severity.error",
        "action.dismiss",
        "action.discard",
        "outbox.waiting",
        "outbox.held",
        "outbox.sent",
        "outbox.dead",
    ] {
        assert!(catalog.has(id), "{id}");
    }
    for kind in Kind::ALL {
        if !matches!(kind.action(), Action::Wait | Action::None) {
            assert!(catalog.has(&format!("action.{}", kind.action().name())), "{}", kind.name());
        }
    }
    for action in [Action::Report, Action::CheckStatus] {
        assert!(catalog.has(&format!("action.{}", action.name())));
    }
    assert_eq!((catalog.locale(), catalog.voice(), catalog.dir()), ("en", "plain", Dir::Ltr));
}

#[test]
fn there_is_a_next_step_wherever_the_person_can_act() {
    for kind in Kind::ALL {
        let action = text(kind.name(), Slot::Action, &[]);
        let can_act =
            kind.recovery() == Recovery::User || !matches!(kind.action(), Action::Wait | Action::None);
        if can_act {
            let shared = text(&format!("action.{}", kind.action().name()), Slot::Title, &[]);
            assert_eq!(action, shared, "{}: the same term for the same step", kind.name());
        }
    }
}

#[test]
fn texts_keep_their_lengths() {
    for (id, slot, text) in texts() {
        let most = match slot {
            Slot::Title => 40,
            Slot::Body | Slot::Safe => 120,
            Slot::Action => 20,
            Slot::Help => 200,
        };
        // A dismiss label repeats a whole title, as long as that is.
        let most = if id == "ui.dismiss" { most + 40 } else { most };
        assert!(text.chars().count() <= most, "{id} {slot:?} {text}");
        assert!(!text.trim().is_empty() && text.trim() == text, "{id} {slot:?} {text:?}");
    }
}

#[test]
fn titles_have_no_full_stop_and_sentences_exactly_one() {
    for (id, slot, text) in texts() {
        match slot {
            Slot::Title | Slot::Action => assert!(!text.ends_with('.'), "{id} {slot:?} {text}"),
            Slot::Body | Slot::Safe => {
                assert!(text.ends_with('.') && text.matches('.').count() == 1, "{id} {slot:?} {text}");
            }
            Slot::Help => {}
        }
        assert!(text.starts_with(|char: char| !char.is_lowercase()), "{id} {slot:?} {text}");
    }
}

#[test]
fn steps_are_one_or_two_words() {
    for (id, slot, text) in texts() {
        if slot == Slot::Action || (id.starts_with("action.") && slot == Slot::Title) {
            assert!((1..=2).contains(&text.split(' ').count()), "{id} {text}");
        }
    }
}

#[test]
fn words_are_plain_calm_and_blame_nobody() {
    const BANNED: &[&str] = &[
        "invalid",
        "illegal",
        "bad",
        "null",
        "undefined",
        "nan",
        "please",
        "oops",
        "whoops",
        "sorry",
        "error",
        "errors",
        "exception",
        "fatal",
        "failure",
        "abort",
        "aborted",
        "terminated",
        "http",
        "https",
        "api",
        "url",
        "dns",
        "tls",
        "json",
        "timeout",
        "fetch",
        "typeerror",
        "wasm",
        "unfortunately",
        "lol",
        "crash",
        "crashed",
        "forbidden",
        "unauthorized",
    ];
    const PHRASES: &[&str] = &[
        "failed to fetch",
        "technical difficult",
        "your internet",
        "your fault",
        "you failed",
        "you must",
        "uh-oh",
    ];
    for (id, slot, text) in texts() {
        if matches!(id.as_str(), "ui.code") {
            continue;
        }
        let lower = text.to_lowercase();
        for word in lower.split(|char: char| !char.is_alphanumeric()) {
            assert!(!BANNED.contains(&word), "{id} {slot:?}: {word}");
            let status = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
            assert!(
                !status || matches!(id.as_str(), "ui.count" | "ui.more" | "summary"),
                "{id} {slot:?}: a status code? {word}"
            );
        }
        for phrase in PHRASES {
            assert!(!lower.contains(phrase), "{id} {slot:?}: {phrase}");
        }
        assert!(!text.contains(['!', '?', '<', '>', '…', '\u{2019}']), "{id} {slot:?} {text}");
        assert!(
            text.chars().all(|char| char.is_ascii() || ('\u{2066}'..='\u{2069}').contains(&char)),
            "{id} {slot:?} {text}"
        );
    }
}

/// Variables that a message may use: what the surfaces hand over.
fn allowed(id: &str) -> &'static [&'static str] {
    match id {
        "ui.dismiss" => &["title"],
        "ui.code" => &["code"],
        "ui.count" | "ui.more" | "summary" => &["count"],
        "ui.progress" => &["number", "limit"],
        "report.fixed" => &["date"],
        "ui.incident" => &["since"],
        "ui.incident-until" => &["since", "until"],
        "ui.countdown" | "ui.available" => &["seconds"],
        "ui.countdown-at" | "ui.available-at" => &["time"],
        "ui.hotkey" => &["hotkey"],
        "saved-copy" => &["from"],
        "saved-copy.older" => &["days"],
        "feature-reduced" | "feature-off" | "feature-full" => &["feature"],
        _ if id.starts_with("outbox.") => &["writes"],
        _ if kind(id).is_some() => &["retryAt", "count"],
        _ => &[],
    }
}

#[test]
fn messages_use_only_what_they_get_and_all_of_it() {
    for (id, slots) in sources() {
        for (slot, source) in slots {
            let mut used = Vec::new();
            let message = parse(&source).unwrap();
            let mut see = |expression: &Expression| {
                if let Some(Operand::Variable(variable)) = &expression.operand {
                    used.push(variable.name.clone());
                }
                // The Wasm file that ships has no others (see `catalog/resolve.rs`).
                let ships = expression.function.as_ref().is_none_or(|function| {
                    matches!(function.name.as_str(), "integer" | "time") && function.options.is_empty()
                });
                assert!(ships && expression.operand.is_some(), "{id} {slot}: {expression:?}");
            };
            message.declarations.iter().for_each(|declaration| see(&declaration.value));
            let patterns = match &message.body {
                Body::Pattern(pattern) => vec![pattern],
                Body::Match { variants, .. } => variants.iter().map(|variant| &variant.pattern).collect(),
            };
            for part in patterns.into_iter().flatten() {
                if let Part::Expression(expression) = part {
                    see(expression);
                }
            }
            assert!(used.iter().all(|name| allowed(&id).contains(&name.as_str())), "{id} {slot}: {used:?}");
            if id.starts_with("ui.") {
                assert!(
                    allowed(&id).iter().all(|name| used.iter().any(|used| used == name)),
                    "{id} {slot}: {used:?}"
                );
            }
        }
    }
}

#[test]
fn plurals_have_all_categories_of_english() {
    let categories: Vec<&str> = {
        let english = PlainLocale::default();
        let found = (0..200).map(|number| english.plural(Number::int(number), false, &[]));
        Plural::ALL
            .into_iter()
            .filter(|plural| found.clone().any(|found| found == *plural))
            .map(Plural::name)
            .collect()
    };
    assert_eq!(categories, ["one", "other"]);
    let mut seen = 0;
    for (id, slots) in sources() {
        for (slot, source) in slots {
            let Body::Match { selectors, variants } = parse(&source).unwrap().body else { continue };
            seen += 1;
            for index in 0..selectors.len() {
                for category in &categories {
                    let covered = variants.iter().any(|variant| match &variant.keys[index] {
                        Key::CatchAll => *category == "other",
                        Key::Literal(key) => key == category,
                    });
                    assert!(covered, "{id} {slot}: {category}");
                }
            }
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn the_lines_that_change_read_well() {
    let show = |id: &str, name: &'static str, value| text(id, Slot::Title, &[(name, value)]).unwrap();
    assert_eq!(show("ui.countdown", "seconds", Arg::Int(12)), "Trying again in 12 seconds");
    assert_eq!(show("ui.countdown", "seconds", Arg::Int(1)), "Trying again in 1 second");
    assert_eq!(show("ui.countdown-at", "time", Arg::Time(1_714_979_289_000)), "Trying again at 7:08 AM");
    assert_eq!(show("ui.count", "count", Arg::Int(1)), "1 request affected");
    assert_eq!(show("ui.count", "count", Arg::Int(40)), "40 requests affected");
    assert_eq!(show("outbox.waiting", "writes", Arg::Int(1)), "1 change is saved");
    assert_eq!(show("outbox.sent", "writes", Arg::Int(3)), "3 changes sent");
    assert_eq!(show("outbox.dead", "writes", Arg::Int(2)), "2 changes were not sent");
    assert_eq!(show("ui.more", "count", Arg::Int(1_000)), "1,000 more");
    assert_eq!(show("ui.code", "code", Arg::Directed("SF-stalled", Dir::Ltr)), "Reference: SF-stalled");
    assert_eq!(show("ui.dismiss", "title", Arg::Text("مرحبا")), "Dismiss: \u{2068}مرحبا\u{2069}");
    assert_eq!(show("ui.hotkey", "hotkey", Arg::Directed("Alt+T", Dir::Ltr)), "Press Alt+T for actions");
}
