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
