//! The docs say what the code does: events by their types.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What stands between the braces behind this, up to the one that closes them.
fn braces<'a>(text: &'a str, behind: &str) -> &'a str {
    let start = text.find(behind).unwrap_or_else(|| panic!("no `{behind}`")) + behind.len();
    let rest = &text[start..];
    let rest = &rest[rest.find('{').unwrap() + 1..];
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, character)| {
        depth += i32::from(*character == '{') - i32::from(*character == '}');
        depth == 0
    });
    &rest[..end.unwrap().0]
}

/// The members of an interface or an object type, with their types; comments are none.
fn members(body: &str) -> Vec<(String, String)> {
    let mut text = body.to_owned();
    while let Some(start) = text.find("/**") {
        let end = start + text[start..].find("*/").unwrap() + 2;
        text.replace_range(start..end, "");
    }
    let (mut found, mut depth, mut member) = (vec![], 0, String::new());
    for character in text.chars() {
        depth += i32::from("{[(".contains(character)) - i32::from("}])".contains(character));
        if character == ';' && depth == 0 {
            if let Some((name, of)) = member.trim().split_once(':') {
                found.push((name.trim().replace("readonly ", ""), of.trim().to_owned()));
            }
            member.clear();
        } else {
            member.push(character);
        }
    }
    if let Some((name, of)) = member.trim().split_once(':') {
        found.push((name.trim().to_owned(), of.trim().to_owned()));
    }
    found
}

#[test]
fn every_event_and_its_fields_are_in_the_table() {
    let types = read("pkg/types/index.d.ts");
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (event, of) in members(braces(&types, "export interface SteadfetchEvents")) {
        let fields = match of.strip_prefix('{') {
            Some(inline) => members(inline.trim_end_matches('}')),
            None => members(braces(&types, &format!("export interface {of} "))),
        };
        let mut names: Vec<String> = fields.into_iter().map(|(name, _)| name).collect();
        if event == "record" {
            // The rest is the table of docs/privacy.md.
            names.truncate(2);
        }
        names.sort();
        declared.insert(event, names);
    }
    let docs = read("docs/events.md");
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in docs.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let mut names: Vec<String> = cells[2]
            .split('`')
            .skip(1)
            .step_by(2)
            .map(|name| name.trim_end_matches(',').to_owned())
            .collect();
        names.sort();
        listed.insert(cells[0].trim_matches(['|', ' ', '`']).to_owned(), names);
    }
    assert_eq!(listed, declared);
}

#[test]
fn every_field_of_a_record_in_the_types_has_a_row_in_the_table_of_what_may_leave() {
    let types = read("pkg/types/index.d.ts");
    for (name, of) in members(braces(&types, "export interface OutgoingRecord")) {
        let name = name.trim_end_matches('?');
        let listed = |path: &str| {
            steadfetch::telemetry::redact::FIELDS.iter().any(|field| field.path.starts_with(path))
        };
        assert!(listed(name), "{name}: {of}");
    }
}

/// How something could leave the page, be printed, told to others of the origin, or stay on the device. `fetch(` and `native(` stand for
/// calls of these names, `fetch as a value` for one that is handed on or gets another name.
const WAYS: &[&str] = &[
    "fetch(",
    "native(",
    ".fetch",
    "fetch as a value",
    "'fetch'",
    "\"fetch\"",
    "globalThis[",
    "window[",
    "self[",
    "Reflect.get",
    "Reflect.apply",
    "Function(",
    "eval(",
    "sendBeacon",
    "XMLHttpRequest",
    "WebSocket",
    "WebTransport",
    "EventSource",
    "RTCPeerConnection",
    "new Image",
    ".src =",
    "importScripts",
    "window.open",
    "location.assign(",
    "location.replace(",
    ".href =",
    "setAttribute('src'",
    "setAttribute(\"src\"",
    "setAttribute('href'",
    "setAttribute(\"href\"",
    ".pushState(",
    ".replaceState(",
    "new Worker(",
    "new SharedWorker(",
    ".submit(",
    "console.info(",
    "console.log(",
    "console.debug(",
    "console.warn(",
    "console.error(",
    "console.table(",
    "console.dir",
    "console.trace(",
    "reportError(",
    "postMessage(",
    "new BroadcastChannel(",
    "clipboard",
    "execCommand",
    "openDB<",
    "indexedDB.open(",
    "caches.open(",
    ".setItem(",
    "setItem?.(",
    "document.cookie",
];

