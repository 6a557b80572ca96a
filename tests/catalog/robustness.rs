//! Whatever comes in, nothing panics, and what goes in as text comes out as that text.

use proptest::prelude::*;
use steadfetch::catalog::compile::{self, Source};
use steadfetch::catalog::{Arg, Catalog, Context, Dir, PlainLocale, Slot, message};

use crate::support::{ARGS, plain};

/// Pieces of the grammar, so that random text gets past the first character.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        ".input",
        ".local",
        ".match",
        "{{",
        "}}",
        "{",
        "}",
        "$",
        "$five",
        "$name",
        "=",
        ":",
        ":number",
        ":string",
        ":ns:f",
        "#b",
        "/b",
        "/",
        "@a",
        "|",
        "||",
        "|x|",
        "\\",
        "\\{",
        "*",
        "one",
        "1",
        "-2.5e3",
        " ",
        "\n",
        "\u{200e}",
        "\u{2069}",
        "u:dir=rtl",
        " select=exact",
        " minimumFractionDigits=2",
        ".",
        "é",
        "\0",
        "\u{10ffff}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..25).prop_map(|pieces| pieces.concat())
}

/// Well-formed messages, for what is behind the parser.
fn valid() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "$name",
        "$five",
        "$then",
        "$no",
        "$d",
        "|x\\||",
        "7",
        "0.25",
        "|2024-01-02|",
    ]);
    let function = prop::sample::select(vec![
        "",
        " :string",
        " :number minimumFractionDigits=2",
        " :integer",
        " :percent",
        " :currency currency=EUR",
        " :unit unit=day",
        " :offset add=1",
        " :date",
        " :time",
        " :datetime",
        " :x:y a=$name",
        " :string u:dir=rtl",
    ]);
    let expression = (value, function).prop_map(|(value, function)| format!("{{{value}{function}}}"));
    let part = prop_oneof![
        expression.clone(),
        Just("text ".to_owned()),
        Just("{#b a=1}".to_owned()),
        Just("\\{".to_owned())
    ];
    let pattern = prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat());
    let key = prop::sample::select(vec!["one", "other", "5", "*", "|x\\||", "Kat"]);
    (expression, prop::collection::hash_map(key, pattern.clone(), 0..4), pattern).prop_map(
        |(expression, variants, last)| {
            let mut source =
                format!(".local $d={}.local $s={{$d :number}}.match $s", expression.replace("$d", "$five"));
            for (key, pattern) in variants.iter().filter(|(key, _)| **key != "*") {
                source.push_str(&format!(" {key} {{{{{pattern}}}}}"));
            }
            source + &format!(" * {{{{{last}}}}}")
        },
    )
}

fn compiled(source: &str) -> Option<String> {
    let parsed = compile::parse(source).ok()?;
    Some(compile::encode(source, &parsed).unwrap().code)
}

fn format(code: &str) -> Option<String> {
    let mut out = String::new();
    message(
        code,
        ARGS,
        &Context { locale: &PlainLocale::default(), dir: Dir::Ltr, isolate: true },
        &mut out,
    )?;
    Some(out)
}

