//! Selection, functions, fallbacks, isolation; the catalog's own rules.

use steadfetch::catalog::compile::{self, Source};
use steadfetch::catalog::{Arg, Catalog, Context, Dir, Found, Number, PlainLocale, Slot, message};

use crate::support::{ARGS, Echo, asked, isolated, plain, problems, run};

const COUNT: &str = ".input{$n :number}.match $n one{{one}} few{{few}} 3{{three}} *{{other}}";

fn polish(source: &str, n: Arg<'_>) -> String {
    asked(source, &[("n", n)])
}

#[test]
fn plural_categories_select() {
    for (n, expected) in [(1, "one"), (2, "few"), (5, "other"), (22, "few"), (-1, "one"), (0, "other")] {
        assert_eq!(polish(COUNT, Arg::Int(n)), expected, "{n}");
    }
}

#[test]
fn an_exact_number_wins_over_its_category_wherever_it_stands() {
    assert_eq!(polish(COUNT, Arg::Int(3)), "three");
    let first = ".input{$n :number}.match $n 1{{exact}} one{{category}} *{{other}}";
    assert_eq!(polish(first, Arg::Int(1)), "exact");
    let last = ".input{$n :number}.match $n *{{other}} one{{category}} 1{{exact}}";
    assert_eq!(polish(last, Arg::Int(1)), "exact");
}

#[test]
fn exact_keys_compare_by_the_number_not_its_spelling() {
    assert_eq!(polish(COUNT, Arg::Text("3.0")), "three");
    assert_eq!(polish(COUNT, Arg::Decimal(Number::scaled(30, 1).unwrap())), "three");
    let decimal = ".input{$n :number}.match $n 1.5{{half}} 1.50{{never}} *{{other}}";
    assert_eq!(polish(decimal, Arg::Text("1.50")), "half");
    let percent = ".input{$n :percent}.match $n 50{{half}} 1{{whole}} *{{other}}";
    assert_eq!(polish(percent, Arg::Text("0.5")), "half");
}

#[test]
fn the_select_option_decides_what_selects() {
    let with = |select: &str| {
        format!(
            ".input{{$n :number select={select}}}.match $n one{{{{one}}}}two{{{{two}}}}3{{{{three}}}}*{{{{other}}}}"
        )
    };
    assert_eq!(polish(&with("plural"), Arg::Int(1)), "one");
    assert_eq!(polish(&with("ordinal"), Arg::Int(1)), "two");
    assert_eq!(polish(&with("exact"), Arg::Int(1)), "other");
    assert_eq!(polish(&with("exact"), Arg::Int(3)), "three");
}

#[test]
fn the_select_option_must_be_a_literal_of_its_own() {
    let variable = ".input{$one :number select=$name}.match $one one{{one}}*{{other}}";
    assert_eq!(
        (plain(variable, ARGS).as_str(), problems(variable, ARGS)),
        ("other", vec!["bad-selector", "bad-option"])
    );
    let inherited = ".input{$one :number select=exact}.local $b={$one :number}.match $b 1{{one}}*{{other}}";
    assert_eq!(
        (plain(inherited, ARGS).as_str(), problems(inherited, ARGS)),
        ("other", vec!["bad-selector", "bad-option"])
    );
    let own = ".input{$one :number select=exact}.local $b={$one :number select=plural}.match $b one{{one}}*{{other}}";
    assert_eq!((plain(own, ARGS).as_str(), problems(own, ARGS)), ("one", vec![]));
}

#[test]
fn earlier_selectors_count_more_and_earlier_variants_break_ties() {
    let source = ".input{$name :string}.input{$one :number}.match $name $one\n\
                  * 1{{any, exact}} Kat *{{name, any}} Kat one{{name, category}} * *{{any}}";
    assert_eq!(plain(source, ARGS), "name, category");
    assert_eq!(plain(source, &[("name", Arg::Text("Ann")), ("one", Arg::Int(1))]), "any, exact");
    assert_eq!(plain(source, &[("name", Arg::Text("Kat")), ("one", Arg::Int(7))]), "name, any");
    assert_eq!(plain(source, &[("name", Arg::Text("Ann")), ("one", Arg::Int(7))]), "any");
    let many = format!(
        ".input{{$one :number}}.match{}{} {{{{first}}}}{} {{{{last}}}}",
        " $one".repeat(32),
        " one".repeat(32),
        " *".repeat(32)
    );
    assert_eq!(plain(&many, ARGS), "first");
    assert_eq!(plain(&many, &[("one", Arg::Int(2))]), "last");
}

