//! Validates a drill by drills/schema.json: the part of JSON Schema that it uses, as `steadfetch/drill` reads it.

use serde_json::Value as Json;

const SCHEMA: &str = include_str!("../../../../drills/schema.json");

/// Checks a drill.
///
/// # Errors
/// Every problem: path, what was expected, what is there, and what to do.
pub fn check(value: &Json) -> Result<(), Vec<String>> {
    let root: Json = serde_json::from_str(SCHEMA).map_err(|error| vec![format!("schema.json: {error}")])?;
    let mut checker = Checker { root: &root, problems: Vec::new() };
    checker.value(value, &root, "");
    if checker.problems.is_empty() { Ok(()) } else { Err(checker.problems) }
}

struct Checker<'a> {
    root: &'a Json,
    problems: Vec<String>,
}

impl<'a> Checker<'a> {
    fn value(&mut self, value: &Json, given: &'a Json, path: &str) {
        let schema = self.resolved(given);
        if let Some(expected) = wanted(value, schema) {
            self.problem(path, &expected, value, given, schema);
            return;
        }
        for (at, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(item, &schema["items"], &format!("{path}[{at}]"));
        }
        let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (name, member) in value.as_object().into_iter().flatten() {
            match schema["properties"].get(name) {
                Some(known) => self.value(member, known, &inside(name)),
                None => self.problems.push(format!("{}: not a member; take it out", inside(name))),
            }
        }
        let required = schema["required"].as_array().filter(|_| value.is_object());
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            if value.get(name).is_none() {
                let given = &schema["properties"][name];
                let schema = self.resolved(given);
                let expected = wanted(&Json::Null, schema).unwrap_or_default();
                self.problem(&inside(name), &expected, &Json::Null, given, schema);
            }
        }
    }

    fn problem(&mut self, path: &str, expected: &str, got: &Json, given: &Json, schema: &Json) {
        let path = if path.is_empty() { "the file" } else { path };
        let got = if got.is_null() { "nothing".to_owned() } else { got.to_string() };
        let fix = given["description"].as_str().or(schema["description"].as_str()).unwrap_or("correct it");
        self.problems.push(format!("{path}: expected {expected}, got {got} ({fix})"));
    }

    fn resolved(&self, given: &'a Json) -> &'a Json {
        match given["$ref"].as_str().and_then(|path| self.root.pointer(path.trim_start_matches('#'))) {
            Some(found) => found,
            None => given,
        }
    }
}

/// What a schema wants in place of the value; `None`: it is right, its members and items aside.
fn wanted(value: &Json, schema: &Json) -> Option<String> {
    if let Some(only) = schema.get("const") {
        return (value != only).then(|| only.to_string());
    }
    if let Some(all) = schema["enum"].as_array() {
        let names: Vec<String> = all.iter().map(Json::to_string).collect();
        return (!all.contains(value)).then(|| format!("one of {}", names.join(", ")));
    }
    let bound = |name: &str, or: f64| schema[name].as_f64().unwrap_or(or);
    let within = |number: f64, least: &str, most: &str| {
        number >= bound(least, f64::MIN) && number <= bound(most, f64::MAX)
    };
    let (right, expected) = match schema["type"].as_str().unwrap_or_default() {
        kind @ ("number" | "integer") => {
            let right = value.as_f64().is_some_and(|number| within(number, "minimum", "maximum"));
            let what = if kind == "integer" { "a whole number" } else { "a number" };
            (
                right && (kind == "number" || value.is_u64()),
                format!("{what} from {} to {}", schema["minimum"], schema["maximum"]),
            )
        }
        "string" => {
            let length = |text: &str| within(text.chars().count() as f64, "minLength", "maxLength");
            let right = value.as_str().is_some_and(|text| length(text) && starts_as(text, schema));
            (
                right,
                schema["pattern"]
                    .as_str()
                    .map_or("a text".into(), |pattern| format!("a text that fits {pattern}")),
            )
        }
        "array" => {
            let right =
                value.as_array().is_some_and(|items| within(items.len() as f64, "minItems", "maxItems"));
            (right, "a list".into())
        }
        _ => (value.is_object(), "an object".into()),
    };
    (!right).then_some(expected)
}

/// Of a pattern, how it begins: a path must be one. The rest is what editors and `steadfetch/drill` check.
fn starts_as(text: &str, schema: &Json) -> bool {
    match schema["pattern"].as_str() {
        Some(pattern) if pattern.starts_with("^/") => {
            text.starts_with('/') && !text.contains(char::is_whitespace)
        }
        _ => true,
    }
}
