//! What the parser takes and what it refuses, and where it says the mistake is.

use steadfetch::catalog::compile::{ErrorKind, parse};

use crate::support::{ARGS, plain};

/// (rule of the grammar, source, formatted with `ARGS`)
const ACCEPTED: &[(&str, &str, &str)] = &[
    ("simple-message, empty", "", ""),
    ("simple-message, o alone", " \u{200f}\n", " \u{200f}\n"),
    ("simple-message, o before text", "\t \u{61c} hi", "\t \u{61c} hi"),
    ("simple-start-char", "a.b", "a.b"),
    ("simple-start-char, bar and at", "|x| @y", "|x| @y"),
    ("simple-start, escape", "\\{x\\}\\|\\\\", "{x}|\\"),
    (
        "text-char, any but NUL",
        "a\u{1}\u{fffe}\u{10ffff}<b>\u{3000}.",
        "a\u{1}\u{fffe}\u{10ffff}<b>\u{3000}.",
    ),
    ("simple-start, placeholder", "{$name} {$five}", "Kat 5"),
    ("quoted-pattern", "{{}}", ""),
    ("quoted-pattern, spaces kept inside", " \u{2067}{{ a . b }}\n", " a . b "),
    ("quoted-pattern, placeholder at both ends", "{{{$name}{$name}}}", "KatKat"),
    ("quoted-pattern, escaped brace at the end", "{{\\}}}", "}"),
    ("input-declaration", ".input{$name}{{{$name}}}", "Kat"),
    ("input-declaration, o", " .input \u{2068} { $five :number } {{{$five}}} ", "5"),
    ("local-declaration", ".local $a={7}{{{$a}}}", "7"),
    ("local-declaration, s and o", ".local\u{2067} $a \u{2069} = \u{200e}{|x y|}\n{{{$a}}}", "x y"),
    ("declarations without space between", ".input{$name}.local $b={$name}{{{$b}}}", "Kat"),
    ("local over an input not yet used", ".local $name = {Ann} {{{$name}}}", "Ann"),
    ("matcher", ".input{$five :number}.match $five 5{{yes}}*{{no}}", "yes"),
    ("matcher, s", ".input {$five :number}\n.match $five\n \u{61c}one {{a}}\n\u{200f}* {{b}} ", "b"),
    (
        "matcher, two selectors",
        ".input{$five :number}.local $n={$name :string}.match $five $n 1 *{{a}}5 Kat{{b}}* *{{c}}",
        "b",
    ),
    ("selector, indirect annotation", ".input{$one :number}.local $x={$one}.match $x one{{a}}*{{b}}", "a"),
    ("key, quoted star", ".input{$name :string}.match $name |*|{{a}}*{{b}}", "b"),
    ("key, quoted with escapes", ".local $k={|\\|\\\\| :string}.match $k |\\|\\\\|{{a}}*{{b}}", "a"),
    ("literal-expression, quoted", "{|it's \\|{}|}", "it's |{}"),
    ("literal-expression, empty quotes", "{||}", ""),
    ("literal-expression, unquoted", "{-.0a+_é}", "-.0a+_é"),
    ("literal-expression, function", "{5 :number}", "5"),
    ("expression, o", "{\u{200e} 5 \u{200f}}{\u{2066}$name\u{2069}}", "5Kat"),
    ("function-expression", "{:x:y}", "{:x:y}"),
    ("identifier, namespace", "{5 :ns:f ns:a=1}", "{|5|}"),
    ("option, o around =", "{5 :number minimumFractionDigits\u{200f} =\n|1|}", "5.0"),
    ("option, variable", "{5 :number minimumFractionDigits=$digits}", "5.00"),
    ("option, several", "{5000 :number useGrouping=never minimumFractionDigits=1}", "5000.0"),
    ("attribute", "{5 @a}{$name @a=b @c = |d| @a}{5 :number @x:y=z }", "5Kat5"),
    ("attribute, twice the same", "{5 @a=1 @a=2}", "5"),
    ("markup, open, close, standalone", "{#b}{ #ns:i }x{/i}{/b }{#br/}{#img a=1 b=$x @c /}", "x"),
    ("markup, o", "{\u{200f} #b \u{200e}}x{\u{2066}/b c=d @e=f \u{2069}}", "x"),
    ("name, bidi around it", ".local $\u{200e}é\u{200f} = {3} {{{$é}}}", "3"),
    ("name, bidi before it alone", ".local $\u{61c}a = {3} {{{$a\u{2069}}}}", "3"),
    ("name, bidi behind a namespace", "{5 :ns\u{200e}:f}", "{|5|}"),
    ("ws, ideographic space", ".local\u{3000}$a\u{3000}={3}{{{$a\u{3000}@b}}}", "3"),
    (
        "name, wide range",
        "{\u{a1}\u{2fff}\u{e000}\u{fffd}\u{10fffd}}",
        "\u{a1}\u{2fff}\u{e000}\u{fffd}\u{10fffd}",
    ),
];

