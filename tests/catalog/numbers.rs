//! Decimals without floating point, and what English makes of numbers and times without a host.

use proptest::prelude::*;
use steadfetch::catalog::{Arg, Dir, Locale, Number, NumberStyle, PlainLocale, Plural, option};

use crate::support::plain;

fn text(number: Number) -> String {
    let mut out = String::new();
    number.write(&mut out);
    out
}

#[test]
fn numbers_are_read_as_the_grammar_says() {
    for (source, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("7", "7"),
        ("-12", "-12"),
        ("0.40", "0.4"),
        ("-4.20", "-4.2"),
        ("1.0", "1"),
        ("100", "100"),
        ("0.001", "0.001"),
        ("1e3", "1000"),
        ("1E+2", "100"),
        ("12e-1", "1.2"),
        ("0.42e+1", "4.2"),
        ("-5e-3", "-0.005"),
        ("0e999999999999", "0"),
        ("0.000000000000000000000e5", "0"),
        ("1e21", "1000000000000000000000"),
        ("9223372036854775807", "9223372036854775800"),
        ("123456789012345678901234", "123456789012345678000000"),
        ("0.12345678901234567890123", "0.123456789012345678"),
    ] {
        assert_eq!(Number::parse(source).map(text).as_deref(), Some(expected), "{source}");
    }
    for source in [
        "",
        "-",
        "+1",
        "01",
        "-01",
        ".5",
        "1.",
        "1.e2",
        "1e",
        "1e+",
        "e1",
        "0x1",
        "1 ",
        " 1",
        "1,0",
        "--1",
        "1.2.3",
        "1e2e3",
        "NaN",
        "Infinity",
        "٣",
        "1e999",
        "1e-999",
        "1e99999999999",
    ] {
        assert_eq!(Number::parse(source), None, "{source}");
    }
}

#[test]
fn numbers_are_written_plainly() {
    assert_eq!(text(Number::int(i64::MIN)), "-9223372036854775808");
    assert_eq!(text(Number::int(i64::MAX)), "9223372036854775807");
    assert_eq!(text(Number::scaled(125, 2).unwrap()), "1.25");
    assert_eq!(text(Number::scaled(-5, 1).unwrap()), "-0.5");
    assert_eq!(text(Number::scaled(5, 22).unwrap()), "0.0000000000000000000005");
    assert_eq!(text(Number::scaled(i64::MAX, -3).unwrap()), "9223372036854775807000");
    assert_eq!(Number::scaled(1, 401), None);
    assert_eq!(Number::scaled(1, i32::MAX), None);
    assert_eq!(Number::scaled(1, i32::MIN), None);
}

#[test]
fn arithmetic_is_exact_or_refused() {
    let number = |text| Number::parse(text).unwrap();
    for (source, expected) in
        [("4.4", "4"), ("4.5", "5"), ("-4.5", "-5"), ("4.45", "4"), ("0.49", "0"), ("99.9", "100")]
    {
        assert_eq!(text(number(source).rounded()), expected, "{source}");
    }
    assert_eq!(number("1.5").plus(2), Some(number("3.5")));
    assert_eq!(number("-0.5").plus(1), Some(number("0.5")));
    assert_eq!(number("0.3").plus(-1), Some(number("-0.7")));
    assert_eq!(Number::int(i64::MAX).plus(1), None);
    assert_eq!(number("0.000000000000000001").plus(99), None);
    assert_eq!(number("1e30").plus(1), None);
    assert_eq!(number("0.125").hundredfold(), Some(number("12.5")));
    assert_eq!(Number::int(3).hundredfold(), Some(Number::int(300)));
    assert_eq!(number("1e417").hundredfold(), None);
}

#[test]
fn javascript_numbers_come_over() {
    for (value, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (42.0, "42"),
        (-7.25, "-7.25"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1234.5678, "1234.5678"),
        (1e15, "1000000000000000"),
        (1e21, "1000000000000000000000"),
        (9_007_199_254_740_991.0, "9007199254740991"),
        (1_714_979_289_123.0, "1714979289123"),
        (2f64.powi(60), "1152921504606847000"),
        (1e-7, "0.0000001"),
        (5e-20, "0.00000000000000000005"),
        (1.0 / 3.0, "0.3333333333333333"),
    ] {
        assert_eq!(Number::from_f64(value).map(text).as_deref(), Some(expected), "{value}");
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Number::from_f64(value), None, "{value}");
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(mantissa in -99_999_999_999_999_999i64..99_999_999_999_999_999, scale in -30i32..30) {
        let number = Number::scaled(mantissa, scale).unwrap();
        prop_assert_eq!(Number::parse(&text(number)), Some(number));
    }

    #[test]
    fn short_decimals_survive_javascript(mantissa in -999_999_999_999i64..999_999_999_999, scale in 0i32..9) {
        let number = Number::scaled(mantissa, scale).unwrap();
        let float: f64 = text(number).parse().unwrap();
        prop_assert_eq!(Number::from_f64(float), Some(number));
    }

    #[test]
    fn any_float_is_a_number_or_none(bits: u64) {
        if let Some(number) = Number::from_f64(f64::from_bits(bits)) {
            let float = f64::from_bits(bits);
            let read: f64 = text(number).parse().unwrap();
            prop_assert!((read - float).abs() <= float.abs() * 1e-13 + 1e-380, "{} {}", read, float);
        }
    }

    #[test]
    fn any_text_is_a_number_or_none(source in "[-+0-9.eE]{0,40}") {
        if let Some(number) = Number::parse(&source) {
            let read: f64 = text(number).parse().unwrap();
            let meant: f64 = source.parse().unwrap();
            prop_assert!((read - meant).abs() <= meant.abs() * 1e-15, "{} {}", read, meant);
        }
    }
}

