//! `cargo xtask lint-catalog`: holds catalogs, ours and anybody's, to the rules for words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::built_in::{LOCALES, VOICES};
use super::compile::model::{Body, Expression, Key, Message, Operand, Part};
use super::compile::{Problem, Source, compile_what_is_right, parse};
use super::{built_in, pseudo, rules, source};
use crate::args::Args;
use crate::failure;
use crate::paths::Paths;

/// What the library itself passes to messages, whatever they are about.
const ALWAYS_THERE: [&str; 2] = ["count", "retryAt"];

/// Something that breaks a rule, and what to do about it.
struct Finding {
    file: String,
    problem: Problem,
    fix: String,
}

pub(crate) fn command(paths: &Paths, mut args: Args) -> Result<()> {
    let pseudo = args.switch("--pseudo");
    let mut files = Vec::new();
    while let Some(word) = args.word() {
        files.push(std::env::current_dir()?.join(word));
    }
    args.finish()?;
    if pseudo {
        return print_pseudo(paths, &files);
    }
    let findings = if files.is_empty() { of_built_in(paths)? } else { of_files(paths, &files)? };
    for Finding { file, problem, fix } in &findings {
        println!("{file}: {problem}\n  fix: {fix}");
    }
    match findings.len() {
        0 => println!("lint-catalog: nothing to object to"),
        count => println!("lint-catalog: {count} finding{}", if count == 1 { "" } else { "s" }),
    }
    if findings.is_empty() { Ok(()) } else { Err(failure::told()) }
}

/// Prints a catalog in the pseudo-locale, for `catalog` of a client.
fn print_pseudo(paths: &Paths, files: &[PathBuf]) -> Result<()> {
    let [file] = files else { return Err(failure::usage("`--pseudo` needs one file")) };
    let catalogs = source::read(file)
        .map_err(|problems| failure::failed(lines(&problems), format!("edit {}", paths.show(file))))?;
    let json: Vec<_> = catalogs.iter().map(|source| pseudo::json(pseudo::catalog(source))).collect();
    println!("{}", serde_json::to_string_pretty(&json)?);
    Ok(())
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The built-in ones, which also have to be complete.
fn of_built_in(paths: &Paths) -> Result<Vec<Finding>> {
    let english = built_in::read(paths, "en", "")?;
    let mut findings = Vec::new();
    for locale in LOCALES {
        for voice in ["", VOICES[0], VOICES[1]] {
            let source = built_in::read(paths, locale, voice)?;
            let file = format!("catalogs/{locale}{}{voice}.json", if voice.is_empty() { "" } else { "." });
            let mut lint = Lint { file, source: &source, findings: Vec::new() };
            lint.catalog();
            for (id, _) in &english.messages {
                let own = source.messages.iter().find(|(own, _)| own == id);
                if own.is_none() && voice.is_empty() {
                    lint.found(id, "", 0, "is missing", "translate it");
                }
            }
            lint.compare(&english, true);
            findings.extend(lint.findings);
        }
    }
    findings.extend(of_panels(paths)?);
    Ok(findings)
}

/// Those of the panels, which are plain texts without voices.
fn of_panels(paths: &Paths) -> Result<Vec<Finding>> {
    let name = |locale| format!("panels/{locale}");
    let english = built_in::read(paths, &name("en"), "")?;
    let mut findings = Vec::new();
    for locale in LOCALES {
        let source = built_in::read(paths, &name(locale), "")?;
        let file = format!("catalogs/{}.json", name(locale));
        let mut lint = Lint { file, source: &source, findings: Vec::new() };
        lint.catalog();
        for (id, _) in &english.messages {
            if source.messages.iter().all(|(own, _)| own != id) {
                lint.found(id, "", 0, "is missing", "translate it");
            }
        }
        lint.compare(&english, true);
        findings.extend(lint.findings);
    }
    Ok(findings)
}

/// An app's own. What has the id of a built-in message is compared with that one, the rest with the first file that has it.
fn of_files(paths: &Paths, files: &[PathBuf]) -> Result<Vec<Finding>> {
    let english = built_in::read(paths, "en", "")?;
    let mut findings = Vec::new();
    let mut first: Option<Source> = None;
    for file in files {
        let name = show(file);
        let catalogs = match source::read(file) {
            Ok(catalogs) => catalogs,
            Err(problems) => {
                findings.extend(problems.into_iter().map(|problem| Finding {
                    file: name.clone(),
                    problem,
                    fix: "write it like the example in docs/catalog.md".to_owned(),
                }));
                continue;
            }
        };
        for source in catalogs {
            let mut lint = Lint { file: name.clone(), source: &source, findings: Vec::new() };
            lint.catalog();
            lint.compare(&english, false);
            if let Some(first) = &first {
                lint.compare(first, true);
            }
            findings.extend(lint.findings);
            first.get_or_insert(source);
        }
    }
    Ok(findings)
}

fn show(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).display().to_string()
}