#[test]
fn every_rule_of_the_grammar_is_taken() {
    for (rule, source, expected) in ACCEPTED {
        assert_eq!(&plain(source, ARGS), expected, "{rule}");
    }
}

/// (what is wrong, source, character)
const MALFORMED: &[(&str, &str, usize)] = &[
    ("keyword without name", ".", 1),
    ("unknown keyword", ".inputs {$x} {{}}", 7),
    ("keyword in capitals", ".Match $x * {{}}", 1),
    ("keyword of a later version", ".then {{}}", 1),
    ("no body", ".input {$x :number}", 20),
    ("brace never closed", "{", 2),
    ("brace never opened", "a}", 2),
    ("empty placeholder", "a { } b", 5),
    ("pattern never closed", "{{a", 4),
    ("pattern closed by one brace", "{{a}", 4),
    ("pattern closed by three braces", "{{a}}}", 6),
    ("text behind a pattern", "{{a}} b", 7),
    ("pattern in a placeholder", "a {{b}}", 4),
    ("NUL in text", "a\0", 2),
    ("NUL in a literal", "{|a\0|}", 4),
    ("escape of anything else", "a\\n", 3),
    ("escape at the end", "a\\", 3),
    ("escape of a quote in a literal", "{|\\'|}", 4),
    ("literal never closed", "é {|a}", 4),
    ("unquoted literal with a wrong character", "{a%}", 3),
    ("no white space before a function", "{|a|:f}", 5),
    ("no white space behind a variable", "{$a:f}", 4),
    ("bidi instead of white space", "{|a|\u{200e}:f}", 6),
    ("no name of the function", "{:}", 3),
    ("name of a function begins with a digit", "{:1f}", 3),
    ("no name behind a namespace", "{:a:}", 5),
    ("two namespaces", "{:a:b:c}", 6),
    ("variable without name", "{$}", 3),
    ("variable begins with a digit", "{$1}", 3),
    ("bidi within a name", "{$a\u{200e}b}", 5),
    ("two bidi controls before a name", "{$\u{200e}\u{200e}b}", 4),
    ("option without value", "{:f a=}", 7),
    ("option without =", "{:f a b=1}", 7),
    ("option with a space in its name", "{:f a :b=1}", 7),
    ("option without white space before it", "{:f a=|1|b=2}", 10),
    ("option on a variable without function", "{$a b=1}", 5),
    ("option behind an attribute", "{:f @a b=1}", 8),
    ("attribute without white space before it", "{|a|@b}", 5),
    ("attribute without white space behind a function", "{:f@b}", 4),
    ("attribute without white space behind another", "{:f @a=|1|@b}", 11),
    ("attribute without name", "{:f @}", 6),
    ("attribute without value", "{:f @a=}", 8),
    ("attribute with a variable", "{:f @a=$b}", 8),
    ("attribute alone", "{@a}", 2),
    ("markup behind an operand", "{$a #b}", 5),
    ("markup without name", "{#}", 3),
    ("markup, slash not at the end", "{#a/ }", 5),
    ("markup, slash in a closing one", "{/a/}", 4),
    ("markup, slash of an expression", "{$a/}", 4),
    ("input of a literal", ".input {a :f} {{}}", 8),
    ("input of a function", ".input {:f} {{}}", 8),
    ("input of markup", ".input {#a} {{}}", 8),
    ("input without braces", ".input $a {{}}", 8),
    ("local without white space", ".local$a={1} {{}}", 7),
    ("local with bidi instead of white space", ".local\u{200e}$a={1} {{}}", 8),
    ("local without variable", ".local a={1} {{}}", 8),
    ("local without =", ".local $a {1} {{}}", 11),
    ("local without braces", ".local $a=1 {{}}", 11),
    ("local of markup", ".local $a={#b} {{}}", 11),
    ("match without white space", ".input{$a :f}.match$a *{{}}", 20),
    ("match without selector", ".match * {{}}", 8),
    ("match of an expression", ".match {$a :f} *{{}}", 8),
    ("selectors without white space between", ".input{$a :f}.match $a$a * *{{}}", 23),
    ("no white space before the first key", ".input{$a :f}.match $a*{{}}", 23),
    ("no variant", ".input{$a :f}.match $a ", 24),
    ("keys without white space between", ".input{$a :f}.match $a $a **{{}}", 28),
    ("variant without key", ".input{$a :f}.match $a {{}}", 24),
    ("variant without pattern", ".input{$a :f}.match $a *", 25),
    ("key that is a variable", ".input{$a :f}.match $a $b {{}} *{{}}", 27),
    ("text behind the last variant", ".input{$a :f}.match $a *{{}} x", 31),
];

