//! The border in a real browser: the core behind it, and the exported functions with the buffer through which texts cross.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]
#![cfg(target_arch = "wasm32")]
use js_sys::{Array, Function, Reflect, Uint8Array, WebAssembly};
use serde_json::Value as Json;
use steadfetch::browser::Core;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

#[path = "calls/world.rs"]
#[allow(dead_code)]
mod world;

use world::tree;

wasm_bindgen_test_configure!(run_in_browser);

/// No lane, no slot; of what may fail: it did.
const NONE: u32 = u32::MAX;
/// On an admitted slot: the host timer must be armed, and there may be commands.
const FLAGS: u32 = 3 << 30;
/// What the client's own clock reads where nothing else is said, epoch ms.
const WALL: f64 = 1_790_000_000_000.0;

/// `Intl`, which says what it was asked for.
fn ask(question: &str) -> Option<String> {
    let words: Vec<&str> = question.split('\0').collect();
    // A language tag, what is wanted, and the value.
    Some(match words[1] {
        "cardinal" | "ordinal" => (if words[2] == "1" { "one" } else { "other" }).into(),
        "time" | "date" | "datetime" => "10:42".into(),
        "percent" => return None,
        _ => words[2].into(),
    })
}

fn core(options: &str) -> Core {
    Core::new(&tree(options), ask, "https://app.example", 1.0, "t-".into())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}

fn begin(core: &mut Core, now: f64) -> u32 {
    let lane = core.route("GET", "https://app.example/a");
    core.admit(lane, 0, 1, now) & !FLAGS
}

/// An answer to the first attempt with these fields: content type, Retry-After, RateLimit, RateLimit-Policy, remaining and
/// reset of the legacy triple, Date.
fn answer(core: &mut Core, slot: u32, status: u32, facts: u32, fields: [&str; 7], now: f64) {
    core.answer(slot, 1, status, facts, fields.into_iter(), now, WALL);
}

fn retry_after(value: &str) -> [&str; 7] {
    ["", value, "", "", "", "", ""]
}

/// The first wait that `explain` tells of, and why.
fn wait(core: &Core, slot: u32) -> (u64, String) {
    let told = json(&core.explain(slot, 0.0, WALL));
    let entry = told["timeline"].as_array().unwrap().iter().find(|entry| entry["what"] == "wait");
    let entry = entry.unwrap_or_else(|| panic!("no wait in {told}"));
    (entry["delay"].as_u64().unwrap(), entry["why"].as_str().unwrap_or_default().into())
}

#[wasm_bindgen_test]
fn a_good_answer_takes_numbers_only() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    assert_eq!(core.head(slot, 200, 20.0), 0);
    assert_eq!(core.explain(slot, 20.0, WALL), "", "the slot is free again");
}

#[wasm_bindgen_test]
fn a_lane_says_what_its_policy_asks_of_the_driver() {
    let mut core = core(
        r#"{ "rules": [{ "match": "/plain", "pacing": false },
            { "match": "/all", "coalesce": true, "idempotency": { "header": "X-Key" } }] }"#,
    );
    let facts = |core: &mut Core, method, path: &str| {
        core.route(method, &["https://app.example", path].concat()) & 31
    };
    assert_eq!(facts(&mut core, "GET", "/plain"), 1 | 8);
    assert_eq!(facts(&mut core, "GET", "/all"), 1 | 2 | 8 | 16);
    assert_eq!(facts(&mut core, "POST", "/all"), 4 | 8 | 16);
    let lane = core.route("POST", "https://app.example/all");
    assert_eq!((core.key_header(lane), core.route("GET", "data:,x")), ("X-Key".into(), NONE));
}

#[wasm_bindgen_test]
fn b2_a_wait_that_the_server_asks_for_is_kept_to_the_millisecond() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    assert_eq!(core.head(slot, 503, 10.0), 1);
    answer(&mut core, slot, 503, 0, retry_after("1"), 10.0);
    assert_eq!(core.command(slot) & 15, 3, "the body is let go");
    assert_eq!(core.command(slot), 0);
    core.tick(1009.0);
    assert_eq!(core.due(), NONE);
    core.tick(1010.0);
    assert_eq!(core.due(), slot);
    assert_eq!(core.command(slot), 1 | 2 << 4, "send attempt 2");
}

