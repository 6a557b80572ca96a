//! Whatever the options, a policy document or a call's own are, they are read or refused with a path for each problem; what is
//! read can be judged.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use steadfetch::policy::lint::lint;
use steadfetch::policy::options::{CallOptions, Options, Problem, Rules, Value};

fuzz_target!(|text: &str| {
    let Ok(json) = serde_json::from_str::<Json>(text) else { return };
    let value = tree(&json);
    let options = Options::read(&value);
    let rules = match options {
        Ok(options) => options.rules,
        Err(problems) => {
            said(&problems);
            Options::read(&Value::Absent).expect("no options are right").rules
        }
    };
    lint(&rules);
    match Rules::document(&value, &rules) {
        Ok(document) => {
            if let Some(document) = document {
                lint(&document.over(&rules));
            }
        }
        Err(problems) => said(&problems),
    }
    if let Err(problems) = CallOptions::read(&value, &rules.defaults) {
        said(&problems);
    }
});

fn said(problems: &[Problem]) {
    assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.message.is_empty()));
}

fn tree(json: &Json) -> Value {
    match json {
        Json::Null => Value::Absent,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(tree).collect()),
        Json::Object(members) => {
            Value::Map(members.iter().map(|(name, member)| (name.clone(), tree(member))).collect())
        }
    }
}
