//! From a file's text to rules: a client's options, or a policy document where there is a `version`.

use steadfetch::policy::options::{Options, Problem, Rules, Value};

/// Reads it; `None`: the document's kill switch is on. Else every problem, each in a line with its place.
pub fn read(text: &str) -> Result<Option<Rules>, Vec<String>> {
    let json: serde_json::Value = serde_json::from_str(text).map_err(|error| vec![place(&error)])?;
    let mut tree = convert(json);
    if !matches!(tree, Value::Map(_)) {
        return Err(vec![format!(
            "expected an object with options or a policy document, got {}",
            tree.describe()
        )]);
    }
    let found = if tree.member("version").is_absent() {
        put_functions(&mut tree);
        Options::read(&tree).map(|options| Some(options.rules))
    } else {
        Rules::document(&tree, &Rules::default())
    };
    found.map_err(|problems| problems.into_iter().map(line).collect())
}

fn line(Problem { path, message }: Problem) -> String {
    if path.is_empty() { message } else { format!("{path}: {message}") }
}

/// What is wrong with the text, and where.
fn place(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let what = whole.split(" at line ").next().unwrap_or(&whole);
    format!("line {}, column {}: not JSON: {what}", error.line(), error.column())
}

fn convert(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Absent,
        serde_json::Value::Bool(flag) => Value::Bool(flag),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(convert).collect()),
        serde_json::Value::Object(members) => {
            Value::Map(members.into_iter().map(|(name, json)| (name, convert(json))).collect())
        }
    }
}

/// JSON has no functions: where `auth` stands, the one that it must have is taken for granted.
fn put_functions(tree: &mut Value) {
    let Value::Map(members) = tree else { return };
    let auth = members.iter_mut().find(|(name, _)| name == "auth");
    if let Some((_, Value::Map(auth))) = auth
        && !auth.iter().any(|(name, _)| name == "refresh")
    {
        auth.push(("refresh".into(), Value::Function));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        read(text).unwrap_err()
    }

    #[test]
    fn options_and_documents() {
        let Ok(Some(options)) = read(r#"{ "rules": [{ "match": "/a" }], "auth": { "statuses": [401] } }"#)
        else {
            panic!("options")
        };
        let document = r#"{ "version": 1, "rules": [{ "match": "/a" }], "features": { "search": "off" } }"#;
        let Ok(Some(document)) = read(document) else { panic!("a document") };
        assert_eq!((&document.rules, &document.defaults), (&options.rules, &options.defaults));
        assert_eq!(document.features.len(), 1);
        assert_eq!(read(r#"{ "version": 1, "enabled": false }"#), Ok(None));
    }

    #[test]
    fn every_problem_with_its_place() {
        let found = problems(r#"{ "rules": [{ "match": "api", "retry": { "atempts": 3 } }], "seed": -1 }"#);
        let starts = ["rules[0].match: ", "rules[0].retry.atempts: ", "seed: "];
        assert!(
            found.len() == 3 && starts.iter().all(|start| found.iter().any(|line| line.starts_with(start))),
            "{found:?}"
        );
        assert!(problems(r#"{ "version": 2 }"#)[0].starts_with("version: "));
        assert!(
            problems(r#"{ "version": 1, "surfaces": false }"#)[0].starts_with("surfaces: unknown option")
        );
    }

    #[test]
    fn what_is_no_json_and_what_is_no_object() {
        assert!(problems("{\n  \"rules\": [,]\n}")[0].starts_with("line 2, column 13: not JSON: "));
        assert!(problems("")[0].starts_with("line 1, column 0: not JSON: "));
        assert_eq!(problems("[]"), ["expected an object with options or a policy document, got an array"]);
    }
}
