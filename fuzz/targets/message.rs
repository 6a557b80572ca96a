//! Any text is a message or is refused, and what was compiled of one can be formatted; a damaged catalog is none, or answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use steadfetch::catalog::{Arg, Args, Catalog, Context, Dir, PlainLocale, Slot, compile, message};

const ARGS: &Args<'static> =
    &[("name", Arg::Text("Kat")), ("five", Arg::Int(5)), ("then", Arg::Time(1_714_979_289_000))];

fuzz_target!(|source: &str| {
    let locale = PlainLocale::default();
    match compile::parse(source) {
        Ok(parsed) => {
            let code = compile::encode(source, &parsed).expect("what parses can be compiled").code;
            let context = Context { locale: &locale, dir: Dir::Ltr, isolate: true };
            assert!(
                message(&code, ARGS, &context, &mut String::new()).is_some(),
                "{source:?} does not format"
            );
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            let end = source.chars().count() + 1;
            assert!(errors.iter().all(|error| (1..=end).contains(&error.position)), "{errors:?}");
        }
    }
    if let Some(catalog) = Catalog::compiled(source.to_owned()) {
        for slot in Slot::ALL {
            catalog.format("generic", slot, ARGS, &locale, &mut String::new());
        }
    }
});