/// Every place in the shell's sources that has such a way, how often, and what goes by it. `own`: what Steadfetch itself tells, which
/// has passed the redactor; `app`: what the app asked for, requests or links; `get`: asks for a file and tells nothing; `kept`: on the
/// device; `tabs`: to pages of the same origin; `said`: words of ours for developers, and what the app's own functions threw; `person`:
/// what they asked to be copied. What each may hold is looked at in a browser (tests/e2e/tests/leaks.spec.ts).
const PLACES: &[(&str, &str, usize, &str)] = &[
    ("pkg/src/adapters/react.ts", "'fetch'", 1, "app"),
    ("pkg/src/adapters/reads.ts", "'fetch'", 1, "app"),
    ("pkg/src/adapters/sonner.ts", "location.assign(", 1, "app"),
    ("pkg/src/adapters/vue.ts", "'fetch'", 1, "app"),
    ("pkg/src/auto.ts", ".fetch", 1, "app"),
    ("pkg/src/auto.ts", "fetch as a value", 1, "app"),
    ("pkg/src/auto.ts", "fetch(", 1, "app"),
    ("pkg/src/beyond/reload.ts", ".setItem(", 1, "kept"),
    ("pkg/src/clear-all.ts", "new BroadcastChannel(", 1, "tabs"),
    ("pkg/src/clear-all.ts", "postMessage(", 1, "tabs"),
    ("pkg/src/client-stores.ts", "console.warn(", 1, "said"),
    ("pkg/src/client.ts", ".fetch", 1, "app"),
    ("pkg/src/client.ts", "console.error(", 1, "said"),
    ("pkg/src/client.ts", "fetch as a value", 2, "app"),
    ("pkg/src/client.ts", "fetch(", 2, "app"),
    ("pkg/src/events.ts", "console.error(", 1, "said"),
    ("pkg/src/events.ts", "reportError(", 1, "said"),
    ("pkg/src/flags.ts", "console.warn(", 2, "said"),
    ("pkg/src/instance.ts", "console.error(", 1, "said"),
    ("pkg/src/live-notices.ts", "console.warn(", 1, "said"),
    ("pkg/src/no-telemetry.ts", "console.warn(", 1, "said"),
    ("pkg/src/outbox.ts", "console.warn(", 1, "said"),
    ("src/browser/border.ts", "fetch as a value", 1, "get"),
    ("src/browser/border.ts", "native(", 1, "get"),
    ("src/browser/cache/database.ts", "openDB<", 1, "kept"),
    ("src/browser/cache/disk.ts", "caches.open(", 2, "kept"),
    ("src/browser/cache/tabs.ts", "new BroadcastChannel(", 1, "tabs"),
    ("src/browser/cache/tabs.ts", "postMessage(", 1, "tabs"),
    ("src/browser/change.ts", "native(", 4, "app"),
    ("src/browser/dom/links.ts", "console.warn(", 1, "said"),
    ("src/browser/dom/panels/words.ts", "console.error(", 1, "said"),
    ("src/browser/drill.ts", "native(", 3, "app"),
    ("src/browser/driver.ts", "fetch(", 1, "app"),
    ("src/browser/driver.ts", "native(", 2, "app"),
    ("src/browser/fallback.ts", "console.warn(", 2, "said"),
    ("src/browser/outbox/conflict.ts", "console.error(", 1, "said"),
    ("src/browser/outbox/shelf.ts", "new BroadcastChannel(", 1, "tabs"),
    ("src/browser/outbox/shelf.ts", "postMessage(", 1, "tabs"),
    ("src/browser/outbox/store.ts", "openDB<", 1, "kept"),
    ("src/browser/part.ts", "console.error(", 1, "said"),
    ("src/browser/post.ts", "native(", 1, "own"),
    ("src/browser/remote-loader.ts", "console.warn(", 1, "said"),
    ("src/browser/remote-loader.ts", "native(", 1, "get"),
    ("src/browser/reports/form.ts", "clipboard", 1, "person"),
    ("src/browser/reports/reports.ts", "console.warn(", 1, "said"),
    ("src/browser/reports/sender.ts", "console.warn(", 1, "said"),
    ("src/browser/reports/shelf.ts", ".setItem(", 1, "kept"),
    ("src/browser/snapshot.ts", "native(", 2, "app"),
    ("src/browser/status.ts", "console.warn(", 1, "said"),
    ("src/browser/store.ts", ".setItem(", 1, "kept"),
    ("src/browser/tabs.ts", "new BroadcastChannel(", 1, "tabs"),
    ("src/browser/tabs.ts", "postMessage(", 2, "tabs"),
    ("src/browser/telemetry/chunk.ts", "console.info(", 1, "own"),
    ("src/browser/telemetry/chunk.ts", "console.warn(", 1, "said"),
    ("src/browser/telemetry/redact.ts", "console.warn(", 2, "said"),
    ("src/browser/telemetry/shelf.ts", ".setItem(", 1, "kept"),
    ("src/browser/watch.ts", "reportError(", 1, "said"),
    ("src/browser/words.ts", "console.error(", 3, "said"),
    ("src/browser/words.ts", "console.warn(", 1, "said"),
];