#[wasm_bindgen_test]
fn a_date_is_read_against_the_servers_clock() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    let mut fields = retry_after("Mon, 21 Sep 2026 15:00:02 GMT");
    fields[6] = "Mon, 21 Sep 2026 15:00:00 GMT";
    answer(&mut core, slot, 503, 0, fields, 0.0);
    assert_eq!(wait(&core, slot).0, 2000, "two seconds, whatever our own clock says");
}

#[wasm_bindgen_test]
fn without_a_date_the_clients_own_clock_counts() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    // WALL is 14:13:20.
    answer(&mut core, slot, 503, 0, retry_after("Mon, 21 Sep 2026 14:13:23 GMT"), 0.0);
    assert_eq!(wait(&core, slot).0, 3000);
}

#[wasm_bindgen_test]
fn malformed_fields_are_ignored() {
    for value in [" ", "soon", "-1", "0x10", "Mon, 32 Dec 2026 14:13:30 GMT", "\u{feff}1"] {
        let mut core = core(r#"{ "defaults": { "breaker": false } }"#);
        let slot = begin(&mut core, 0.0);
        answer(&mut core, slot, 429, 0, [value; 7], 0.0);
        let (delay, why) = wait(&core, slot);
        assert!(delay <= 8_000 && !why.contains("server"), "{value}: {delay} {why}");
    }
    for count in [0, 1, 6] {
        let mut core = core("{}");
        let slot = begin(&mut core, 0.0);
        core.answer(slot, 1, 429, 7, core::iter::repeat_n("3", count), 0.0, WALL);
        assert_ne!(core.command(slot), 0, "with {count} fields");
    }
}

#[wasm_bindgen_test]
fn an_absurd_wait_ends_the_call_with_a_time_that_javascript_knows() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    answer(&mut core, slot, 503, 0, retry_after(&"9".repeat(400)), 0.0);
    let retry_at = json(&core.fault(slot, 0.0, WALL))["retryAt"].as_f64().unwrap();
    assert!(retry_at > WALL + 3e11 && retry_at < 8.64e15, "{retry_at}");
    assert_eq!(core.command(slot) & 15, 4, "the answer is handed over at once");
}

#[wasm_bindgen_test]
fn a_time_that_cors_hides_is_diagnosed() {
    for (facts, value, hidden) in [(1, "", true), (0, "", false), (1, "1", false)] {
        let mut core = core("{}");
        let slot = begin(&mut core, 0.0);
        answer(&mut core, slot, 429, facts, retry_after(value), 0.0);
        let told = core.explain(slot, 0.0, WALL);
        assert_eq!(told.contains("a Retry-After may be hidden"), hidden, "{told}");
    }
}

#[wasm_bindgen_test]
fn quota_paces_what_follows_unless_it_comes_out_of_a_cache() {
    let spent = ["", "", "\"default\";r=0;t=4", "\"default\";q=10;w=60", "", "", ""];
    let legacy = ["", "", "", "", "0", "4", ""];
    for (facts, fields, held) in
        [(0, spent, true), (4, spent, false), (0, legacy, false), (0, retry_after(""), false)]
    {
        let mut core = core("{}");
        let slot = begin(&mut core, 0.0);
        answer(&mut core, slot, 200, facts, fields, 10.0);
        assert_eq!(core.command(slot), 4, "resolve");
        core.release(slot);
        let lane = core.route("GET", "https://app.example/a");
        let next = core.admit(lane, 0, 2, 100.0);
        assert_eq!(next & 1 << 30 != 0, held, "{fields:?}");
        let slot = next & !FLAGS;
        core.tick(4_009.0);
        assert_eq!(core.command(slot), 0);
        core.tick(4_010.0);
        assert_eq!(core.command(slot) & 15, u32::from(held), "sent when the quota is new");
    }
}