#[test]
fn texts_select_by_their_normal_form() {
    let source =
        ".input{$n :string}.match $n KAT{{yes}} |*|{{star}} ||{{empty}} 12{{number}} one{{no}} *{{other}}";
    for (n, expected) in [("kat", "yes"), ("KAT", "yes"), ("*", "star"), ("", "empty"), ("ann", "other")] {
        assert_eq!(polish(source, Arg::Text(n)), expected, "{n}");
    }
    assert_eq!(polish(source, Arg::Int(12)), "number");
    assert_eq!(polish(source, Arg::Int(1)), "other", "texts have no plural category");
}

#[test]
fn what_cannot_select_takes_the_catch_all() {
    let cases = [
        (
            ".input{$no :number}.match $no one{{a}}*{{b}}",
            vec!["unresolved-variable", "bad-selector", "bad-operand"],
        ),
        (".input{$name :number}.match $name one{{a}}*{{b}}", vec!["bad-selector", "bad-operand"]),
        (".input{$then :time}.match $then one{{a}}*{{b}}", vec!["bad-selector"]),
        (".input{$one :x:y}.match $one 1{{a}}*{{b}}", vec!["unknown-function", "bad-selector"]),
    ];
    for (source, expected) in cases {
        assert_eq!((plain(source, ARGS).as_str(), problems(source, ARGS)), ("b", expected), "{source}");
    }
}

#[test]
fn what_cannot_be_resolved_shows_its_name() {
    let cases = [
        ("{$no}", "{$no}", vec!["unresolved-variable"]),
        ("{$no :number}", "{$no}", vec!["unresolved-variable", "bad-operand"]),
        ("{$name :number}", "{$name}", vec!["bad-operand"]),
        ("{$then :number}", "{$then}", vec!["bad-operand"]),
        ("{$then :string}", "{$then}", vec!["bad-operand"]),
        ("{$name :x}", "{$name}", vec!["unknown-function"]),
        ("{42 :x:y a=1}", "{|42|}", vec!["unknown-function"]),
        ("{|a\\|\\\\b\\{| :x}", "{|a\\|\\\\b{|}", vec!["unknown-function"]),
        ("{:x:y}", "{:x:y}", vec!["unknown-function"]),
        ("{:number}", "{:number}", vec!["bad-operand"]),
        (".local $l={|val| :x}{{{$l}}}", "{$l}", vec!["unknown-function"]),
        (".local $l={$no}{{{$l}}}", "{$l}", vec!["unresolved-variable"]),
        (".local $l={|5|}{{{$l :number}{$l}}}", "55", vec![]),
        ("{5 :number minimumFractionDigits=$no}", "5", vec!["unresolved-variable", "bad-option"]),
        ("{5 :number minimumFractionDigits=$then}", "5", vec!["bad-option"]),
        ("{x :string u:dir=up}", "x", vec!["bad-option"]),
        ("{5 :offset}", "{|5|}", vec!["bad-option"]),
        ("{5 :offset add=1 subtract=1}", "{|5|}", vec!["bad-option"]),
        ("{5 :offset add=-1}", "{|5|}", vec!["bad-option"]),
        ("{9223372036854775800 :offset add=99}", "{|9223372036854775800|}", vec!["unsupported-operation"]),
    ];
    for (source, expected, found) in cases {
        assert_eq!((plain(source, ARGS).as_str(), problems(source, ARGS)), (expected, found), "{source}");
    }
}

