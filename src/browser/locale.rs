//! The browser's `Intl` as the catalog's locale.

use alloc::string::String;

use crate::catalog::{Arg, Args, Dir, Locale, Moment, Number, NumberStyle, Opt, Plural, Slot, TimeStyle};
use crate::names::nth;
use crate::policy::options::{push_all, push_integer};

/// Puts a question to `intl.ts`: its words have a NUL between them. `None` where `Intl` refuses.
pub type Ask = fn(&str) -> Option<String>;

/// Formats for one language tag.
pub(super) struct BrowserLocale<'a> {
    /// Whom to ask.
    pub ask: Ask,
    /// The language.
    pub tag: &'a str,
    /// Its direction.
    pub dir: Dir,
}

impl BrowserLocale<'_> {
    /// The language tag, what is wanted and its style, the value, then names and values of options in turn.
    fn put(&self, what: &str, value: &str, options: &[Opt<'_>]) -> Option<String> {
        let mut question = String::new();
        push_all(&mut question, &[self.tag, "\0", what, "\0", value]);
        for option in options {
            push_all(&mut question, &["\0", option.name, "\0", &option.value]);
        }
        (self.ask)(&question)
    }
}

fn digits(number: Number) -> String {
    let mut text = String::new();
    number.write(&mut text);
    text
}

fn append(text: Option<String>, out: &mut String) -> bool {
    if let Some(text) = &text {
        out.push_str(text);
    }
    text.is_some()
}

impl Locale for BrowserLocale<'_> {
    fn dir(&self) -> Dir {
        self.dir
    }

    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
        let style = nth("decimal|decimal|percent|currency|unit", style as usize);
        append(self.put(style, &digits(number), options), out)
    }

    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural {
        let category = self.put(if ordinal { "ordinal" } else { "cardinal" }, &digits(number), options);
        category.and_then(|name| Plural::of(&name)).unwrap_or(Plural::Other)
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        let style = nth("date|time|datetime", style as usize);
        let mut value = String::new();
        match moment {
            Moment::Epoch(at) => Number::int(at).write(&mut value),
            Moment::Iso(text) => value.push_str(text),
        }
        append(self.put(style, &value, options), out)
    }

    #[cfg(feature = "words")]
    fn normalize(&self, text: &str) -> Option<String> {
        self.put("normal", text, &[])
    }

    /// Its words: the language, `message`, the place, the id, the slot, then names and values in turn, whose kinds are one
    /// character in front.
    fn message(&self, place: usize, id: &str, slot: Slot, args: &Args<'_>, out: &mut String) -> bool {
        let mut question = String::new();
        push_all(&mut question, &[self.tag, "\0message\0"]);
        push_integer(&mut question, place as u64);
        push_all(&mut question, &["\0", id, "\0", slot.name()]);
        for (name, arg) in args {
            push_all(&mut question, &["\0", name, "\0"]);
            let (kind, number) = match arg {
                Arg::Text(text) | Arg::Directed(text, _) => {
                    push_all(&mut question, &["a", text]);
                    continue;
                }
                Arg::Int(int) => ('n', Number::int(*int)),
                Arg::Time(at) => ('t', Number::int(*at)),
                Arg::Decimal(number) => ('n', *number),
            };
            question.push(kind);
            number.write(&mut question);
        }
        append((self.ask)(&question), out)
    }
}