#[wasm_bindgen_test]
fn an_answer_of_another_type_than_expected_is_a_failure() {
    for (content_type, fault) in
        [("text/html", "bad-response"), ("", "bad-response"), ("application/json; charset=utf-8", "")]
    {
        let mut core = core("{}");
        let base = core.route("GET", "https://app.example/a");
        let lane = core.single(base, &tree(r#"{ "expect": "application/json" }"#)).unwrap();
        let slot = core.admit(lane, 0, 1, 0.0) & !FLAGS;
        assert_eq!(core.head(slot, 200, 5.0), 1, "its header must be looked at");
        let mut fields = retry_after("");
        fields[0] = content_type;
        answer(&mut core, slot, 200, 0, fields, 5.0);
        let found = core.fault(slot, 5.0, WALL);
        let kind =
            if found.is_empty() { String::new() } else { json(&found)["kind"].as_str().unwrap().into() };
        assert_eq!(kind, fault);
    }
}

#[wasm_bindgen_test]
fn wrong_options_come_back_with_their_paths() {
    let options =
        tree(r#"{ "defaults": { "attemptTimeout": -1, "retry": { "a\"b\\\n": 1 } }, "rulez": [] }"#);
    let Err(problems) = Core::new(&options, ask, "", 1.0, "t-".into()) else {
        panic!("these options are wrong")
    };
    let problems = json(&problems);
    let paths: Vec<_> =
        problems.as_array().unwrap().iter().map(|problem| problem["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["rulez", "defaults.attemptTimeout", "defaults.retry.a\"b\\\n"]);
    assert!(problems[0]["message"].as_str().unwrap().contains("did you mean \"rules\"?"));

    let mut core = core("{}");
    let base = core.route("GET", "https://app.example/a");
    assert_eq!(json(&core.single(base, &tree(r#"{ "expect": 1 }"#)).unwrap_err())[0]["path"], "expect");
    assert_eq!(json(&core.show(&tree(r#"{ "message": 1 }"#), 0.0, WALL).unwrap_err())[0]["path"], "message");
    assert_eq!(core.configure(&tree(r#"{ "version": 1, "enabled": false }"#), true, 0.0), Ok(1));
    assert_eq!(core.configure(&tree(r#"{ "version": 1 }"#), true, 0.0), Ok(0));
    assert_eq!(json(&core.configure(&tree("{}"), true, 0.0).unwrap_err())[0]["path"], "version");
}

#[wasm_bindgen_test]
fn what_one_tab_tells_another_one_hears() {
    let mut first = core(r#"{ "defaults": { "breaker": { "consecutive": 1, "whileOpen": "refuse" } } }"#);
    assert_eq!(first.next_changed(), NONE);
    let slot = begin(&mut first, 1_000.0);
    first.fail(slot, 1, 0, 1_010.0);
    let slot = begin(&mut first, 1_020.0);
    answer(&mut first, slot, 429, 0, retry_after("30"), 1_030.0);
    let number = first.next_changed();
    let told = json(&first.told(number, 1_030.0, WALL));
    assert_eq!((told["url"].as_str(), first.next_changed()), (Some("https://app.example"), NONE));
    let numbers: Vec<f64> = told["state"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
    let [opened_at, open_until, closed_at, cool_down, _] = numbers[..] else { panic!("{told}") };
    assert_eq!((opened_at, closed_at, cool_down), (WALL - 20.0, 0.0, 0.0));
    assert!((WALL + 2_480.0..=WALL + 4_980.0).contains(&open_until), "{told}");

    // The other tab's clock began at another time.
    let options = r#"{ "defaults": { "deadline": false, "breaker": { "whileOpen": "refuse" } } }"#;
    let mut second = core(options);
    let state: [f64; 5] = numbers.try_into().unwrap();
    second.hear("https://app.example", state, 50_000.0, WALL);
    let slot = begin(&mut second, 50_000.0);
    let fault = json(&second.fault(slot, 50_000.0, WALL));
    assert_eq!((fault["kind"].as_str(), fault["retryAt"].as_f64()), (Some("circuit-open"), Some(open_until)));

    // A success there closes it here.
    second.hear("https://app.example", [opened_at, 0.0, WALL + 10.0, 0.0, 0.0], 50_020.0, WALL + 20.0);
    let lane = second.route("GET", "https://app.example/a");
    assert_eq!(second.admit(lane, 0, 2, 50_020.0) & 1 << 30, 0, "it is sent at once");

    // A rule's cool-down; what no tab of ours can have said traps nowhere.
    second.hear_of_rule("https://app.example", 0, WALL + 9_000.0, 50_020.0, WALL);
    assert_ne!(second.admit(lane, 0, 3, 50_020.0) & 1 << 30, 0, "it is held");
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300] {
        second.hear("https://other.example", [odd; 5], 50_020.0, WALL);
        second.hear_of_rule("https://other.example", u32::MAX, odd, 50_020.0, WALL);
        second.hear("https://other.example", [1.0; 5], odd, odd);
    }
}

#[wasm_bindgen_test]
fn a_fault_of_a_drill_is_told_with_its_numbers() {
    let mut core = core(
        r#"{ "faults": [
            { "match": "/a", "rate": 1, "kind": "status", "status": 503, "retryAfter": 7, "until": 5000 },
            { "match": "/b", "rate": 0, "kind": "network" }] }"#,
    );
    let struck = json(&core.strike("https://app.example/a", 10.0));
    assert_eq!(
        (struck["kind"].as_str(), struck["status"].as_u64(), struck["retryAfter"].as_u64()),
        (Some("status"), Some(503), Some(7))
    );
    for (href, now) in
        [("https://app.example/a", 5_000.0), ("https://app.example/b", 10.0), ("data:,a", 10.0), ("", 10.0)]
    {
        assert_eq!(core.strike(href, now), "", "{href} at {now}");
    }
}

#[wasm_bindgen_test]
fn what_is_said_of_a_feature_comes_back_with_who_says_it_and_in_words() {
    let mut core = core(r#"{ "rules": [{ "match": "/a", "feature": "order-history" }] }"#);
    core.mounted(1, 0.0);
    assert_eq!(core.next_feature(), NONE);
    core.say_feature("order-history", 2, 1, 100.0);
    core.say_feature("order-history", 0, 2, 200.0);
    for (name, level) in [("<b>", 2), ("", 2), ("order-history", NONE - 1)] {
        core.say_feature(name, 2, level, 200.0);
    }
    let number = core.next_feature();
    let told = json(&core.feature(number, 300.0, WALL));
    let expected =
        serde_json::json!({ "name": "order-history", "level": "off", "by": 0, "since": WALL as u64 - 100 });
    assert_eq!((told, core.next_feature()), (expected, NONE));
    assert_eq!(core.feature(NONE, 0.0, WALL), "");
    let slot = begin(&mut core, 300.0);
    assert_eq!(json(&core.fault(slot, 300.0, WALL))["kind"], "circuit-open");
    core.tick(1_000.0);
    let frame = json(&core.frame(1_000.0, WALL));
    let view = &frame["views"][0];
    assert_eq!(view["title"], "Order history: off for now");
    assert_eq!(
        (&view["cause"], &view["dismissLabel"]),
        (&"feature.order-history".into(), &"Dismiss: Order history: off for now".into())
    );
    assert_eq!(frame["views"].as_array().unwrap().len(), 1, "the refused call has no card of its own");
    // A document's word, and its end.
    let document = tree(r#"{ "version": 1, "features": { "order-history": "full" } }"#);
    assert_eq!(core.configure(&document, true, 2_000.0), Ok(0));
    core.say_feature("order-history", 0, 9, 2_000.0);
    let told = json(&core.feature(number, 2_000.0, WALL));
    assert_eq!((&told["level"], &told["by"]), (&"full".into(), &1.into()));
    // A card that came into view stays for a second.
    core.tick(2_100.0);
    let frame = json(&core.frame(2_100.0, WALL));
    assert_eq!(frame["views"][0]["title"], "Order history: working again", "{frame}");
}

#[wasm_bindgen_test]
fn a_notice_comes_in_words_and_markup_stays_text() {
    let mut core = core("{}");
    core.mounted(1, 0.0);
    let input =
        tree(r#"{ "message": "text", "args": { "title": "<img onerror=\"alert(1)\">\n", "body": "b" } }"#);
    core.show(&input, 0.0, WALL).unwrap();
    core.tick(10_000.0);
    let views = json(&core.frame(10_000.0, WALL));
    assert_eq!(views["views"][0]["title"], "<img onerror=\"alert(1)\">\n");
}

#[wasm_bindgen_test]
fn a_failing_call_is_told_with_the_engines_own_clock() {
    let mut core = core("{}");
    core.mounted(1, 0.0);
    let slot = begin(&mut core, 0.0);
    answer(&mut core, slot, 503, 0, retry_after("8"), 0.0);
    core.tick(700.0);
    let frame = json(&core.frame(700.0, WALL));
    let view = &frame["views"][0];
    assert_eq!(view["retryAt"].as_f64(), Some(WALL + 8000.0 - 700.0));
    assert_eq!(view["code"], "SF-overloaded");
    assert_eq!(view["countdown"], "Trying again in 8 seconds");
}

// The exported functions, called as `border.ts` calls them.

fn export(name: &str, numbers: &[f64]) -> f64 {
    let exports = wasm_bindgen::exports();
    let function: Function = Reflect::get(&exports, &name.into()).unwrap().dyn_into().expect(name);
    let list = Array::new();
    numbers.iter().for_each(|number| {
        list.push(&(*number).into());
    });
    let result =
        function.apply(&JsValue::UNDEFINED, &list).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    result.as_f64().unwrap_or(0.0)
}

/// A result as an unsigned number.
fn number(name: &str, numbers: &[f64]) -> u32 {
    export(name, numbers) as i64 as u32
}

/// The buffer of so many bytes.
fn buffer(place: u32, length: u32) -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), place, length)
}

fn write(bytes: &[u8]) {
    let place = number("reserve", &[bytes.len() as f64]);
    buffer(place, bytes.len() as u32).copy_from(bytes);
}

fn heard() -> String {
    let length = number("length", &[]);
    String::from_utf8(buffer(number("place", &[]), length).to_vec()).unwrap()
}

/// Makes a core of these bytes as a tree; its number, or the problems.
fn create(tree: &[u8]) -> Result<u32, Json> {
    let mut bytes = b"https://app.example\0t-\0".to_vec();
    bytes.extend(tree);
    write(&bytes);
    match number("create", &[1.0]) {
        NONE => Err(json(&heard())),
        made => Ok(made),
    }
}

fn text(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u32).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}

fn object(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![6];
    bytes.extend((members.len() as u32).to_le_bytes());
    members.iter().for_each(|(name, value)| bytes.extend([text(name), value.clone()].concat()));
    bytes
}

fn number_value(kind: u8, number: f64) -> Vec<u8> {
    [vec![kind], number.to_le_bytes().to_vec()].concat()
}

#[wasm_bindgen_test]
fn a_call_crosses_the_border_in_numbers_and_texts() {
    let core = f64::from(create(&object(&[("seed", number_value(3, 7.0))])).unwrap());
    write(b"GET\0https://app.example/orders/1234567?token=a");
    let lane = number("route", &[core]);
    assert_ne!(lane, NONE);
    let slot = number("admit", &[core, lane.into(), 0.0, 1.0, 0.0]) & !FLAGS;
    write(b"text/plain\x001\0\0\0\0\0");
    number("answer", &[core, slot.into(), 1.0, 503.0, 0.0, 10.0, WALL]);
    assert_eq!(number("command", &[core, slot.into()]) & 15, 3);
    number("explain", &[core, slot.into(), 10.0, WALL]);
    let told = json(&heard());
    assert_eq!((told["callId"].as_str(), told["fault"]["kind"].as_str()), (Some("t-1"), Some("overloaded")));
    write(b"https://app.example/orders/1234567?token=a");
    number("template", &[core, lane.into()]);
    assert_eq!(heard(), "/orders/{id}");
    number("free", &[core]);
    assert_eq!(create(&[0]), Ok(core as u32), "a freed number is used again");
    number("free", &[core]);
}

#[wasm_bindgen_test]
fn every_kind_of_value_keeps_its_place_in_the_tree() {
    let kinds: [(&str, Vec<u8>, &str); 7] = [
        ("a", vec![1], "false"),
        ("b", number_value(3, 0.5), "0.5"),
        ("c", [vec![4], text("é\0\"")].concat(), "\"é\0\"\""),
        ("d", vec![7], "a function"),
        ("e", number_value(8, 0.0), "a date"),
        ("f", [vec![9], text("a bigint or symbol")].concat(), "a bigint or symbol"),
        ("g", [vec![5, 1, 0, 0, 0], vec![2]].concat(), "an array"),
    ];
    for (name, value, got) in kinds {
        let problems = create(&object(&[("seed", value)])).unwrap_err();
        let message = problems[0]["message"].as_str().unwrap();
        assert!(problems[0]["path"] == "seed" && message.contains(got), "{name}: {message}");
    }
    assert_eq!(create(&object(&[("seed", vec![0])])).map(|core| number("free", &[core.into()])), Ok(0));
}

#[wasm_bindgen_test]
fn bytes_that_no_encoder_wrote_trap_nowhere() {
    let mut deep = vec![];
    (0..100_000).for_each(|_| deep.extend([5, 1, 0, 0, 0]));
    let huge = [5, 255, 255, 255, 255];
    let endless = [6, 255, 255, 255, 255, 255, 255, 255, 255];
    let no_utf8 = [[6, 1, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xfe].as_slice(), &[4, 1, 0, 0, 0, 0x80]].concat();
    let good = object(&[("rules", [vec![5, 1, 0, 0, 0], object(&[("match", vec![4])])].concat())]);
    let mut all = vec![deep, huge.to_vec(), endless.to_vec(), no_utf8, vec![3], vec![200], vec![]];
    all.extend((0..good.len()).map(|end| good[..end].to_vec()));
    // Every byte of a good tree changed, and bytes at random (xorshift).
    for at in 0..good.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= flip;
            all.push(bytes);
        }
    }
    let mut seed = 9_u32;
    for length in 0..400 {
        let mut bytes = vec![6, 3, 0, 0, 0];
        bytes.extend((0..length).map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            (seed % 11) as u8
        }));
        all.push(bytes);
    }
    let cores = all.iter().filter_map(|bytes| create(bytes).ok()).collect::<Vec<_>>();
    for core in cores {
        number("free", &[core.into()]);
    }
    // The instance is as good as ever.
    let core = create(&[0]).unwrap();
    write(b"GET\0https://app.example/");
    assert_ne!(number("route", &[core.into()]), NONE);
    number("free", &[core.into()]);
}

#[wasm_bindgen_test]
fn texts_that_are_no_utf8_or_too_few_trap_nowhere() {
    let core = f64::from(create(&[0]).unwrap());
    for bytes in [b"".as_slice(), b"GET", b"\0", b"GET\0\xff\xfe", b"\xff", b"GET\0https://app.example/\0\0"]
    {
        write(bytes);
        let lane = number("route", &[core]);
        write(bytes);
        number("label", &[core]);
        write(bytes);
        number("hear", &[core, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0, WALL]);
        write(bytes);
        number("answer", &[core, 0.0, 1.0, 503.0, 0.0, 0.0, WALL]);
        write(bytes);
        number("strike", &[core, 0.0]);
        write(bytes);
        number("template", &[core, lane.into()]);
        write(bytes);
        number("resolve", &[core, 1.0, 0.0]);
    }
    // Numbers of nothing.
    for name in
        ["release", "command", "explain", "fault", "endpoint", "told", "key_header", "countdown", "keeps"]
    {
        number(name, &[core, 4e9, 0.0, WALL]);
    }
    number("free", &[core]);
}