#[test]
fn what_is_not_well_formed_is_refused_where_it_is_wrong() {
    for (what, source, position) in MALFORMED {
        let errors = parse(source).expect_err(what);
        let found: Vec<_> = errors.iter().map(|error| (error.kind, error.position)).collect();
        assert_eq!(found, [(ErrorKind::Syntax, *position)], "{what}: {errors:?}");
    }
}

/// (source, every error with its position)
const INVALID: &[(&str, &[(ErrorKind, usize)])] = &[
    (".input{$a :f}.match $a * *{{}}", &[(ErrorKind::VariantKeyMismatch, 24)]),
    (".input{$a :f}.input{$b :f}.match $a $b *{{}} * *{{}}", &[(ErrorKind::VariantKeyMismatch, 40)]),
    (".input{$a :f}.match $a 1{{}} 2{{}}", &[(ErrorKind::MissingFallbackVariant, 30)]),
    (".input{$a :f}.match $a $a * 1{{}} 1 *{{}}", &[(ErrorKind::MissingFallbackVariant, 35)]),
    (".match $a *{{}}", &[(ErrorKind::MissingSelectorAnnotation, 8)]),
    (".input{$a}.match $a *{{}}", &[(ErrorKind::MissingSelectorAnnotation, 18)]),
    (".local $a={1}.match $a *{{}}", &[(ErrorKind::MissingSelectorAnnotation, 21)]),
    (".local $a={$b}.match $a *{{}}", &[(ErrorKind::MissingSelectorAnnotation, 22)]),
    (".input{$a}.input{$a}{{}}", &[(ErrorKind::DuplicateDeclaration, 11)]),
    (".input{$a}.local $a={1}{{}}", &[(ErrorKind::DuplicateDeclaration, 11)]),
    (".local $a={1}.input{$a}{{}}", &[(ErrorKind::DuplicateDeclaration, 14)]),
    (".local $a={1}.local $a={1}{{}}", &[(ErrorKind::DuplicateDeclaration, 14)]),
    (".local $a={$a}{{}}", &[(ErrorKind::DuplicateDeclaration, 1)]),
    (".local $a={1 :f o=$a}{{}}", &[(ErrorKind::DuplicateDeclaration, 1)]),
    (".input{$a :f o=$a}{{}}", &[(ErrorKind::DuplicateDeclaration, 1)]),
    (".local $a={$b}.local $b={1}{{}}", &[(ErrorKind::DuplicateDeclaration, 15)]),
    (".input{$a :f o=$b}.input{$b}{{}}", &[(ErrorKind::DuplicateDeclaration, 19)]),
    ("{1 :f a=1 b=2 a=3}", &[(ErrorKind::DuplicateOptionName, 15)]),
    ("{#m n:a=1 n:a=|1|}", &[(ErrorKind::DuplicateOptionName, 11)]),
    (".input{$a :f}.match $a *{{}} *{{}}", &[(ErrorKind::DuplicateVariant, 30)]),
    (".input{$a :f}.match $a $a x *{{}} |x| *{{}} * *{{}}", &[(ErrorKind::DuplicateVariant, 35)]),
    ("{{{1 :f a=1 a=1}}}", &[(ErrorKind::DuplicateOptionName, 13)]),
    (
        ".input{$a}.input{$a}.match $a 1 1{{}}",
        &[
            (ErrorKind::DuplicateDeclaration, 11),
            (ErrorKind::MissingSelectorAnnotation, 28),
            (ErrorKind::VariantKeyMismatch, 31),
            (ErrorKind::MissingFallbackVariant, 31),
        ],
    ),
];

