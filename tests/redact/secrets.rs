//! Texts made up around made-up secrets, and what must be true of what leaves of them. Chance is a seed's in the tests, and libFuzzer's
//! in `fuzz/`.

use steadfetch::policy::options::Value;
use steadfetch::telemetry::redact::{FIELDS, Privacy, mask, place};

/// Options that allow all that can be allowed.
pub fn everything_named() -> Value {
    let names = FIELDS.iter().map(|field| Value::Text(field.path.into())).collect();
    let trusted = Value::List(vec![Value::Text("https://a.example".into())]);
    Value::Map(vec![("fields".into(), Value::List(names)), ("trustServerText".into(), trusted)])
}

/// A record that has this value in this place, of a trusted server.
pub fn nested(path: &str, value: Value) -> Value {
    let value = path.rsplit('.').fold(value, |value, name| {
        let name = if name == "*" { "timeout" } else { name };
        Value::Map(vec![(name.into(), value)])
    });
    match value {
        Value::Map(mut members) => {
            members.push(("href".into(), Value::Text("https://a.example/x".into())));
            Value::Map(members)
        }
        other => other,
    }
}

/// All texts and numbers of a value.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Map(members) => {
            members.iter().map(|(name, value)| format!("{name}:{} ", text_of(value))).collect()
        }
        Value::List(items) => items.iter().map(|item| format!("{} ", text_of(item))).collect(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}

/// Draws from a stream of numbers.
pub struct Chance<'a>(pub &'a mut dyn FnMut() -> u64);

impl Chance<'_> {
    fn below(&mut self, end: usize) -> usize {
        ((self.0)() % end as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn letters(&mut self, from: &str, least: usize, most: usize) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..least + self.below(most - least + 1)).map(|_| from[self.below(from.len())]).collect()
    }

    /// A secret, and what of it must not be left.
    fn secret(&mut self) -> (String, String) {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        const ALL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        const HEX: &str = "0123456789abcdef";
        match self.below(8) {
            0 => {
                let local = self.letters(ALL, 1, 12);
                let host = self.letters("abcdefghijklmnopqrstuvwxyz", 4, 10);
                // The placeholder {email} has letters of its own.
                (format!("{local}@{host}.example"), format!("{host}.example"))
            }
            1 => {
                let digits = self.letters("0123456789", 6, 19);
                let gap = self.one(&["", " ", "-", ".", " - ", "/"]);
                let size = 2 + self.below(4);
                let groups: Vec<&str> =
                    digits.as_bytes().chunks(size).map(|part| std::str::from_utf8(part).unwrap()).collect();
                // The last group may be no more than a digit.
                (groups.join(gap), groups[0].to_owned())
            }
            2 => {
                let hex = self.letters(HEX, 32, 32);
                let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
                (text, hex[20..].to_owned())
            }
            3 => {
                let part = self.letters(ALL, 20, 40);
                (format!("eyJ{}.eyJ{part}.{}", self.letters(ALL, 10, 30), self.letters(ALL, 20, 40)), part)
            }
            4 => {
                let token = self.letters(ALPHABET, 3, 9) + "7" + &self.letters(ALL, 8, 40);
                (token.clone(), token)
            }
            5 => {
                let hex = self.letters(HEX, 24, 64) + "0a";
                (hex.clone(), hex)
            }
            6 => {
                let value = self.letters(ALL, 6, 20) + "q";
                (format!("{}={value}", self.letters("abcdefgh", 2, 6)), format!("={value}"))
            }
            _ => {
                let word = self.letters("qxzjkv", 6, 12);
                (
                    format!(
                        "{}{}{word}",
                        self.one(&["password", "Secret", "PWD"]),
                        self.one(&[": ", ":", " = ", "=", "\": \""])
                    ),
                    word,
                )
            }
        }
    }

    fn words(&mut self) -> String {
        let words = [
            "could",
            "not",
            "load",
            "error:",
            "the",
            "order",
            "f\u{fc}r",
            "\u{6ce8}\u{6587}",
            "(",
            "\"",
            "...",
            "at",
            "\n",
            "-",
        ];
        (0..self.below(6)).map(|_| format!("{} ", self.one(&words))).collect()
    }

    /// What cannot be seen, between the characters of a secret.
    fn hidden(&mut self, text: &str) -> String {
        let mark = self.one(&["\u{ad}", "\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}"]);
        let at = self.below(4);
        text.chars()
            .enumerate()
            .map(|(place, letter)| if place % 4 == at { format!("{mark}{letter}") } else { letter.into() })
            .collect()
    }
}

/// Makes up one text, and looks whether its secret leaves by any way. Panics where one does.
pub fn try_one(chance: &mut Chance<'_>, privacy: &Privacy) {
    let (secret, telling) = chance.secret();
    let shown = if chance.below(5) == 0 { chance.hidden(&secret) } else { secret.clone() };
    let (before, end, after) = (chance.words(), chance.one(&[" ", ".", ", ", "\"", ")", ""]), chance.words());
    let text = format!("{before}{shown}{end} {after}");
    let path = chance.one(&["why", "actionId", "fault.problem.detail", "route", "name", "page", "origin"]);
    // What stood there before may be alike by chance.
    let around = format!("{before} {after} {path}");
    let leaks = |out: &str| out.matches(&telling).count() > around.matches(&telling).count();
    let out = mask::text(&text, 400);
    assert!(!leaks(&out), "{text:?} → {out:?} leaks {telling:?}");
    let out = text_of(&privacy.record(&nested(path, Value::Text(text.clone()))));
    assert!(!leaks(&out), "{path} of {text:?}: {out:?} leaks {telling:?}");
    let address = place::address(&format!("https://a.example/orders/{secret}")).unwrap_or_default();
    // Behind `=`, or a word for a secret, it is a plain segment of letters.
    let plain = telling.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'=');
    assert!(plain || !address.contains(&telling), "{address} leaks {telling:?}");
}
