//! Texts made up around made-up secrets, for as long as `cargo xtask fuzz redact` says. The seed is printed, and repeats a run.

use std::time::{Duration, Instant};

use steadfetch::policy::options::Value;
use steadfetch::telemetry::redact::{Privacy, mask, place};

use crate::records::{everything_named, nested, text_of};

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
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
                (format!("{local}@{host}.example"), host)
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

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn made_up_secrets_never_stay() {
    let seconds = number("FUZZ_SECONDS");
    let seed = number("FUZZ_SEED").unwrap_or(1);
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    let privacy = Privacy::read(&everything_named(), "https://app.example");
    let mut chance = Chance(seed);
    let mut texts = 0_u64;
    while texts < 2_000 || Instant::now() < until {
        let (secret, telling) = chance.secret();
        let shown = if chance.below(5) == 0 { chance.hidden(&secret) } else { secret.clone() };
        let text = format!(
            "{}{shown}{}{}",
            chance.words(),
            chance.one(&[" ", ".", ", ", "\"", ")", ""]),
            " ".to_owned() + &chance.words()
        );
        let out = mask::text(&text, 400);
        assert!(!out.contains(&telling), "seed {seed}, text {texts}: {text:?} → {out:?} leaks {telling:?}");
        let path =
            chance.one(&["why", "actionId", "fault.problem.detail", "route", "name", "page", "origin"]);
        let out = text_of(&privacy.record(&nested(path, Value::Text(text.clone()))));
        assert!(!out.contains(&telling), "seed {seed}, {path} of {text:?}: {out:?} leaks {telling:?}");
        let address = place::address(&format!("https://a.example/orders/{secret}")).unwrap_or_default();
        // Behind `=`, or a word for a secret, it is a plain segment of letters.
        let plain = telling.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'=');
        assert!(plain || !address.contains(&telling), "seed {seed}: {address} leaks {telling:?}");
        texts += 1;
    }
    println!("{texts} texts, seed {seed}: none leaks");
}
