//! `:test:function`, `:test:select` and `:test:format`, which the Unicode working group's test suite asks for. Not in any Wasm
//! file, and no source can name them: the suite's harness puts them in.

use super::value::{Opt, option};
use super::{Number, Problems, code};
use alloc::string::String;

/// Whether a function is one of them.
pub(super) fn is_test(function: usize) -> bool {
    matches!(function, code::TEST_FUNCTION..=code::TEST_FORMAT)
}

/// What is wrong with the options that stand with it.
pub(super) fn check(options: &[Opt<'_>]) -> Result<(), Problems> {
    let places = option(options, "decimalPlaces").unwrap_or("0");
    let fails = option(options, "fails").unwrap_or("never");
    let right = matches!(places, "0" | "1") && matches!(fails, "never" | "select" | "format" | "always");
    if right { Ok(()) } else { Err(Problems::BAD_OPTION) }
}

/// The two keys that it selects, the better one first; `None`: it selects none, and says so.
pub(super) fn keys(function: usize, number: Number, options: &[Opt<'_>]) -> Option<(String, &'static str)> {
    if function == code::TEST_FORMAT || matches!(option(options, "fails"), Some("select" | "always")) {
        return None;
    }
    Some(match (number == Number::int(1), option(options, "decimalPlaces")) {
        (true, Some("1")) => ("1.0".into(), "1"),
        (true, _) => ("1".into(), ""),
        (false, _) => ("\0".into(), ""),
    })
}

/// Writes it, without rounding. `false`: it can't be formatted.
pub(super) fn write(function: usize, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
    if function == code::TEST_SELECT || matches!(option(options, "fails"), Some("format" | "always")) {
        return false;
    }
    let mut digits = String::new();
    number.write(&mut digits);
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
    out.push_str(whole);
    if option(options, "decimalPlaces") == Some("1") {
        out.push('.');
        out.push_str(fraction.get(..1).unwrap_or("0"));
    }
    true
}
