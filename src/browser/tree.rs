//! JavaScript values → the untyped tree that options are read from.
//!
//! Written by hand, not with a deserialiser: all problems must be found in one pass, each with its path, and functions
//! and dates must keep their place in the tree.

use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::policy::options::{Problem, Value};

/// Options nest five deep; more is a mistake, or a cycle.
const MAX_DEPTH: u32 = 12;

/// Reads a JavaScript value, its own enumerable members and nothing behind them.
pub(super) fn read(value: &JsValue) -> Value {
    read_at(value, 0)
}

fn read_at(value: &JsValue, depth: u32) -> Value {
    if value.is_undefined() || value.is_null() {
        Value::Absent
    } else if let Some(flag) = value.as_bool() {
        Value::Bool(flag)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(text) = value.as_string() {
        Value::Text(text)
    } else if value.is_function() {
        Value::Function
    } else if !value.is_object() {
        Value::Other("a bigint or symbol".into())
    } else if depth >= MAX_DEPTH {
        Value::Other("a deeply nested value".into())
    } else if let Some(list) = value.dyn_ref::<Array>() {
        Value::List(list.iter().map(|item| read_at(&item, depth + 1)).collect())
    } else if let Some(date) = value.dyn_ref::<Date>() {
        Value::Date(date.get_time())
    } else {
        let object: &Object = value.unchecked_ref();
        let member = |name: JsValue| {
            // A getter may throw: what cannot be read counts as left out.
            let value = Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED);
            Some((name.as_string()?, read_at(&value, depth + 1)))
        };
        Value::Map(Object::keys(object).iter().filter_map(member).collect())
    }
}

/// A plain object, member by member.
pub(super) struct Made(Object);

impl Made {
    pub(super) fn new() -> Self {
        Made(Object::new())
    }

    /// Adds a member.
    pub(super) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Setting an own member of a fresh object cannot fail.
        let _ = Reflect::set(&self.0, &name.into(), &value.into());
        self
    }

    /// Adds a member where there is a value.
    pub(super) fn with_some(self, name: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl From<Made> for JsValue {
    fn from(made: Made) -> JsValue {
        made.0.into()
    }
}

/// The problems of the options as the array that a `ConfigError` carries.
pub(super) fn problems(found: &[Problem]) -> JsValue {
    let list = Array::new();
    for problem in found {
        let made = Made::new().with("path", problem.path.as_str()).with("message", problem.message.as_str());
        list.push(&made.into());
    }
    list.into()
}