#[test]
fn a_host_that_gives_up_leaves_nothing_half_written() {
    let (text, found) = run(
        "a {5 :number fail=1} b",
        &[],
        &Context { locale: &Echo { dir: Dir::Ltr }, dir: Dir::Ltr, isolate: true },
    );
    assert_eq!(
        (text.as_str(), found.names().collect::<Vec<_>>()),
        ("a \u{2068}{|5|}\u{2069} b", vec!["bad-operand"])
    );
}

#[test]
fn the_host_gets_value_style_and_options() {
    for (source, expected) in [
        ("{$five}", "number Decimal 5"),
        ("{5.50 :number minimumFractionDigits=2}", "number Decimal 5.5 minimumFractionDigits=2"),
        ("{5.5 :integer useGrouping=never}", "number Integer 6 useGrouping=never"),
        ("{0.5 :percent}", "number Percent 0.5"),
        ("{5 :currency currency=EUR}", "number Currency 5 currency=EUR"),
        ("{5 :unit unit=meter}", "number Unit 5 unit=meter"),
        ("{5 :offset add=2}", "number Decimal 7 add=2"),
        ("{5 :offset subtract=7}", "number Decimal -2 subtract=7"),
        ("{5 :number u:id=x u:locale=fr a=$name}", "number Decimal 5 a=Kat"),
        ("{5 :integer minimumFractionDigits=2}", "number Integer 5"),
        (".input{$five :number a=1 b=2}{{{$five :number b=3}}}", "number Decimal 5 b=3 a=1"),
        (".input{$five :number a=1 minimumFractionDigits=2}{{{$five :integer}}}", "number Integer 5 a=1"),
        (".input{$five :string a=1}{{{$five :number}}}", "number Decimal 5"),
        (".input{$five :string}{{{$five}}}", "5"),
        (".local $x={5 :offset add=1}{{{$x :offset add=1}}}", "number Decimal 7 add=1"),
        ("{$then}", "DateTime Epoch(1714979289000)"),
        ("{$then :time precision=second}", "Time Epoch(1714979289000) precision=second"),
        ("{|2024-01-02| :date}", "Date Iso(\"2024-01-02\")"),
        (
            ".input{$then :datetime hour12=true timeZone=UTC dateLength=long}{{{$then :time}}}",
            "Time Epoch(1714979289000) hour12=true timeZone=UTC",
        ),
        (
            ".input{$then :datetime hour12=true calendar=buddhist}{{{$then :date fields=weekday}}}",
            "Date Epoch(1714979289000) fields=weekday calendar=buddhist",
        ),
    ] {
        assert_eq!(asked(source, ARGS), expected, "{source}");
    }
}

#[test]
fn a_chain_of_declarations_does_not_multiply_options() {
    let chain = |length: usize| {
        let links = (1..length).map(|n| format!(".local $v{n}={{$v{} :number o{n}=1}}", n - 1));
        let source =
            format!(".local $v0={{1 :number o0=1}}{}{{{{{{$v{}}}}}}}", links.collect::<String>(), length - 1);
        asked(&source, &[]).matches("=1").count()
    };
    assert_eq!(chain(50), 50);
    assert!(chain(120) < 120);
}

