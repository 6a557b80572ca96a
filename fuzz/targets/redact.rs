//! No made-up secret leaves, whatever stands around it: libFuzzer draws what the tests draw from a seed.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use steadfetch::telemetry::redact::Privacy;

#[path = "../../tests/redact/secrets.rs"]
mod secrets;

use secrets::{Chance, everything_named, try_one};

static PRIVACY: LazyLock<Privacy> =
    LazyLock::new(|| Privacy::read(&everything_named(), "https://app.example"));

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes.iter();
    // What is used up goes on in a pattern: else all that is left to draw would be the same letter.
    let mut drawn = 0;
    let mut next = || {
        drawn += 1;
        rest.next().map_or(drawn, |byte| u64::from(*byte))
    };
    try_one(&mut Chance(&mut next), &PRIVACY);
});