#[test]
fn what_is_well_formed_but_not_valid_is_refused_with_all_errors() {
    for (source, expected) in INVALID {
        let errors = parse(source).expect_err(source);
        let found: Vec<_> = errors.iter().map(|error| (error.kind, error.position)).collect();
        assert_eq!(&found, expected, "{source}: {errors:?}");
        assert!(errors.iter().all(|error| !error.reason.is_empty()));
    }
}

#[test]
fn a_star_in_quotes_is_no_catch_all() {
    let errors = parse(".input{$a :f}.match $a |*|{{}}").unwrap_err();
    assert_eq!(errors[0].kind, ErrorKind::MissingFallbackVariant);
}

/// The edges of `name-start` and `name-char`, taken from the grammar.
#[test]
fn names_take_the_characters_of_the_grammar() {
    let start = [
        'A',
        'Z',
        'a',
        'z',
        '+',
        '_',
        '\u{a1}',
        '\u{61b}',
        '\u{61d}',
        '\u{167f}',
        '\u{1681}',
        '\u{1fff}',
        '\u{200b}',
        '\u{200d}',
        '\u{2010}',
        '\u{2027}',
        '\u{2030}',
        '\u{205e}',
        '\u{2060}',
        '\u{2065}',
        '\u{206a}',
        '\u{2fff}',
        '\u{3001}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{fdcf}',
        '\u{fdf0}',
        '\u{fffd}',
        '\u{10000}',
        '\u{1fffd}',
        '\u{20000}',
        '\u{2fffd}',
        '\u{e0000}',
        '\u{ffffd}',
        '\u{100000}',
        '\u{10fffd}',
    ];
    let inside = ['0', '9', '-', '.'];
    let never = [
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
        ',',
        '/',
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
        '`',
        '{',
        '|',
        '}',
        '~',
        '\u{1}',
        '\u{1f}',
        '\u{7f}',
        '\u{9f}',
        '\u{a0}',
        '\u{1680}',
        '\u{2000}',
        '\u{200a}',
        '\u{2028}',
        '\u{202e}',
        '\u{202f}',
        '\u{205f}',
        '\u{fdd0}',
        '\u{fdef}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{1fffe}',
        '\u{10ffff}',
    ];
    for char in start {
        assert!(parse(&format!("{{${char}}}")).is_ok(), "{char:?} starts a name");
    }
    for char in inside {
        assert!(parse(&format!("{{${char}}}")).is_err(), "{char:?} does not start a name");
        assert!(parse(&format!("{{$a{char}}}")).is_ok(), "{char:?} goes on with a name");
        assert!(parse(&format!("{{{char}}}")).is_ok(), "{char:?} starts an unquoted literal");
    }
    for char in never {
        assert!(parse(&format!("{{$a{char}b}}")).is_err(), "{char:?} is in no name");
    }
}