/// Sources of the shell, by their paths; comments are none.
fn sources() -> Vec<(String, String)> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut folders = vec![format!("{root}/src/browser"), format!("{root}/pkg/src")];
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(name);
            } else if name.ends_with(".ts") {
                let text = fs::read_to_string(&path).unwrap();
                let is_code = |line: &&str| !line.trim_start().starts_with(['/', '*']);
                let code: Vec<&str> = text.lines().filter(is_code).collect();
                found.push((name[root.len() + 1..].to_owned(), code.join("\n")));
            }
        }
    }
    found.sort();
    found
}

/// How often a way is taken in this code. A call of a name is none of a longer name, of another object, or of a private member.
fn taken(code: &str, way: &str) -> usize {
    let whole = |at: usize| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let other = before.is_alphanumeric() || before == '_' || before == '#';
        match way {
            "fetch(" => !other && before != '.',
            "native(" | "eval(" | "Function(" | "reportError(" => !other,
            // Of a link or the page's own address; a comparison is none, nor is a member of one's own.
            ".href =" => !code[at + way.len()..].starts_with('=') && !code[..at].ends_with("this"),
            "fetch as a value" => {
                let after = code[at + 5..].chars().next().unwrap_or(' ');
                let word = code[..at].trim_end().rsplit(|c: char| !c.is_alphanumeric()).next();
                let quoted = before == '\'' || before == '"' || code[..at].ends_with("Failed to ");
                let renamed = code[..at].trim_end().ends_with(['{', ',']);
                let named = after.is_alphanumeric()
                    || after == '_'
                    || "(?-".contains(after)
                    || (after == ':' && !renamed);
                !other && before != '.' && !named && !quoted && word != Some("typeof")
            }
            // `globalThis.fetch`, and whatever else the page's own may be called.
            ".fetch" => {
                let owner = code[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                matches!(owner, "globalThis" | "window" | "self" | "top" | "parent")
            }
            _ => true,
        }
    };
    let text = if way == "fetch as a value" { "fetch" } else { way };
    code.match_indices(text).filter(|(at, _)| whole(*at)).count()
}

#[test]
fn ways_are_told_from_what_only_looks_like_one() {
    for (code, way, count) in [
        ("location.href = to", ".href =", 1),
        ("link.href = to", ".href =", 1),
        ("this.href = href; link.href === to", ".href =", 0),
        ("image.setAttribute('src', to)", "setAttribute('src'", 1),
        ("history.pushState(null, '', to); history.replaceState(null, '', to)", ".pushState(", 1),
        ("new Worker(url)", "new Worker(", 1),
        ("reportError(error); typeof reportError", "reportError(", 1),
        ("indexedDB.open('x')", "indexedDB.open(", 1),
        ("console.dir(x)", "console.dir", 1),
    ] {
        assert!(WAYS.contains(&way), "{way}");
        assert_eq!(taken(code, way), count, "{way} in {code}");
    }
}