#[test]
fn inserted_values_are_isolated_by_their_direction() {
    use Dir::{Auto, Ltr, Rtl};
    let args = &[
        ("t", Arg::Text("x")),
        ("l", Arg::Directed("x", Ltr)),
        ("r", Arg::Directed("x", Rtl)),
        ("n", Arg::Int(1)),
        ("five", Arg::Directed("5", Rtl)),
    ];
    for (source, message, locale, expected) in [
        ("a {$t} b", Ltr, Ltr, "a \u{2068}x\u{2069} b"),
        ("a {$t} b", Rtl, Rtl, "a \u{2068}x\u{2069} b"),
        ("{$l}", Ltr, Ltr, "x"),
        ("{$l}", Rtl, Rtl, "\u{2066}x\u{2069}"),
        ("{$l}", Auto, Ltr, "\u{2066}x\u{2069}"),
        ("{$r}", Ltr, Ltr, "\u{2067}x\u{2069}"),
        ("{$r}", Rtl, Rtl, "\u{2067}x\u{2069}"),
        ("{$n}", Ltr, Ltr, "number Decimal 1"),
        ("{$n}", Rtl, Rtl, "\u{2067}number Decimal 1\u{2069}"),
        ("{$n}", Ltr, Rtl, "\u{2067}number Decimal 1\u{2069}"),
        ("{$n}", Ltr, Auto, "\u{2068}number Decimal 1\u{2069}"),
        ("{|x|}{x}", Ltr, Ltr, "\u{2068}x\u{2069}\u{2068}x\u{2069}"),
        ("{$no}", Ltr, Ltr, "\u{2068}{$no}\u{2069}"),
        ("{$l :number}", Ltr, Ltr, "\u{2068}{$l}\u{2069}"),
        ("{$t :string u:dir=ltr}", Ltr, Ltr, "\u{2066}x\u{2069}"),
        ("{$t :string u:dir=rtl}", Ltr, Ltr, "\u{2067}x\u{2069}"),
        ("{$l :string u:dir=auto}", Ltr, Ltr, "\u{2068}x\u{2069}"),
        ("{$l :string u:dir=inherit}", Ltr, Ltr, "x"),
        ("{$n :number u:dir=rtl}", Ltr, Ltr, "\u{2067}number Decimal 1\u{2069}"),
        ("{#b}x{/b}", Rtl, Rtl, "x"),
        ("{$l :x u:dir=ltr}", Ltr, Ltr, "\u{2068}{$l}\u{2069}"),
        ("{$five :number}", Ltr, Ltr, "number Decimal 5"),
    ] {
        assert_eq!(isolated(source, args, message, locale), expected, "{source} {message:?} {locale:?}");
    }
}

#[test]
fn markup_is_dropped_and_markup_in_values_is_text() {
    assert_eq!(plain("{#b}bold{/b}{#img src=|x| /}", &[]), "bold");
    let args = &[("v", Arg::Text("<img src=x onerror=alert(1)>{$name}{#b}\\"))];
    assert_eq!(plain("{$v}", args), "<img src=x onerror=alert(1)>{$name}{#b}\\");
    assert_eq!(plain("<b>{|<i>|}</b>", &[]), "<b><i></b>");
}

fn catalog(locale: &str, messages: &[(&str, &[(&str, &str)])]) -> Catalog {
    let messages = messages.iter().map(|(id, slots)| {
        let slots = slots.iter().map(|(slot, text)| ((*slot).to_owned(), (*text).to_owned())).collect();
        ((*id).to_owned(), slots)
    });
    let source = Source { locale: locale.into(), voice: "own".into(), messages: messages.collect() };
    Catalog::compiled(compile::compile(&source).unwrap()).unwrap()
}

#[test]
fn a_catalog_knows_its_locale_voice_and_direction() {
    let found = ["de", "ar", "AR-EG", "he", "az-Arab", "ar-Latn", "ur_PK", "zh-Hans", "arn"]
        .map(|locale| catalog(locale, &[]).dir());
    use Dir::{Ltr, Rtl};
    assert_eq!(found, [Ltr, Rtl, Rtl, Rtl, Rtl, Ltr, Rtl, Ltr, Ltr]);
    let own = catalog("pt-BR", &[]);
    assert_eq!((own.locale(), own.voice()), ("pt-BR", "own"));
}

#[test]
fn unknown_ids_show_the_generic_message_and_say_so() {
    let own = catalog(
        "en",
        &[
            ("generic", &[("title", "That"), ("body", "Why {$x}")]),
            ("a", &[("help", "H"), ("title", "A")]),
            ("recovered", &[("title", "R")]),
            ("b.recovered", &[("title", "BR")]),
        ],
    );
    let format = |id: &str, slot| {
        let mut out = "> ".to_owned();
        let outcome = own.format(id, slot, &[], &PlainLocale::default(), &mut out);
        (out, outcome.found, outcome.problems.is_empty())
    };
    assert_eq!(format("a", Slot::Title), ("> A".into(), Found::Message, true));
    assert_eq!(format("a", Slot::Help), ("> H".into(), Found::Message, true));
    assert_eq!(format("a", Slot::Body), ("> ".into(), Found::Nothing, true));
    assert_eq!(format("z", Slot::Title), ("> That".into(), Found::Generic, true));
    assert_eq!(format("z", Slot::Body), ("> Why \u{2068}{$x}\u{2069}".into(), Found::Generic, false));
    assert_eq!(format("", Slot::Safe), ("> ".into(), Found::Nothing, true));
    assert_eq!(format("a.recovered", Slot::Title), ("> R".into(), Found::Message, true));
    assert_eq!(format("b.recovered", Slot::Title), ("> BR".into(), Found::Message, true));
    assert!(own.has("a") && own.has("text") && !own.has("a.recovered") && !own.has(""));
    let mut out = String::new();
    assert!(!catalog("en", &[]).format("z", Slot::Title, &[], &PlainLocale::default(), &mut out).is_found());
}

