//! Properties of what leaves, whatever goes in.

use proptest::prelude::*;
use steadfetch::policy::options::Value;
use steadfetch::telemetry::redact::{Privacy, mask, place};
use steadfetch::telemetry::timeline::Why;

use crate::secrets::{Chance, everything_named, nested, text_of, try_one};

/// Words around a secret, as they stand in messages.
fn around() -> impl Strategy<Value = (String, String)> {
    let words = "([a-z]{1,8}[ ,.:(\"]){0,4}";
    (words, words).prop_map(|(before, after)| (format!("{before} "), format!(" {after}")))
}

/// Zeros of some scripts and styles.
const ZEROS: &[char] = &[
    '0',
    '\u{660}',
    '\u{6f0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{e50}',
    '\u{1040}',
    '\u{17e0}',
    '\u{ff10}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7f6}',
    '\u{1fbf0}',
    '\u{11450}',
];

/// What may stand between digits: all punctuation of ASCII, and some of everybody's.
const SIGNS: &[char] = &[
    ' ',
    '!',
    '"',
    '#',
    '$',
    '%',
    '&',
    '\'',
    '(',
    ')',
    '*',
    '+',
    ',',
    '-',
    '.',
    '/',
    ':',
    ';',
    '<',
    '=',
    '>',
    '?',
    '@',
    '[',
    '\\',
    ']',
    '^',
    '_',
    '`',
    '{',
    '|',
    '}',
    '~',
    '\n',
    '\t',
    '\u{a0}',
    '\u{b7}',
    '\u{301}',
    '\u{20e3}',
    '\u{2013}',
    '\u{2019}',
    '\u{2022}',
    '\u{2026}',
    '\u{2192}',
    '\u{3001}',
    '\u{30fb}',
    '\u{fe0f}',
    '\u{1f600}',
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn made_up_secrets_never_stay(seed in any::<u64>()) {
        let mut state = seed;
        // SplitMix64 (Steele, Lea, Flood 2014).
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        let privacy = Privacy::read(&everything_named(), "https://app.example");
        for _ in 0..4 {
            try_one(&mut Chance(&mut next), &privacy);
        }
    }

    #[test]
    fn long_numbers_never_stay((before, after) in around(), digits in "[0-9]{6,19}", gap in "[ .-]?", size in 2_usize..6) {
        let groups: Vec<String> = digits.as_bytes().chunks(size).map(|part| String::from_utf8_lossy(part).into()).collect();
        let out = mask::text(&format!("{before}{}{after}", groups.join(&gap)), 400);
        prop_assert!(!out.bytes().any(|byte| byte.is_ascii_digit()), "{}", out);
    }

    #[test]
    fn long_numbers_never_stay_whatever_stands_between((before, after) in around(), digits in "[0-9]{13,19}", size in 1_usize..5, gap in prop::collection::vec(prop::sample::select(SIGNS), 1..5)) {
        let gap: String = gap.into_iter().collect();
        let groups: Vec<String> = digits.as_bytes().chunks(size).map(|part| String::from_utf8_lossy(part).into()).collect();
        let out = mask::text(&format!("{before}{}{after}", groups.join(&gap)), 400);
        // What looks like a query or an identifier is masked as one, and parts the first and the last group from all others.
        let left = out.bytes().filter(u8::is_ascii_digit).count();
        prop_assert!(left <= 2 * size, "{:?} {}", gap, out);
    }

    #[test]
    fn long_numbers_of_any_script_never_stay((before, after) in around(), digits in "[0-9]{6,19}", scripts in prop::collection::vec(prop::sample::select(ZEROS), 1..4)) {
        let number: String = digits.chars().zip(scripts.iter().cycle()).filter_map(|(digit, zero)| char::from_u32(*zero as u32 + digit.to_digit(10)?)).collect();
        let out = mask::text(&format!("{before}{number}{after}"), 400);
        prop_assert!(!out.chars().any(char::is_numeric), "{}", out);
    }

    #[test]
    fn what_stands_where_the_look_ends_never_stays(start in 900_usize..1_010, digits in "[1-9]{6,19}", token in "[A-Z]{3}[0-9][A-Za-z0-9]{7,60}") {
        // Masked to a few characters, so that the end comes within what is left.
        let before = "a1".repeat(start / 2);
        for secret in [&digits, &token] {
            let out = mask::text(&format!("{before} {secret} and more"), 400);
            prop_assert!(!out.contains(mask::cut(secret, 4)), "{}", out);
        }
    }

    #[test]
    fn addresses_never_stay((before, after) in around(), local in "[a-zA-Z0-9._%+-]{1,20}", host in "[a-z0-9-]{1,12}\\.[a-z]{2,6}") {
        let out = mask::text(&format!("{before}{local}@{host}{after}"), 400);
        prop_assert!(!out.contains('@') && !out.contains(&host), "{}", out);
    }

    #[test]
    fn tokens_never_stay((before, after) in around(), head in "[A-Za-z]{4}", middle in "[0-9]", tail in "[A-Za-z0-9_]{7,60}") {
        let token = format!("{head}{middle}{tail}");
        let out = mask::text(&format!("{before}{token}{after}"), 400);
        prop_assert!(!out.contains(&token), "{}", out);
    }

    #[test]
    fn uuids_never_stay((before, after) in around(), bits in any::<u128>()) {
        let hex = format!("{bits:032x}");
        let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        let out = mask::text(&format!("{before}{uuid}{after}"), 400);
        prop_assert!(uuid.split('-').all(|part| !out.contains(part)), "{}", out);
    }

    #[test]
    fn queries_and_credentials_of_urls_never_stay(user in "u[a-z]{3,8}", path in "(/[a-z]{1,8}){0,3}", query in "[a-z]{9,12}=[a-z]{9,12}") {
        let out = place::address(&format!("https://{user}:{user}@a.example{path}?{query}#{query}")).unwrap();
        prop_assert!(!out.contains(&query) && !out.contains(&format!("{user}:")), "{}", out);
        prop_assert!(out.starts_with("https://a.example"));
    }

    #[test]
    fn masking_is_bounded_and_what_is_masked_stays_masked(text in ".{0,400}", most in 0_usize..300) {
        let out = mask::text(&text, most);
        prop_assert!(out.chars().count() <= most);
        let whole = mask::text(&text, 100_000);
        prop_assert!(whole.chars().count() <= 12 * 1_000);
    }

    #[test]
    fn no_unknown_member_ever_leaves(names in prop::collection::vec("[a-zA-Z]{3,12}", 1..5), text in ".{0,30}") {
        let privacy = Privacy::read(&everything_named(), "https://app.example");
        let path = format!("x{}", names.join("."));
        let out = privacy.record(&nested(&path, Value::Text(text)));
        prop_assert_eq!(text_of(&out), "");
    }
}

#[test]
fn our_own_reasons_leave_as_they_are() {
    for why in Why::ALL {
        assert_eq!(mask::text(why.words(), 200), why.words());
    }
}
