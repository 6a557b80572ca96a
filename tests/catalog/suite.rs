//! Cases as data: our own, which the browser runs too (`tests/e2e/tests/catalog.spec.ts`), and those of the Unicode working group.
//!
//! The working group's suite is not in this repository. It is run from a folder (its `test/tests`):
//! `MESSAGE_FORMAT_SUITE=folder cargo test -p steadfetch --test catalog suite -- --ignored --nocapture`

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;
use steadfetch::catalog::compile::model::{Body, Message, Part};
use steadfetch::catalog::compile::{encode, parse_with};
use steadfetch::catalog::{
    Arg, Context, Dir, Locale, Moment, Number, NumberStyle, Opt, PlainLocale, Plural, TimeStyle, message,
};
use unicode_normalization::UnicodeNormalization as _;

fn normal(text: &str) -> Option<String> {
    Some(text.nfc().collect())
}

/// English with normalization, which a browser has.
struct Host(PlainLocale);

impl Locale for Host {
    fn dir(&self) -> Dir {
        self.0.dir()
    }

    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
        self.0.number(style, number, options, out)
    }

    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural {
        self.0.plural(number, ordinal, options)
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        self.0.moment(style, moment, options, out)
    }

    fn normalize(&self, text: &str) -> Option<String> {
        normal(text)
    }
}

/// The suite's own functions, under the names by which the compiler knows them; `:math` is what `:offset` was called.
fn rename(message: &mut Message) {
    let name = |function: &mut Option<steadfetch::catalog::compile::model::Function>| {
        if let Some(function) = function {
            let known = match function.name.as_str() {
                "test:function" => "test function",
                "test:select" => "test select",
                "test:format" => "test format",
                "math" => "offset",
                _ => return,
            };
            function.name = known.into();
        }
    };
    for declaration in &mut message.declarations {
        name(&mut declaration.value.function);
    }
    let mut patterns = Vec::new();
    match &mut message.body {
        Body::Pattern(pattern) => patterns.push(pattern),
        Body::Match { variants, .. } => {
            patterns.extend(variants.iter_mut().map(|variant| &mut variant.pattern))
        }
    }
    for part in patterns.into_iter().flatten() {
        if let Part::Expression(expression) = part {
            name(&mut expression.function);
        }
    }
}

/// What a source comes to: its text, and the names of all errors.
fn outcome(source: &str, args: &[(String, Value)], dir: Dir, isolate: bool) -> (Option<String>, Vec<String>) {
    let mut parsed = match parse_with(source, normal) {
        Ok(parsed) => parsed,
        Err(errors) => return (None, errors.iter().map(|error| error.kind.name().to_owned()).collect()),
    };
    rename(&mut parsed);
    let encoded = encode(source, &parsed).unwrap();
    let args: Vec<(String, &Value)> =
        args.iter().map(|(name, value)| (normal(name).unwrap(), value)).collect();
    let args: Vec<(&str, Arg<'_>)> = args
        .iter()
        .filter_map(|(name, value)| {
            let arg = match value {
                Value::String(text) => Arg::Text(text),
                Value::Number(number) => Arg::Decimal(Number::from_f64(number.as_f64()?)?),
                _ => return None,
            };
            Some((name.as_str(), arg))
        })
        .collect();
    let context = Context { locale: &Host(PlainLocale::default()), dir, isolate };
    let mut out = String::new();
    let problems = message(&encoded.code, &args, &context, &mut out).unwrap();
    (Some(out), problems.names().map(str::to_owned).collect())
}

#[test]
fn our_own_cases() {
    let cases: Value = serde_json::from_str(include_str!("cases.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let args: Vec<(String, Value)> = case["args"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let source = case["src"].as_str().unwrap();
        let (text, _) = outcome(source, &args, Dir::Ltr, true);
        assert_eq!(text.as_deref(), case["exp"].as_str(), "{source}");
    }
}

/// Why a case does not come out as it should.
fn check(case: &Value, defaults: &Value) -> Result<(), String> {
    let property = |name: &str| if case[name].is_null() { &defaults[name] } else { &case[name] };
    let args: Vec<(String, Value)> = case["params"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|param| (param["name"].as_str().unwrap().to_owned(), param["value"].clone()))
        .collect();
    let dir = if property("locale") == "ar" { Dir::Rtl } else { Dir::Ltr };
    let isolate = property("bidiIsolation") != "none";
    let (text, errors) = outcome(case["src"].as_str().unwrap(), &args, dir, isolate);
    let broken = text.is_none();
    if let (Some(expected), Some(text)) = (case["exp"].as_str(), &text)
        && expected != text
    {
        return Err(format!("expected {expected:?}, got {text:?}"));
    }
    let right = match property("expErrors") {
        Value::Bool(false) | Value::Null => errors.is_empty(),
        Value::Array(expected) => {
            expected.iter().all(|error| errors.iter().any(|own| error["type"] == own.as_str()))
        }
        _ => !errors.is_empty(),
    };
    if right && (!broken || !errors.is_empty()) { Ok(()) } else { Err(format!("errors {errors:?}")) }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Of the revisions that docs/catalog.md speaks of; an empty folder proves nothing.
const PASSED: u32 = 347;

#[test]
#[ignore = "needs the folder of the working group's suite"]
fn the_working_groups_suite() {
    let folder = env::var_os("MESSAGE_FORMAT_SUITE").expect("MESSAGE_FORMAT_SUITE names the folder");
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    paths.sort();
    let (mut passed, mut failed, mut elsewhere) = (0, 0, 0);
    for path in paths {
        let suite: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let (before, before_failed) = (passed, failed);
        for case in suite["tests"].as_array().unwrap() {
            // Without a browser there is English alone.
            // An option that implementations may leave out.
            if case["src"].as_str().is_some_and(|source| source.contains("u:locale")) {
                elsewhere += 1;
                continue;
            }
            let locale = case["locale"].as_str().or(suite["defaultTestProperties"]["locale"].as_str());
            if !matches!(locale, Some("en-US" | "en" | "und" | "ar") | None) {
                elsewhere += 1;
                continue;
            }
            match check(case, &suite["defaultTestProperties"]) {
                Ok(()) => passed += 1,
                Err(reason) => {
                    failed += 1;
                    println!("{}: {}: {reason}", path.display(), case["src"]);
                }
            }
        }
        println!("{}: {} passed, {} failed", path.display(), passed - before, failed - before_failed);
    }
    println!(
        "{passed} passed, {failed} failed, {elsewhere} left out: another language, or the optional u:locale"
    );
    assert_eq!((passed, failed), (PASSED, 0));
}