#[test]
fn the_message_text_shows_its_arguments_as_they_are() {
    let args = &[
        ("title", Arg::Text("<b>{$x}")),
        ("body", Arg::Int(1234)),
        ("action", Arg::Directed("Go", Dir::Rtl)),
    ];
    for (slot, expected) in [
        (Slot::Title, "<b>{$x}"),
        (Slot::Body, "1,234"),
        (Slot::Action, "Go"),
        (Slot::Safe, ""),
        (Slot::Help, ""),
    ] {
        let mut out = String::new();
        let outcome = Catalog::builtin().format("text", slot, args, &PlainLocale::default(), &mut out);
        assert_eq!((out.as_str(), outcome.is_found()), (expected, !expected.is_empty()), "{slot:?}");
    }
    for slot in Slot::ALL {
        let mut out = String::new();
        Catalog::builtin().format(
            "text",
            slot,
            &[(slot.name(), Arg::Text("x"))],
            &PlainLocale::default(),
            &mut out,
        );
        assert_eq!(out, "x", "{slot:?}");
    }
}

#[test]
fn a_bad_catalog_is_refused_with_every_place() {
    let slots =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let source = Source {
        locale: String::new(),
        voice: "plain".into(),
        messages: vec![
            ("a".into(), slots(&[("title", "x {"), ("body", "{1 :what}")])),
            ("a".into(), slots(&[("title", "ok"), ("titel", "ok"), ("title", "ok")])),
            ("b".into(), slots(&[("body", ".input{$n :f}.match $n one{{}}")])),
        ],
    };
    let found: Vec<String> = compile::compile(&source).unwrap_err().iter().map(ToString::to_string).collect();
    let expected = [
        "locale and voice must not be empty or too long",
        "message “a”, title, character 4, expected a $variable, a literal, a :function or markup, but the message ends here (syntax-error)",
        "message “a”, body, character 4, there is no function :what",
        "message “a”, an id must not be empty, nor there twice",
        "message “a”, titel, no such slot; there are title, body, safe, action, help",
        "message “a”, title, this slot is there twice",
        "message “b”, title, a message needs a title",
        "message “b”, body, character 24, no variant has * for all its keys (missing-fallback-variant)",
    ];
    assert_eq!(found, expected);
}

#[test]
fn compiled_text_of_another_form_is_refused() {
    assert!(Catalog::compiled("M2\u{2}en\u{5}plain\u{1}").is_none());
    assert!(Catalog::compiled("M1\u{2}en\u{5}plain\u{3}").is_none());
    assert!(Catalog::compiled("M1\u{2}en\u{9}plain").is_none());
    assert!(Catalog::compiled("").is_none());
    let context = Context { locale: &PlainLocale::default(), dir: Dir::Ltr, isolate: true };
    let mut out = "kept".to_owned();
    for code in [
        "",
        "\0",
        "\0\0\u{5}abc",
        "\0\0\u{2}ab\u{5}abc",
        "\0\0\0",
        "\0\0\0\u{3}\0\0",
        "\0\u{1}\0",
        "\0\0\0\u{4}\0\0",
        "\0\0\u{7f}\u{7f}\u{7f}\u{7f}",
    ] {
        assert_eq!(message(code, &[], &context, &mut out), None, "{code:?}");
    }
    assert_eq!(out, "kept");
}