#[test]
fn english_numbers() {
    for (source, expected) in [
        ("{1234567 :number}", "1,234,567"),
        ("{-1234.5 :number}", "-1,234.5"),
        ("{123 :number}", "123"),
        ("{1234 :number useGrouping=never}", "1234"),
        ("{5 :number minimumFractionDigits=2}", "5.00"),
        ("{0.5 :number minimumFractionDigits=1}", "0.5"),
        ("{5 :number signDisplay=always}", "+5"),
        ("{-5 :number signDisplay=always}", "-5"),
        ("{0.256 :percent}", "26%"),
        ("{4.5 :integer}", "5"),
        ("{5 :currency currency=EUR}", "€5.00"),
        ("{5 :unit unit=meter}", "{|5|}"),
    ] {
        assert_eq!(plain(source, &[]), expected, "{source}");
    }
}

#[test]
fn english_plurals() {
    let plural = |number, ordinal| PlainLocale::default().plural(Number::int(number), ordinal, &[]);
    for (number, expected) in [(0, Plural::Other), (1, Plural::One), (2, Plural::Other), (21, Plural::Other)]
    {
        assert_eq!(plural(number, false), expected, "{number}");
    }
    let ordinals = [
        (1, Plural::One),
        (2, Plural::Two),
        (3, Plural::Few),
        (4, Plural::Other),
        (11, Plural::Other),
        (112, Plural::Other),
    ];
    for (number, expected) in ordinals.into_iter().chain([(21, Plural::One), (23, Plural::Few)]) {
        assert_eq!(plural(number, true), expected, "{number}");
    }
    assert_eq!(PlainLocale::default().plural(Number::scaled(15, 1).unwrap(), false, &[]), Plural::Other);
    let options = ".input{$n :number minimumFractionDigits=1}.match $n one{{one}}*{{other}}";
    assert_eq!(plain(options, &[("n", Arg::Int(1))]), "other", "1.0 is no singular");
    assert_eq!(Plural::of("few"), Some(Plural::Few));
    assert_eq!(Plural::of("none"), None);
}

#[test]
fn english_times() {
    let args = &[
        ("t", Arg::Time(1_714_979_289_000)),
        ("old", Arg::Time(-1)),
        ("noon", Arg::Time(43_200_000)),
        ("zero", Arg::Int(0)),
    ];
    for (source, expected) in [
        ("{$t :time}", "7:08 AM"),
        ("{$t :time precision=second}", "7:08:09 AM"),
        ("{$t :time hour12=false}", "07:08"),
        ("{$t :date}", "May 6, 2024"),
        ("{$t :datetime timePrecision=second}", "May 6, 2024, 7:08:09 AM"),
        ("{$t}", "May 6, 2024, 7:08 AM"),
        ("{$old :datetime}", "Dec 31, 1969, 11:59 PM"),
        ("{$noon :time}", "12:00 PM"),
        ("{$zero :time}", "12:00 AM"),
        (".local $n={1714979289000 :number}{{{$n :time}}}", "7:08 AM"),
        ("{|2024-02-29| :date}", "Feb 29, 2024"),
        ("{|2000-02-29| :date}", "Feb 29, 2000"),
        ("{|1900-02-28| :date}", "Feb 28, 1900"),
        ("{|1900-02-29| :date}", "{|1900-02-29|}"),
        ("{|2024-02-29T23:04:05| :datetime}", "Feb 29, 2024, 11:04 PM"),
        ("{|2000-03-01T00:00:00.5Z| :datetime}", "Mar 1, 2000, 12:00 AM"),
        ("{|2024-12-31T23:30:00-02:00| :datetime}", "Jan 1, 2025, 1:30 AM"),
        ("{|2023-02-29| :date}", "{|2023-02-29|}"),
        ("{|2023-13-01| :date}", "{|2023-13-01|}"),
        ("{|2023-01-01T24:00:00| :date}", "{|2023-01-01T24:00:00|}"),
        ("{|2023-01-01T10:00| :date}", "{|2023-01-01T10:00|}"),
        ("{|2023-01-01T10:00:00+2| :date}", "{|2023-01-01T10:00:00+2|}"),
        ("{|soon| :time}", "{|soon|}"),
        ("{1.5 :time}", "{|1.5|}"),
    ] {
        assert_eq!(plain(source, args), expected, "{source}");
    }
    let east = PlainLocale { utc_offset: 330 };
    let mut out = String::new();
    east.moment(steadfetch::catalog::TimeStyle::Time, steadfetch::catalog::Moment::Epoch(0), &[], &mut out);
    assert_eq!((out.as_str(), east.dir()), ("5:30 AM", Dir::Ltr));
    let mut out = String::new();
    for at in [i64::MIN, i64::MAX] {
        assert!(east.moment(
            steadfetch::catalog::TimeStyle::DateTime,
            steadfetch::catalog::Moment::Epoch(at),
            &[],
            &mut out
        ));
    }
    assert!(!east.number(NumberStyle::Percent, Number::scaled(1, -417).unwrap(), &[], &mut out));
    assert_eq!(option(&[], "x"), None);
}
