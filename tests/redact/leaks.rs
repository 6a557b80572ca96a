//! The corpus through every way out.

use steadfetch::policy::options::Value;
use steadfetch::telemetry::redact::{FIELDS, Form, Privacy, mask, place};

use crate::corpus::samples;
use crate::secrets::{everything_named, nested, text_of};

#[test]
fn no_sample_leaks_through_masked_text() {
    let samples = samples();
    assert!(samples.len() >= 300, "{} samples", samples.len());
    let mut leaks = vec![];
    for sample in &samples {
        let masked = mask::text(&sample.text, 200);
        for secret in sample.secrets.iter().filter(|secret| masked.contains(secret.as_str())) {
            leaks.push(format!("{:?} → {masked:?} leaks {secret:?}", sample.text));
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn no_sample_leaks_through_any_field_whatever_the_app_allows() {
    let privacy = Privacy::read(&everything_named(), "https://app.example");
    // What a person typed leaves as it is; and the digits of a trace, which we draw, cannot be told from a secret's.
    for field in FIELDS.iter().filter(|field| !matches!(field.form, Form::Own | Form::Words | Form::Trace)) {
        for sample in samples() {
            let out = text_of(&privacy.record(&nested(field.path, Value::Text(sample.text.clone()))));
            for secret in &sample.secrets {
                assert!(
                    !out.contains(secret.as_str()),
                    "{} of {:?}: {out} leaks {secret:?}",
                    field.path,
                    sample.text
                );
            }
        }
    }
}

#[test]
fn no_sample_leaks_as_a_part_of_a_url() {
    for sample in samples() {
        let segment = sample.text.replace('\\', "/");
        let url = format!("https://a.example/users/{segment}");
        let out = place::address(&url).unwrap_or_default();
        for secret in &sample.secrets {
            assert!(!out.contains(secret.as_str()), "{url}: {out} leaks {secret:?}");
        }
    }
}

/// So much of a text is looked at (mask.rs), characters.
const LOOKED_AT: usize = 1_000;

#[test]
fn no_sample_leaks_where_the_end_of_what_is_looked_at_goes_through_it() {
    for sample in samples() {
        let length = sample.text.chars().count();
        for kept in 1..length.min(40) {
            // What stands before is masked to a few characters.
            let before = "a1".repeat(LOOKED_AT).split_off(LOOKED_AT + kept + 1);
            let masked = mask::text(&format!("{before} {}", sample.text), 400);
            for secret in &sample.secrets {
                // Four characters of it, or all that stood before the end.
                for part in 4..=secret.chars().count() {
                    let part = mask::cut(secret, part);
                    let around = [
                        "Authorization: Bearer",
                        "could not load",
                        "Error: ",
                        "<p>Hello",
                        "password",
                        "secret",
                    ];
                    let plain = around.iter().any(|word| word.contains(part)) || is_plain(part);
                    assert!(
                        plain || !masked.contains(part),
                        "{:?}, cut after {kept}: {masked:?} leaks {part:?}",
                        sample.text
                    );
                }
            }
        }
    }
}

/// Small letters, and what stands behind a name: words like any other.
fn is_plain(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_lowercase() || b" :/=".contains(&byte))
}

#[test]
fn digits_of_every_script_are_digits() {
    // Mixed with ours, and where they are no more than a number that people say.
    assert_eq!(mask::text("\u{9ea} tries of \u{e55}", 200), "4 tries of 5");
    assert_eq!(mask::text("\u{1d7d2}\u{966}3\u{ff14}\u{1042}", 200), "{digits}");
}

#[test]
fn digits_in_circles_and_brackets_and_on_keys_are_digits() {
    let mut all = vec![];
    let mut set = |first: u32, digits: std::ops::Range<u32>| {
        for digit in digits.clone() {
            all.push((char::from_u32(first + digit - digits.start).unwrap(), digit));
        }
    };
    // UnicodeData.txt, Numeric_Type Digit.
    for one in [0x1369, 0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a, 0x10e60, 0x11052] {
        set(one, 1..10);
    }
    for zero in [0x24ea, 0x24ff, 0x2070, 0x1f100, 0x1f10b, 0x1f10c] {
        set(zero, 0..1);
    }
    set(0xb2, 2..4);
    set(0xb9, 1..2);
    set(0x19da, 1..2);
    set(0x2074, 4..10);
    set(0x2080, 0..10);
    set(0x10a40, 1..5);
    set(0x1f101, 0..10);
    for (character, digit) in all {
        let keyed = format!("{character}\u{fe0f}\u{20e3}");
        for text in [String::from(character), keyed] {
            assert_eq!(mask::text(&text, 200), digit.to_string(), "U+{:04X}", character as u32);
            assert_eq!(mask::text(&text.repeat(5), 200), "{digits}", "U+{:04X}", character as u32);
        }
    }
}

#[test]
fn numbers_that_are_apart_are_several() {
    for text in [
        "at 10:42",
        "from 10 to 12 h, then 503",
        "3 of 20 tries, 1200 ms",
        "rate 0.25",
        "HTTP 429: wait 30 s",
        "12     34     56",
        "1, 2 and 3",
    ] {
        assert_eq!(mask::text(text, 200), text);
    }
}

#[test]
fn what_people_and_we_say_stays_as_it_is() {
    for text in [
        "no headers within the attempt timeout",
        "a Retry-After may be hidden: expose it with Access-Control-Expose-Headers: Retry-After",
        "blocked by the page's Content Security Policy",
        "status 503 after 1200 ms",
        "TypeError: Failed to fetch",
        "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{6587}\u{7ae0}\u{306f}\u{305d}\u{306e}\u{307e}\u{307e}\u{6b8b}\u{308a}\u{307e}\u{3059}",
        "Das Speichern ist fehlgeschlagen.",
        "steadfetch 0.1.0",
        "search-suggestions",
        "",
    ] {
        assert_eq!(mask::text(text, 200), text);
    }
}