#[test]
fn every_way_out_of_the_whole_shell_is_known() {
    let mut found = vec![];
    for (file, code) in sources() {
        for way in WAYS.iter().copied() {
            let count = taken(&code, way);
            if count > 0 {
                found.push((file.clone(), way, count));
            }
        }
    }
    // Whoever posts on our own account takes nothing but what has passed (below).
    let posts = |code: &str| code.contains("/post'");
    let posting: Vec<_> =
        sources().into_iter().filter(|(_, code)| posts(code)).map(|(file, _)| file).collect();
    assert_eq!(posting, ["src/browser/reports/sender.ts", "src/browser/telemetry/exporter.ts"]);
    let mut known: Vec<_> =
        PLACES.iter().map(|(file, way, count, _)| ((*file).to_owned(), *way, *count)).collect();
    known.sort();
    found.sort();
    let more: Vec<_> = found.iter().filter(|place| !known.contains(place)).collect();
    let less: Vec<_> = known.iter().filter(|place| !found.contains(place)).collect();
    assert!(more.is_empty() && less.is_empty(), "not in the table: {more:#?}\nonly there: {less:#?}");
}

/// Reports leave by one way, and are made in one place of what the redactor has passed.
#[test]
fn reports_have_no_way_out_of_their_own() {
    let allowed = |file: &str, way: &str| {
        matches!(
            (file, way),
            ("shelf.ts", ".setItem(")
                | ("reports.ts" | "sender.ts", "console.warn(")
                | ("form.ts", "clipboard")
        )
    };
    let folder = format!("{}/src/browser/reports", env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for way in WAYS {
            assert!(taken(&text, way) == 0 || allowed(file, way), "{file} has a way out of its own: {way}");
        }
        let makes = text.matches("as Payload").count();
        assert_eq!(makes, usize::from(file == "payload.ts"), "{file}: one place makes payloads");
    }
    let payload = read("src/browser/reports/payload.ts");
    assert_eq!(payload.matches("redactor.pass(").count(), 1);
    let reports = read("src/browser/reports/reports.ts");
    assert!(reports.contains("send: (payload)") && reports.contains("compose(redactor, draft)"));
    assert!(read("src/browser/reports/form.ts").contains("send(payload: Payload): boolean"));
}

/// Whoever sends, stores or prints in telemetry does so in these files alone, and takes what the redactor has passed.
#[test]
fn there_is_no_other_way_out() {
    let allowed = |file: &str, way: &str| {
        matches!(
            (file, way),
            ("shelf.ts", ".setItem(")
                | ("chunk.ts", "console.info(" | "console.warn(")
                | ("redact.ts", "console.warn(")
        )
    };
    let folder = format!("{}/src/browser/telemetry", env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for way in WAYS {
            assert!(taken(&text, way) == 0 || allowed(file, way), "{file} has a way out of its own: {way}");
        }
    }
    // What goes to those ways has the type that only redact.ts gives.
    let chunk = read("src/browser/telemetry/chunk.ts");
    assert!(
        chunk.contains("#out(record: Outgoing, trouble: boolean)")
            && chunk.contains("emit(record: Outgoing)")
    );
    assert_eq!(chunk.matches("console.info(").count(), 1);
    let otlp = read("src/browser/telemetry/otlp.ts");
    for shape in ["spans(record: Outgoing)", "log(record: Outgoing,", "metrics(record: Outgoing)"] {
        assert!(otlp.contains(shape), "{shape}");
    }
    let redact = read("src/browser/telemetry/redact.ts");
    assert_eq!(redact.matches("as { records: Outgoing[]").count(), 1, "one place makes them");
    for file in ["chunk.ts", "counts.ts", "otlp.ts", "exporter.ts", "queue.ts", "shelf.ts"] {
        let text = read(&format!("src/browser/telemetry/{file}"));
        assert!(!text.contains("as Outgoing"), "{file} makes one up");
    }
    // What was stored passes again, by the rules that hold then.
    assert!(
        read("src/browser/telemetry/exporter.ts").contains("redactor.each(stored.map(")
            && read("src/browser/telemetry/shelf.ts").contains("record: Raw;"),
    );
    assert!(read("src/browser/post.ts").contains("credentials: 'omit'"));
    assert!(read("src/browser/post.ts").contains("redirect: 'error'"));
}