struct Lint<'s> {
    file: String,
    source: &'s Source,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn found(
        &mut self,
        id: &str,
        slot: &str,
        position: usize,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let problem = Problem::new(id, slot, position, reason);
        self.findings.push(Finding { file: self.file.clone(), problem, fix: fix.into() });
    }

    /// What can be said without other catalogs.
    fn catalog(&mut self) {
        let mut problems = Vec::new();
        compile_what_is_right(self.source, |_| None, &mut problems);
        for problem in problems {
            let fix = if problem.slot.is_empty() {
                "see docs/catalog.md for what a catalog holds"
            } else {
                "correct the source; \\{ and \\} write braces"
            };
            self.findings.push(Finding { file: self.file.clone(), problem, fix: fix.to_owned() });
        }
        let source = self.source;
        for (id, slots) in &source.messages {
            for (slot, text) in slots {
                if let Ok(message) = parse(text) {
                    self.plurals(id, slot, &message);
                    for pattern in patterns(&message) {
                        self.text(id, slot, text, &shown(pattern));
                    }
                }
            }
        }
    }

    /// One variant, as it is shown, with four characters in the place of a variable.
    fn text(&mut self, id: &str, slot: &str, source: &str, shown: &str) {
        let locale = self.source.locale.clone();
        let length = shown.chars().count();
        let limit =
            rules::LENGTHS.iter().find(|(known, _)| *known == slot).map_or(usize::MAX, |(_, most)| *most);
        if length > limit {
            let reason = format!("{length} characters, {limit} at most: “{shown}”");
            self.found(id, slot, 0, reason, "say it in fewer words");
        }
        let at =
            |part: &str| source.find(part).map_or(0, |at| 1 + source.get(..at).unwrap_or("").chars().count());
        if let Some(mark) = ["!", "！", "¡", "؛!"].into_iter().find(|mark| shown.contains(mark)) {
            self.found(
                id,
                slot,
                at(mark),
                "an exclamation mark",
                "end with a full stop, or with nothing in a title",
            );
        }
        if let Some(emoji) =
            shown.chars().find(|char| matches!(u32::from(*char), 0x2600..=0x27bf | 0x1f000..=0x1faff))
        {
            self.found(id, slot, at(&emoji.to_string()), format!("an emoji: {emoji}"), "leave it out");
        }
        let stop = shown.ends_with(['.', '。', '．', '۔', '।']);
        if matches!(slot, "title" | "action") && stop {
            self.found(id, slot, 0, "a full stop at the end", "leave it out");
        }
        if matches!(slot, "body" | "safe") && !stop && !shown.ends_with(['?', '؟', '？', '4', '}']) {
            self.found(id, slot, 0, format!("no whole sentence: “{shown}”"), "end it with a full stop");
        }
        if slot == "action" && shown.split_whitespace().count() > 2 {
            self.found(
                id,
                slot,
                0,
                format!("more than two words: “{shown}”"),
                "name the next step with a verb",
            );
        }
        if slot == "help"
            && !["https://", "mailto:", "tel:", "/"].iter().any(|start| shown.starts_with(start))
        {
            self.found(
                id,
                slot,
                0,
                "no link that is followed",
                "https:, mailto:, tel: or a path of the page's own origin",
            );
        }
        if slot == "help" {
            return;
        }
        let lower = shown.to_lowercase();
        let own = rules::of(rules::BANNED, &locale).unwrap_or_default();
        for word in own.iter().chain(rules::BANNED.first().map_or(&[][..], |(_, words)| words)) {
            if rules::holds(&lower, word).is_some() {
                let word = word.trim_end_matches('*');
                self.found(
                    id,
                    slot,
                    0,
                    format!("“{word}” is no word for notices"),
                    "say what happened in plain words",
                );
            }
        }
        let sorry = rules::of(rules::SORRY, &locale).unwrap_or_default();
        let sorry = sorry.iter().filter(|word| rules::holds(&lower, word).is_some()).count();
        let allowed = usize::from(self.source.voice != "plain");
        if sorry > allowed {
            self.found(id, slot, 0, "an apology", "leave it to another voice, once in a message");
        }
        let code =
            |part: &&str| part.len() == 3 && part.starts_with(['4', '5']) && part.parse::<u16>().is_ok();
        if let Some(code) = shown.split(|char: char| !char.is_alphanumeric()).find(code) {
            self.found(
                id,
                slot,
                at(code),
                format!("a status code: {code}"),
                "say what it means for the person",
            );
        }
    }

    /// Every plural form of the language has a variant, for each selector that is a number.
    fn plurals(&mut self, id: &str, slot: &str, message: &Message) {
        let Body::Match { selectors, variants } = &message.body else { return };
        let Some(needed) = rules::of(rules::PLURALS, &self.source.locale) else { return };
        for (at, selector) in selectors.iter().enumerate() {
            if !is_plural(message, &selector.name) {
                continue;
            }
            let there: BTreeSet<&str> = variants
                .iter()
                .filter_map(|variant| match variant.keys.get(at) {
                    Some(Key::Literal(key)) => Some(key.as_str()),
                    _ => None,
                })
                .collect();
            for category in needed.iter().filter(|category| !there.contains(**category)) {
                let reason = format!("no variant for the plural form “{category}” of ${}", selector.name);
                self.found(id, slot, selector.at + 1, reason, format!("add a line: {category} {{{{…}}}}"));
            }
            for key in there {
                let plural = ["zero", "one", "two", "few", "many"].contains(&key);
                if plural && !needed.contains(&key) {
                    let reason = format!("{} has no plural form “{key}”", self.source.locale);
                    self.found(
                        id,
                        slot,
                        selector.at + 1,
                        reason,
                        format!("drop the line, or write the number: {key}"),
                    );
                }
            }
        }
    }

    /// The same variables as in another catalog, and a next step where that one has one.
    fn compare(&mut self, other: &Source, all: bool) {
        let source = self.source;
        for (id, slots) in &source.messages {
            let Some((_, others)) = other.messages.iter().find(|(known, _)| known == id) else { continue };
            for (slot, theirs) in others {
                let Some((_, own)) = slots.iter().find(|(known, _)| known == slot) else {
                    if slot == "action" {
                        let fix = format!("add one, such as “{theirs}”");
                        self.found(id, slot, 0, "no next step, though the person can take one", fix);
                    } else if all {
                        self.found(id, slot, 0, "is missing", "translate it");
                    }
                    continue;
                };
                let (own, theirs) = (variables(own), variables(theirs));
                for name in own.difference(&theirs).filter(|name| !ALWAYS_THERE.contains(&name.as_str())) {
                    self.found(
                        id,
                        slot,
                        0,
                        format!("${name} has no value here"),
                        "use the variables of the other catalog",
                    );
                }
                for name in theirs.difference(&own).filter(|_| all) {
                    self.found(
                        id,
                        slot,
                        0,
                        format!("${name} is missing"),
                        "use the variables of the other catalog",
                    );
                }
            }
        }
    }
}

