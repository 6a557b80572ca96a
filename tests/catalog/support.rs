//! Short ways to format, and a host that says what it was asked.

use steadfetch::catalog::{
    Arg, Args, Context, Dir, Locale, Moment, Number, NumberStyle, Opt, PlainLocale, Plural, Problems,
    TimeStyle, compile, message,
};

/// Parses, compiles and formats `source` in `context`.
pub(crate) fn run(source: &str, args: &Args<'_>, context: &Context<'_>) -> (String, Problems) {
    let parsed = compile::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
    let encoded = compile::encode(source, &parsed).unwrap();
    let mut out = String::new();
    let problems =
        message(&encoded.code, args, context, &mut out).unwrap_or_else(|| panic!("{source}: malformed"));
    (out, problems)
}

/// Formats in English without isolation.
pub(crate) fn plain(source: &str, args: &Args<'_>) -> String {
    run(source, args, &Context { locale: &PlainLocale::default(), dir: Dir::Ltr, isolate: false }).0
}

/// The problems that formatting meets.
pub(crate) fn problems(source: &str, args: &Args<'_>) -> Vec<&'static str> {
    let context = Context { locale: &PlainLocale::default(), dir: Dir::Ltr, isolate: false };
    run(source, args, &context).1.names().collect()
}

/// Formats with isolation, in a message and locale of these directions.
pub(crate) fn isolated(source: &str, args: &Args<'_>, message: Dir, locale: Dir) -> String {
    run(source, args, &Context { locale: &Echo { dir: locale }, dir: message, isolate: true }).0
}

/// What the host is asked for, e.g. `number Decimal 5 minimumFractionDigits=2`.
pub(crate) fn asked(source: &str, args: &Args<'_>) -> String {
    run(source, args, &Context { locale: &Echo { dir: Dir::Ltr }, dir: Dir::Ltr, isolate: false }).0
}

/// A host that writes what it was asked; its plurals are those of Polish, and its normalization is upper case.
pub(crate) struct Echo {
    pub(crate) dir: Dir,
}

impl Locale for Echo {
    fn dir(&self) -> Dir {
        self.dir
    }

    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
        if options.iter().any(|option| option.name == "fail") {
            out.push_str("half-writ");
            return false;
        }
        out.push_str(&format!("number {style:?} "));
        number.write(out);
        list(options, out);
        true
    }

    fn plural(&self, number: Number, ordinal: bool, _options: &[Opt<'_>]) -> Plural {
        let number = number.as_int().unwrap_or(-1).unsigned_abs();
        match (ordinal, number % 10, number % 100) {
            (true, ..) => Plural::Two,
            (false, ..) if number == 1 => Plural::One,
            (false, 2..=4, tens) if !(12..=14).contains(&tens) => Plural::Few,
            _ => Plural::Many,
        }
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        out.push_str(&format!("{style:?} {moment:?}"));
        list(options, out);
        true
    }

    fn normalize(&self, text: &str) -> Option<String> {
        Some(text.to_uppercase())
    }
}

fn list(options: &[Opt<'_>], out: &mut String) {
    for option in options {
        out.push_str(&format!(" {}={}", option.name, option.value));
    }
}

/// Arguments that most tests can do with.
pub(crate) const ARGS: &Args<'static> = &[
    ("name", Arg::Text("Kat")),
    ("one", Arg::Int(1)),
    ("five", Arg::Int(5)),
    ("digits", Arg::Text("2")),
    // 2024-05-06T07:08:09Z
    ("then", Arg::Time(1_714_979_289_000)),
];
