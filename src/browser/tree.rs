//! JavaScript values → the untyped tree that options are read from.
//!
//! Written by hand, not with a deserialiser: all problems must be found in one pass, each with its path, and functions
//! and dates must keep their place in the tree.

use alloc::boxed::Box;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::json::Json;
use crate::policy::options::{Problem, Value};

#[wasm_bindgen]
extern "C" {
    type Date;

    #[wasm_bindgen(method, js_name = getTime)]
    fn time(this: &Date) -> f64;

    #[wasm_bindgen(js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> bool;

    #[wasm_bindgen(js_namespace = Object, js_name = keys)]
    fn keys(object: &JsValue) -> Box<[JsValue]>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn member(object: &JsValue, name: &JsValue) -> Result<JsValue, JsValue>;
}

/// Options nest five deep; more is a mistake, or a cycle.
const MAX_DEPTH: u32 = 12;

/// Reads a JavaScript value, its own enumerable members and nothing behind them.
pub(super) fn read(value: &JsValue) -> Value {
    read_at(value, 0)
}

fn read_at(value: &JsValue, depth: u32) -> Value {
    if let Some(text) = value.as_string() {
        Value::Text(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(flag) = value.as_bool() {
        Value::Bool(flag)
    } else if value.is_undefined() || value.is_null() {
        Value::Absent
    } else if value.is_function() {
        Value::Function
    } else if !value.is_object() {
        Value::Other("a bigint or symbol".into())
    } else if depth >= MAX_DEPTH {
        Value::Other("a deeply nested value".into())
    } else if let Some(date) = value.dyn_ref::<Date>() {
        Value::Date(date.time())
    } else {
        let members = keys(value).into_iter().map(|name| {
            // A getter may throw: what cannot be read counts as left out.
            let value = member(value, &name).unwrap_or(JsValue::UNDEFINED);
            (name.as_string().unwrap_or_default(), read_at(&value, depth + 1))
        });
        if is_array(value) {
            Value::List(members.map(|(_, item)| item).collect())
        } else {
            Value::Map(members.collect())
        }
    }
}

/// The problems of the options as the array that a `ConfigError` carries.
pub(super) fn problems(found: &[Problem]) -> JsValue {
    let mut json = Json::new();
    json.open("", "[");
    for Problem { path, message } in found {
        json.open("", "{");
        json.text("path", path);
        json.text("message", message);
        json.close("}");
    }
    json.close("]");
    json.parsed()
}