fn patterns(message: &Message) -> Vec<&Vec<Part>> {
    match &message.body {
        Body::Pattern(pattern) => vec![pattern],
        Body::Match { variants, .. } => variants.iter().map(|variant| &variant.pattern).collect(),
    }
}

fn shown(pattern: &[Part]) -> String {
    pattern
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Expression(Expression {
                operand: Some(Operand::Literal(text)), function: None, ..
            }) => text.clone(),
            Part::Expression(_) => "1234".to_owned(),
            Part::Markup(_) => String::new(),
        })
        .collect()
}

/// Whether a variable is declared as a number that selects by plural form.
fn is_plural(message: &Message, name: &str) -> bool {
    let declared = message.declarations.iter().find(|declaration| declaration.name == name);
    let Some(value) = declared.map(|declaration| &declaration.value) else { return false };
    let Some(function) = &value.function else {
        return match &value.operand {
            Some(Operand::Variable(other)) if other.name != name => is_plural(message, &other.name),
            _ => false,
        };
    };
    let select = function.options.iter().find(|option| option.name == "select");
    let plural = select.is_none_or(|option| option.value == Operand::Literal("plural".to_owned()));
    plural && ["number", "integer", "percent", "offset"].contains(&function.name.as_str())
}

/// The variables that a message is given: not those that it makes itself.
fn variables(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok(message) = parse(source) else { return found };
    let mut add = |expression: &Expression| {
        let used = expression.operand_variable().into_iter().chain(expression.option_variables());
        found.extend(used.map(|variable| variable.name.clone()));
    };
    message.declarations.iter().for_each(|declaration| add(&declaration.value));
    for pattern in patterns(&message) {
        for part in pattern {
            if let Part::Expression(expression) = part {
                add(expression);
            }
        }
    }
    for declaration in &message.declarations {
        if declaration.value.operand_variable().is_none_or(|variable| variable.name != declaration.name) {
            found.remove(&declaration.name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn findings(locale: &str, voice: &str, slots: &[(&str, &str)]) -> Vec<String> {
        let slots = slots.iter().map(|(slot, text)| ((*slot).to_owned(), (*text).to_owned())).collect();
        let messages = vec![("m".to_owned(), slots)];
        let source = Source { locale: locale.into(), voice: voice.into(), messages };
        let mut lint = Lint { file: "f".into(), source: &source, findings: Vec::new() };
        lint.catalog();
        lint.findings.into_iter().map(|found| found.problem.to_string()).collect()
    }

    #[test]
    fn built_in_catalogs_keep_the_rules() {
        let findings = of_built_in(&Paths::find().unwrap()).unwrap();
        let lines: Vec<String> =
            findings.iter().map(|found| format!("{}: {}", found.file, found.problem)).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    #[test]
    fn good_words_pass() {
        let slots = [
            ("title", "Saved"),
            ("body", "It's kept here."),
            ("action", "Try again"),
            ("help", "https://a.example/x"),
        ];
        assert_eq!(findings("en", "plain", &slots), [""; 0]);
    }

    #[test]
    fn every_rule_finds_what_breaks_it() {
        let cases = [
            ("en", "title", "It saved!", "message “m”, title, character 9, an exclamation mark"),
            ("en", "title", "Done.", "message “m”, title, a full stop at the end"),
            ("en", "body", "Try again", "message “m”, body, no whole sentence: “Try again”"),
            ("en", "body", "Please wait.", "message “m”, body, “please” is no word for notices"),
            ("en", "body", "Sorry for that.", "message “m”, body, an apology"),
            ("en", "body", "The server said 503.", "message “m”, body, character 17, a status code: 503"),
            ("en", "title", "Done 🎉", "message “m”, title, character 6, an emoji: 🎉"),
            (
                "en",
                "action",
                "Try it all again",
                "message “m”, action, more than two words: “Try it all again”",
            ),
            ("en", "help", "javascript:alert(1)", "message “m”, help, no link that is followed"),
            (
                "de",
                "body",
                "Die Angabe ist ungültig.",
                "message “m”, body, “ungültig” is no word for notices",
            ),
            (
                "ja",
                "body",
                "もう一度操作してください。",
                "message “m”, body, “してください” is no word for notices",
            ),
            ("en", "title", "{$x :nope}", "message “m”, title, character 5, there is no function :nope"),
            (
                "en",
                "title",
                "{$x",
                "message “m”, title, character 4, expected “}” at the end of the expression, but the message ends here (syntax-error)",
            ),
            (
                "pl",
                "title",
                ".input {$n :integer} .match $n one {{a}} few {{b}} * {{c}}",
                "message “m”, title, character 29, no variant for the plural form “many” of $n",
            ),
            (
                "de",
                "title",
                ".input {$n :number} .match $n one {{a}} few {{b}} * {{c}}",
                "message “m”, title, character 28, de has no plural form “few”",
            ),
        ];
        for (locale, slot, text, expected) in cases {
            let slots = if slot == "title" { vec![(slot, text)] } else { vec![("title", "A"), (slot, text)] };
            assert_eq!(findings(locale, "plain", &slots), [expected], "{text}");
        }
        assert_eq!(findings("en", "warm", &[("title", "Sorry")]), [""; 0]);
        let long = "x".repeat(41);
        assert_eq!(findings("en", "plain", &[("title", &long)]).len(), 1);
    }

    #[test]
    fn variables_and_next_steps_are_those_of_the_other_catalog() {
        let source = |slots: &[(&str, &str)]| Source {
            locale: "en".into(),
            voice: "plain".into(),
            messages: vec![(
                "m".into(),
                slots.iter().map(|(slot, text)| ((*slot).to_owned(), (*text).to_owned())).collect(),
            )],
        };
        let english = source(&[("title", "{$a} {$b}"), ("body", "B."), ("action", "Go")]);
        let own = source(&[("title", ".local $x = {$a :number} {{{$x} {$c} {$count}}}")]);
        let mut lint = Lint { file: "f".into(), source: &own, findings: Vec::new() };
        lint.compare(&english, true);
        let found: Vec<String> = lint.findings.iter().map(|found| found.problem.to_string()).collect();
        assert_eq!(
            found,
            [
                "message “m”, title, $c has no value here",
                "message “m”, title, $b is missing",
                "message “m”, body, is missing",
                "message “m”, action, no next step, though the person can take one"
            ]
        );
    }
}