/// A source that means exactly this text.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|char| if "\\{}|".contains(char) { vec!['\\', char] } else { vec![char] }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_parses_or_is_refused(source in any::<String>()) {
        if let Some(code) = compiled(&source) {
            prop_assert!(format(&code).is_some());
        }
    }

    #[test]
    fn any_soup_of_tokens_parses_or_is_refused_within_its_length(source in soup()) {
        match compile::parse(&source) {
            Ok(parsed) => {
                let code = compile::encode(&source, &parsed).unwrap().code;
                prop_assert!(format(&code).is_some(), "{}", source);
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!((1..=source.chars().count() + 1).contains(&error.position), "{:?} {}", source, error);
                }
            }
        }
    }

    #[test]
    fn valid_messages_format(source in valid()) {
        let code = compiled(&source).expect(&source);
        prop_assert!(format(&code).is_some(), "{}", source);
    }

    #[test]
    fn any_text_is_compiled_text_or_refused(code in any::<String>()) {
        format(&code);
    }

    #[test]
    fn damaged_compiled_text_is_formatted_or_refused(
        source in valid(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..128), 1..4),
    ) {
        let mut chars: Vec<char> = compiled(&source).expect(&source).chars().collect();
        for (index, byte) in damage {
            let length = chars.len();
            chars[index.index(length)] = char::from(byte);
        }
        format(&chars.iter().collect::<String>());
    }

    #[test]
    fn cut_compiled_text_is_formatted_or_refused(source in valid(), cut in any::<prop::sample::Index>()) {
        let code = compiled(&source).expect(&source);
        format(&code.chars().take(cut.index(code.chars().count())).collect::<String>());
    }

    #[test]
    fn damaged_catalogs_answer_all_the_same(index in any::<prop::sample::Index>(), byte in 0u8..128, id in "[a-z.-]{0,12}") {
        let source = Source {
            locale: "en".into(),
            voice: "plain".into(),
            messages: vec![("generic".into(), vec![("title".into(), "Hi {$five :number}".into()), ("body".into(), "x".into())])],
        };
        let mut chars: Vec<char> = compile::compile(&source).unwrap().chars().collect();
        let length = chars.len();
        chars[index.index(length)] = char::from(byte);
        if let Some(catalog) = Catalog::compiled(chars.into_iter().collect::<String>()) {
            for slot in Slot::ALL {
                catalog.format(&id, slot, ARGS, &PlainLocale::default(), &mut String::new());
            }
            catalog.has(&id);
        }
    }

    #[test]
    fn text_comes_out_as_it_went_in(text in "[^\0]*") {
        let quoted = format!("{{{{{}}}}}", escaped(&text));
        prop_assert_eq!(plain(&quoted, &[]), text.clone());
        let literal = format!("{{|{}|}}", escaped(&text));
        prop_assert_eq!(plain(&literal, &[]), text.clone());
        let simple = format!("a{}", escaped(&text));
        prop_assert_eq!(plain(&simple, &[]), format!("a{}", text));
    }

    #[test]
    fn values_come_out_as_they_went_in(text in any::<String>()) {
        prop_assert_eq!(plain("a{$x}b{$x :string}", &[("x", Arg::Text(&text))]), format!("a{}b{}", text, text));
    }

    #[test]
    fn keys_match_the_text_that_they_quote(text in "[^\0]*", other in "[^\0]*") {
        let source = format!(".input{{$x :string}}.match $x |{}| {{{{yes}}}} * {{{{no}}}}", escaped(&text));
        prop_assert_eq!(plain(&source, &[("x", Arg::Text(&text))]), "yes");
        prop_assert_eq!(plain(&source, &[("x", Arg::Text(&other))]), if text == other { "yes" } else { "no" });
    }
}

#[test]
fn long_messages_are_handled_in_good_time() {
    let started = std::time::Instant::now();
    let text = "x".repeat(100_000);
    assert_eq!(plain(&text, &[]).len(), 100_000);
    assert_eq!(plain(&"{$five}".repeat(20_000), ARGS).len(), 20_000);
    let chain: String = (1..3_000).map(|n| format!(".local $v{n}={{$v{} :number o{n}=1}}", n - 1)).collect();
    assert_eq!(plain(&format!(".local $v0={{1 :number}}{chain}{{{{{{$v2999}}}}}}"), &[]), "1");
    let variants: String = (0..5_000).map(|n| format!("{n} {{{{{n}}}}}")).collect();
    assert_eq!(plain(&format!(".input{{$five :number}}.match $five {variants}* {{{{}}}}"), ARGS), "5");
    assert!(compile::parse(&"{".repeat(100_000)).is_err());
    assert!(compile::parse(&"{{".repeat(100_000)).is_err());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
