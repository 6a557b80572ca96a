//! The second Wasm file's border: an app's own catalogs, compiled and formatted. It shares nothing with the engine's instance.

// Exports have names of their own, and the one thread owns the catalogs.
#![allow(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

use super::buffer::{Own, Texts, ask, say};
use super::json::Json;
use super::locale::BrowserLocale;
use crate::catalog::compile::{Problem, Source, compile_what_is_right};
use crate::catalog::{Arg, Catalog, Number, Slot};

static CATALOGS: Own<UnsafeCell<Vec<Catalog>>> = Own(UnsafeCell::new(Vec::new()));

fn catalogs() -> &'static mut Vec<Catalog> {
    // SAFETY: one thread, and `Intl`, which is asked meanwhile, never calls back in.
    unsafe { &mut *CATALOGS.0.get() }
}

/// In the buffer: a catalog as texts, locale, voice, then an id, a slot and a source in turn; afterwards what it came to: its
/// problems, and the parts of a compiled catalog that leaves its messages here.
#[unsafe(no_mangle)]
extern "C" fn compile() -> u32 {
    let texts = Texts::read();
    let mut words = texts.each();
    let mut next = || words.next().map(String::from);
    let (locale, voice) = (next().unwrap_or_default(), next().unwrap_or_default());
    let mut source = Source { locale, voice, messages: Vec::new() };
    while let (Some(id), Some(slot), Some(text)) = (next(), next(), next()) {
        match source.messages.last_mut() {
            Some((last, slots)) if *last == id => slots.push((slot, text)),
            _ => source.messages.push((id, [(slot, text)].into())),
        }
    }
    let mut problems = Vec::new();
    let code = compile_what_is_right(&source, |text| ask(&["\0normal\0", text].concat()), &mut problems);
    let mut json = Json::new();
    json.open("", "{");
    json.open("problems", "[");
    for Problem { id, slot, position, reason } in &problems {
        json.open("", "{");
        json.text("id", id);
        json.text("slot", slot);
        json.number("position", *position as u64);
        json.text("reason", reason);
        json.close("}");
    }
    json.close("]");
    if let Some(catalog) = Catalog::compiled(code) {
        let (head, entries) = catalog.elsewhere(catalogs().len());
        json.text("head", head);
        json.text("entries", &entries);
        catalogs().push(catalog);
    }
    json.close("}");
    say(json.done())
}

/// In the buffer: a question as `locale.rs` puts it, from the place of the catalog on; afterwards the text. 1: there is none.
#[unsafe(no_mangle)]
extern "C" fn format() -> u32 {
    let texts = Texts::read();
    let words: Vec<&str> = texts.each().collect();
    match formatted(&words) {
        Some(text) => say(text),
        None => 1,
    }
}

fn formatted(words: &[&str]) -> Option<String> {
    let [place, id, slot, args @ ..] = words else { return None };
    let place = Number::parse(place)?.as_int()?;
    let catalog = catalogs().get(usize::try_from(place).ok()?)?;
    let slot = Slot::ALL.into_iter().find(|known| known.name() == *slot)?;
    let mut values = Vec::new();
    for pair in args.chunks_exact(2) {
        let [name, value] = pair else { continue };
        values.push((*name, arg(value)?));
    }
    let locale = BrowserLocale { ask, tag: catalog.locale(), dir: catalog.dir() };
    let mut text = String::new();
    catalog.format(id, slot, &values, &locale, &mut text).is_found().then_some(text)
}

/// A value behind the character for its kind.
fn arg(value: &str) -> Option<Arg<'_>> {
    let (kind, value) = value.split_at_checked(1)?;
    Some(match kind {
        "n" => Arg::Decimal(Number::parse(value)?),
        "t" => Arg::Time(Number::parse(value)?.as_int()?),
        _ => Arg::Text(value),
    })
}
