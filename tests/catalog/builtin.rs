//! The built-in catalogs of all languages and voices. Their words are held to the rules by `cargo xtask lint-catalog`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use steadfetch::catalog::compile::model::{Body, Expression, Message, Part};
use steadfetch::catalog::compile::{Source, compile, parse};
use steadfetch::catalog::{Arg, Args, Catalog, Dir, PlainLocale, Slot};

const VALUES: &Args<'static> = &[
    ("title", Arg::Directed("X", Dir::Ltr)),
    ("code", Arg::Directed("SF-timeout", Dir::Ltr)),
    ("count", Arg::Int(5)),
    ("seconds", Arg::Int(5)),
    ("number", Arg::Int(2)),
    ("date", Arg::Text("3 May")),
    ("since", Arg::Time(1_714_979_289_000)),
    ("until", Arg::Time(1_714_979_289_000)),
    ("limit", Arg::Int(3)),
    ("time", Arg::Time(0)),
    ("from", Arg::Time(0)),
    ("days", Arg::Int(5)),
    ("hotkey", Arg::Directed("Alt+T", Dir::Ltr)),
    ("feature", Arg::Text("Search")),
    ("writes", Arg::Int(5)),
];

fn catalogs() -> BTreeMap<String, Source> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("catalogs").unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let json: Value = serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        let messages: BTreeMap<String, BTreeMap<String, String>> =
            serde_json::from_value(json["messages"].clone()).unwrap();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        let messages = messages.into_iter().map(|(id, slots)| (id, slots.into_iter().collect())).collect();
        let name = entry.file_name().into_string().unwrap();
        found.insert(name, Source { locale: text("locale"), voice: text("voice"), messages });
    }
    found
}

fn expressions(message: &Message) -> Vec<&Expression> {
    let mut found: Vec<&Expression> =
        message.declarations.iter().map(|declaration| &declaration.value).collect();
    let patterns: Vec<&Vec<Part>> = match &message.body {
        Body::Pattern(pattern) => vec![pattern],
        Body::Match { variants, .. } => variants.iter().map(|variant| &variant.pattern).collect(),
    };
    found.extend(patterns.into_iter().flatten().filter_map(|part| match part {
        Part::Expression(expression) => Some(expression),
        _ => None,
    }));
    found
}

#[test]
fn files_say_which_language_and_voice_they_are() {
    let catalogs = catalogs();
    assert_eq!(catalogs.len(), 27);
    for (name, source) in catalogs {
        let voice = if source.voice == "plain" { String::new() } else { format!(".{}", source.voice) };
        assert_eq!(name, format!("{}{voice}.json", source.locale));
    }
}

/// The Wasm file that every page loads formats nothing else.
#[test]
fn they_ask_for_whole_numbers_and_times_alone() {
    for (name, source) in catalogs() {
        for (id, slots) in &source.messages {
            for (slot, text) in slots {
                let message = parse(text).unwrap();
                for function in expressions(&message).iter().filter_map(|found| found.function.as_ref()) {
                    let known = matches!(function.name.as_str(), "integer" | "time");
                    assert!(known && function.options.is_empty(), "{name} {id} {slot}: :{}", function.name);
                }
            }
        }
    }
}

#[test]
fn every_text_formats_with_the_values_that_there_are() {
    for (name, source) in catalogs() {
        let catalog = Catalog::compiled(compile(&source).unwrap()).unwrap();
        for (id, slots) in &source.messages {
            for (slot, _) in slots {
                let slot = Slot::ALL.into_iter().find(|known| known.name() == slot).unwrap();
                let mut out = String::new();
                let outcome = catalog.format(id, slot, VALUES, &PlainLocale::default(), &mut out);
                assert!(outcome.problems.is_empty() && !out.is_empty(), "{name} {id} {slot:?}: {out}");
            }
        }
    }
}

/// The host has these messages; a Wasm file of its own makes them.
#[test]
fn messages_that_are_elsewhere_keep_their_ids() {
    let (_, source) = catalogs().into_iter().find(|(name, _)| name == "de.json").unwrap();
    let catalog = Catalog::compiled(compile(&source).unwrap()).unwrap();
    let (head, entries) = catalog.elsewhere(7);
    let remote = Catalog::compiled(format!("{head}{entries}")).unwrap();
    assert_eq!((remote.locale(), remote.voice(), remote.dir()), ("de", "plain", Dir::Ltr));
    for (id, _) in &source.messages {
        assert!(remote.has(id) && remote.content(id).is_some(), "{id}");
    }
    assert!(remote.content("timeout.recovered").is_some() && remote.content("nothing").is_none());
    // Without a host that has it, there is nothing to show.
    let mut out = String::new();
    assert!(!remote.format("timeout", Slot::Title, &[], &PlainLocale::default(), &mut out).is_found());
}
