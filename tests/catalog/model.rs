//! The parsed message as data, part by part.

use steadfetch::catalog::compile::model::{
    Attribute, Body, Declaration, DeclarationKind, Expression, Function, Key, Markup, MarkupKind, Message,
    Operand, OptionValue, Part, Variable, Variant,
};
use steadfetch::catalog::compile::{encode, parse};

fn variable(name: &str, at: usize) -> Variable {
    Variable { name: name.into(), at }
}

#[test]
fn a_message_becomes_the_data_that_it_says() {
    let source = ".input {$n :ns:f o=$p q=|1 2| @a @b=c}\n.local $l = {x}\n\
                  .match $n |*| {{a\\{{#t u=v}{/t}{#s @c/}}} * {{}}";
    let expected = Message {
        declarations: vec![
            Declaration {
                kind: DeclarationKind::Input,
                name: "n".into(),
                value: Expression {
                    operand: Some(Operand::Variable(variable("n", 8))),
                    function: Some(Function {
                        name: "ns:f".into(),
                        options: vec![
                            OptionValue { name: "o".into(), value: Operand::Variable(variable("p", 19)) },
                            OptionValue { name: "q".into(), value: Operand::Literal("1 2".into()) },
                        ],
                        at: 11,
                    }),
                    attributes: vec![
                        Attribute { name: "a".into(), value: None },
                        Attribute { name: "b".into(), value: Some("c".into()) },
                    ],
                },
                at: 0,
            },
            Declaration {
                kind: DeclarationKind::Local,
                name: "l".into(),
                value: Expression {
                    operand: Some(Operand::Literal("x".into())),
                    function: None,
                    attributes: vec![],
                },
                at: 39,
            },
        ],
        body: Body::Match {
            selectors: vec![variable("n", 62)],
            variants: vec![
                Variant {
                    keys: vec![Key::Literal("*".into())],
                    pattern: vec![
                        Part::Text("a{".into()),
                        Part::Markup(Markup {
                            kind: MarkupKind::Open,
                            name: "t".into(),
                            options: vec![OptionValue {
                                name: "u".into(),
                                value: Operand::Literal("v".into()),
                            }],
                            attributes: vec![],
                        }),
                        Part::Markup(Markup {
                            kind: MarkupKind::Close,
                            name: "t".into(),
                            options: vec![],
                            attributes: vec![],
                        }),
                        Part::Markup(Markup {
                            kind: MarkupKind::Standalone,
                            name: "s".into(),
                            options: vec![],
                            attributes: vec![Attribute { name: "c".into(), value: None }],
                        }),
                    ],
                    at: 65,
                },
                Variant { keys: vec![Key::CatchAll], pattern: vec![], at: 97 },
            ],
        },
    };
    assert_eq!(parse(source).unwrap(), expected);
}

#[test]
fn of_equal_attributes_the_last_one_counts() {
    let Body::Pattern(pattern) = parse("{1 @a=x @b @a=y}").unwrap().body else { panic!() };
    let [Part::Expression(expression)] = pattern.as_slice() else { panic!() };
    let attributes = [("b", None), ("a", Some("y"))];
    let attributes =
        attributes.map(|(name, value)| Attribute { name: name.into(), value: value.map(Into::into) });
    assert_eq!(expression.attributes, attributes);
}

#[test]
fn the_compiled_form_is_as_documented() {
    let code = |source: &str| encode(source, &parse(source).unwrap()).unwrap().code;
    assert_eq!(code(""), "\0\0");
    assert_eq!(code("abc"), "\0\0\u{3}abc");
    assert_eq!(code("a{#b}c{/b}"), "\0\0\u{2}ac", "markup leaves no trace");
    assert_eq!(code("{$x}"), "\0\0\0\u{2}\u{1}x\0");
    assert_eq!(code("{|y| :number o=$x u:id=z @a}"), "\0\0\0\u{1}\u{1}y\u{2}\u{1}\u{1}o\u{2}\u{1}x");
    assert_eq!(code("{:no}"), "\0\0\0\0\u{2}no\u{b}\0");
    assert_eq!(
        code(".input {$x :string} .match $x k {{K}} * {{}}"),
        "\u{1}\u{1}x\u{2}\u{1}x\u{1}\0\u{1}\0\u{2}\u{2}k\u{2}\u{1}K\0\0"
    );
    let long = "é".repeat(50);
    assert_eq!(code(&long), format!("\0\0\u{64}\u{1}{long}"), "lengths are in bytes, lowest six bits first");
}

#[test]
fn what_does_not_fit_is_said_so() {
    let name = "b".repeat(17_000_000);
    let source = format!("{{${name}}}");
    let error = encode(&source, &parse(&source).unwrap()).unwrap_err();
    assert_eq!(error.kind.name(), "too-large");
    let selectors = " $a".repeat(33);
    let stars = " *".repeat(33);
    let source = format!(".input{{$a :string}}.match{selectors}{stars}{{{{}}}}");
    let error = encode(&source, &parse(&source).unwrap()).unwrap_err();
    assert_eq!((error.kind.name(), error.reason.as_str()), ("too-large", "too many selectors"));
}

#[test]
fn unknown_functions_are_named_with_their_place() {
    let source = "é {1 :number} {:what} {2 :x:y}";
    let encoded = encode(source, &parse(source).unwrap()).unwrap();
    assert_eq!(encoded.unknown, [("what".to_owned(), 16), ("x:y".to_owned(), 26)]);
}
