//! The shell in a real browser: the border between JavaScript and the core.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, missing_docs)]
#![cfg(target_arch = "wasm32")]
use js_sys::{Array, Date, Object, Reflect};
use steadfetch::browser::Core;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use web_sys::{Headers, Response, ResponseInit};

wasm_bindgen_test_configure!(run_in_browser);

/// Formatters that say what they were asked for.
fn intl() -> JsValue {
    let object = Object::new();
    let number = Closure::<dyn Fn(String, String) -> String>::new(|_style, value| value).into_js_value();
    let plural = Closure::<dyn Fn(bool, String) -> String>::new(|_, value: String| {
        if value == "1" { "one".into() } else { "other".into() }
    });
    let moment = Closure::<dyn Fn(String) -> String>::new(|_| "10:42".into()).into_js_value();
    set(&object, "number", &number);
    set(&object, "plural", &plural.into_js_value());
    set(&object, "moment", &moment);
    object.into()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap();
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn parse(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap()
}

fn core(options: &str) -> Core {
    let made = Core::new(&parse(options), intl().unchecked_into(), "https://app.example", 1.0, "t-".into());
    made.unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn response(status: u16, headers: &[(&str, &str)]) -> steadfetch::browser::Response {
    let made = Headers::new().unwrap();
    headers.iter().for_each(|(name, value)| made.append(name, value).unwrap());
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(&made);
    Response::new_with_opt_str_and_init(Some("body"), &init).unwrap().unchecked_into()
}

fn begin(core: &mut Core, now: f64) -> u32 {
    let lane = core.route("GET", "https://app.example/a");
    core.admit(lane, 0, 1, now) & 0x7fff_ffff
}

#[wasm_bindgen_test]
fn a_good_answer_takes_numbers_only() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    assert_eq!(core.head(slot, 200, 20.0), 0);
    assert!(core.explain(slot, 20.0, 0.0).is_undefined(), "the slot is free again");
}

#[wasm_bindgen_test]
fn b2_retry_after_is_read_from_a_real_response() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    assert_eq!(core.head(slot, 503, 10.0), 1);
    core.answer(slot, &response(503, &[("retry-after", "1")]), 10.0, 1_790_000_000_000.0);
    assert_eq!(core.command(slot) & 15, 3, "the body is let go");
    assert_eq!(core.command(slot), 0);
    core.tick(1009.0);
    assert_eq!(core.due(), u32::MAX);
    core.tick(1010.0);
    assert_eq!(core.due(), slot);
    assert_eq!(core.command(slot), 1 | 2 << 4, "send attempt 2");
}

#[wasm_bindgen_test]
fn a_date_is_read_against_the_servers_clock() {
    let mut core = core("{}");
    let slot = begin(&mut core, 0.0);
    let headers =
        [("retry-after", "Mon, 21 Sep 2026 15:00:02 GMT"), ("date", "Mon, 21 Sep 2026 15:00:00 GMT")];
    core.answer(slot, &response(503, &headers), 0.0, 1_790_000_000_000.0);
    let timeline = Array::from(&get(&core.explain(slot, 0.0, 0.0), "timeline"));
    let wait = timeline.iter().find(|entry| get(entry, "what") == "wait").unwrap();
    assert_eq!(get(&wait, "delay"), 2000.0);
}

#[wasm_bindgen_test]
fn malformed_headers_are_ignored() {
    for value in ["soon", "-1", "0x10", "9".repeat(400).as_str(), "Mon, 32 Dec 2026 14:13:30 GMT"] {
        let mut core = core("{}");
        let slot = begin(&mut core, 0.0);
        core.answer(slot, &response(429, &[("retry-after", value)]), 0.0, 1_790_000_000_000.0);
        assert!(core.command(slot) & 15 > 1);
    }
}

#[wasm_bindgen_test]
fn wrong_options_come_back_with_their_paths() {
    let options = parse(r#"{ "defaults": { "attemptTimeout": -1 }, "rulez": [] }"#);
    let Err(problems) = Core::new(&options, intl().unchecked_into(), "", 1.0, "t-".into()) else {
        panic!("these options are wrong")
    };
    let paths: Vec<_> =
        Array::from(&problems).iter().map(|problem| get(&problem, "path").as_string().unwrap()).collect();
    assert!(paths.contains(&"defaults.attemptTimeout".into()) && paths.contains(&"rulez".into()));
}

#[wasm_bindgen_test]
fn odd_javascript_values_never_trap() {
    let cycle = Object::new();
    set(&cycle, "defaults", &cycle);
    let throwing = Object::new();
    let getter = Object::new();
    let thrower = Closure::<dyn Fn() -> Result<JsValue, JsValue>>::new(|| Err("no".into())).into_js_value();
    set(&getter, "get", &thrower);
    set(&getter, "enumerable", &JsValue::TRUE);
    Object::define_property(&throwing, &"seed".into(), &getter);
    let dated = Object::new();
    set(&dated, "seed", &Date::new_0());
    for (options, accepted) in [
        (JsValue::from(cycle), false),
        (throwing.into(), true),
        (dated.into(), false),
        (JsValue::symbol(Some("s")), false),
        (JsValue::bigint_from_str("1"), false),
        (JsValue::NULL, true),
        (JsValue::UNDEFINED, true),
    ] {
        assert_eq!(Core::new(&options, intl().unchecked_into(), "", 1.0, "t-".into()).is_ok(), accepted);
    }
}

#[wasm_bindgen_test]
fn a_notice_comes_in_words_and_markup_stays_text() {
    let mut core = core("{}");
    core.mounted(true, 0.0);
    let input = parse(r#"{ "message": "text", "args": { "title": "<img onerror=alert(1)>", "body": "b" } }"#);
    core.show(&input, 0.0, 0.0).unwrap();
    core.tick(10_000.0);
    let views = Array::from(&get(&core.frame(10_000.0, 0.0), "views"));
    assert_eq!(get(&views.get(0), "title"), "<img onerror=alert(1)>");
}

#[wasm_bindgen_test]
fn a_failing_call_is_told_with_the_engines_own_clock() {
    let mut core = core("{}");
    core.mounted(true, 0.0);
    let slot = begin(&mut core, 0.0);
    core.answer(slot, &response(503, &[("retry-after", "8")]), 0.0, 0.0);
    core.tick(700.0);
    let views = Array::from(&get(&core.frame(700.0, 50_000.0), "views"));
    let view = views.get(0);
    assert_eq!(get(&view, "retryAt"), 50_000.0 + 8000.0 - 700.0);
    assert_eq!(get(&view, "code"), "SF-overloaded");
    assert_eq!(get(&view, "countdown"), "Trying again in 8 seconds");
}
