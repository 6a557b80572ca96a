//! Options of ours, from JSON.

use serde_json::{Map, Value as Json};
use steadfetch::policy::options::{Options, Value};

/// Options for all cells of a run, by what a cell needs.
pub struct Chosen {
    defaults: Map<String, Json>,
}

impl Chosen {
    /// What `--options` names: JSON, or a file of it, that is merged into `defaults`.
    ///
    /// # Errors
    /// The text is no JSON object, or a file that cannot be read.
    pub fn read(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text else { return Ok(Chosen { defaults: Map::new() }) };
        let json = if text.trim_start().starts_with('{') {
            text.to_owned()
        } else {
            std::fs::read_to_string(text).map_err(|error| format!("--options: {text}: {error}"))?
        };
        match serde_json::from_str(&json) {
            Ok(Json::Object(defaults)) => Ok(Chosen { defaults }),
            Ok(_) => Err("--options: an object is needed, like {\"retry\":{\"attempts\":2}}".into()),
            Err(error) => Err(format!("--options: {error}")),
        }
    }

    /// The options of a cell that needs these, too.
    ///
    /// # Errors
    /// Every problem that the core has with them.
    pub fn with(&self, needs: Option<&str>) -> Result<Options, String> {
        let mut whole = match needs.map(serde_json::from_str) {
            Some(Ok(whole)) => whole,
            Some(Err(error)) => return Err(error.to_string()),
            None => Json::Object(Map::new()),
        };
        if let Json::Object(whole) = &mut whole {
            let defaults = whole.entry("defaults").or_insert_with(|| Json::Object(Map::new()));
            merge(defaults, &Json::Object(self.defaults.clone()));
        }
        Options::read(&tree(whole)).map_err(|problems| {
            let lines: Vec<String> =
                problems.iter().map(|found| format!("{}: {}", found.path, found.message)).collect();
            lines.join("; ")
        })
    }
}

/// Lays an object over another one, member by member.
fn merge(under: &mut Json, over: &Json) {
    match (under, over) {
        (Json::Object(under), Json::Object(over)) => {
            for (name, value) in over {
                merge(under.entry(name).or_insert(Json::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

fn tree(value: Json) -> Value {
    match value {
        Json::Null => Value::Absent,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(tree).collect()),
        Json::Object(members) => {
            Value::Map(members.into_iter().map(|(name, value)| (name, tree(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use steadfetch::policy::settings::Id;

    use super::*;

    #[test]
    fn given_options_are_laid_over_what_a_cell_needs() {
        let chosen = Chosen::read(Some(r#"{"retry":{"attempts":2},"attemptTimeout":9500}"#)).unwrap();
        let options = chosen.with(Some(r#"{"defaults":{"retry":{"attempts":5,"base":7}}}"#)).unwrap();
        let policy = &options.rules.defaults;
        assert_eq!((policy.whole(Id::RetryAttempts), policy.millis(Id::RetryBase)), (2, Some(7)));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(Chosen::read(Some("{")).is_err());
        assert!(Chosen::read(Some("/no/such/file")).is_err_and(|error| error.contains("/no/such/file")));
        let chosen = Chosen::read(Some(r#"{"retri":1}"#)).unwrap();
        assert!(chosen.with(None).is_err_and(|error| error.contains("defaults.retri")));
    }
}
