//! What people read: messages in [Unicode MessageFormat 2](https://www.unicode.org/reports/tr35/tr35-messageFormat.html).
//!
//! Messages are compiled where there is room for a parser (`compile`: the build script, and any native program) into a
//! compact text (its form: `code`), and only what formats that text ships. Numbers, plurals and times are the host's:
//! [`Locale`] is `Intl` in a browser, [`PlainLocale`] where there is none.
//!
//! | file | what it holds |
//! |---|---|
//! | `code` | the compiled form |
//! | `reader` | bounds-checked reading of it |
//! | `format` | one message: declarations, selection, pattern, isolation |
//! | `resolve` | expressions: operands, options, functions |
//! | `value`, `number` | arguments; decimals without floating point |
//! | `locale`, `plain` | what the host knows of a language; English without a host |
//! | `compile` | parser, checks and encoder, not in the Wasm file that every page loads |
//! | `testing` | functions of the Unicode working group's test suite, in no Wasm file |
#![forbid(unsafe_code)]

mod code;
#[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
pub mod compile;
mod format;
mod locale;
mod number;
mod plain;
mod problems;
mod reader;
mod resolve;
#[cfg(not(target_arch = "wasm32"))]
mod testing;
mod value;

use alloc::borrow::Cow;
use alloc::string::String;

pub use format::{Context, message};
pub use locale::{Locale, NumberStyle, Plural, TimeStyle};
pub use number::Number;
pub use plain::PlainLocale;
pub use problems::Problems;
pub use value::{Arg, Args, Dir, Moment, Opt, option};

use crate::names::names;
use reader::Reader;

/// The message that stands in for an unknown one.
pub const GENERIC: &str = "generic";

/// The parts of a message, as the surfaces show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The effect on the person's task.
    Title,
    /// Why, in one sentence.
    Body,
    /// What is not lost.
    Safe,
    /// The next step, as a verb.
    Action,
    /// Where to read more.
    Help,
}

impl Slot {
    /// All of them, in the order of a catalog.
    pub const ALL: [Slot; 5] = [Slot::Title, Slot::Body, Slot::Safe, Slot::Action, Slot::Help];

    /// The compiled message that shows the argument of this name and nothing else.
    const fn verbatim(self) -> &'static str {
        match self {
            Slot::Title => "\0\0\0\u{2}\u{5}title\0",
            Slot::Body => "\0\0\0\u{2}\u{4}body\0",
            Slot::Safe => "\0\0\0\u{2}\u{4}safe\0",
            Slot::Action => "\0\0\0\u{2}\u{6}action\0",
            Slot::Help => "\0\0\0\u{2}\u{4}help\0",
        }
    }
}

names!(Slot { Title = "title", Body = "body", Safe = "safe", Action = "action", Help = "help" });

/// Where the text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// From the message that was asked for.
    Message,
    /// No such message: the generic one stood in. Worth a warning.
    Generic,
    /// The message has nothing in this slot; nothing was written.
    Nothing,
}

/// How formatting went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Where the text came from.
    pub found: Found,
    /// What could not be resolved; the text shows the names of such values.
    pub problems: Problems,
}

impl Outcome {
    /// Whether anything was written.
    pub fn is_found(self) -> bool {
        self.found != Found::Nothing
    }
}

/// The messages of one locale and voice.
#[derive(Clone, Debug)]
pub struct Catalog {
    code: Cow<'static, str>,
}

impl Catalog {
    /// English, plain voice.
    pub const fn builtin() -> Self {
        Catalog { code: Cow::Borrowed(include_str!(concat!(env!("OUT_DIR"), "/en.catalog"))) }
    }

    /// A compiled catalog from elsewhere; one that is none of this version knows no message.
    pub fn of(code: String) -> Self {
        Catalog { code: Cow::Owned(code) }
    }

    /// The same; `None` where it is none of this version.
    pub fn compiled(code: impl Into<Cow<'static, str>>) -> Option<Self> {
        let catalog = Catalog { code: code.into() };
        catalog.header()?;
        Some(catalog)
    }

    /// The language tag.
    pub fn locale(&self) -> &str {
        self.header().map_or("", |header| header.locale)
    }

    /// The voice: `plain`, `warm`, `formal` or one of the app's own.
    pub fn voice(&self) -> &str {
        self.header().map_or("", |header| header.voice)
    }

    /// The direction of its text.
    pub fn dir(&self) -> Dir {
        self.header().map_or(Dir::Auto, |header| header.dir)
    }

    /// Whether there is a message of this very id (`text` is always there).
    pub fn has(&self, id: &str) -> bool {
        id == "text" || self.message(id).is_some()
    }

    /// Writes one slot of a message.
    ///
    /// - A kind without words of its own for its end (`timeout.recovered`) takes those of `recovered`.
    /// - The id `text` shows the arguments `title`, `body`, … as they are.
    /// - Any other unknown id shows the message `generic`.
    pub fn format(
        &self,
        id: &str,
        slot: Slot,
        args: &Args<'_>,
        locale: &dyn Locale,
        out: &mut String,
    ) -> Outcome {
        match self.content(id) {
            Some(content) => self.put(content, id, slot, args, locale, out),
            None => {
                let content = self.content(GENERIC).unwrap_or("");
                let Outcome { found, problems } = self.put(content, id, slot, args, locale, out);
                let found = if found == Found::Message { Found::Generic } else { found };
                Outcome { found, problems }
            }
        }
    }

    /// The same for a message whose content is at hand.
    pub fn put(
        &self,
        content: &str,
        id: &str,
        slot: Slot,
        args: &Args<'_>,
        locale: &dyn Locale,
        out: &mut String,
    ) -> Outcome {
        let nothing = Outcome { found: Found::Nothing, problems: Problems::default() };
        if let Some(place) = elsewhere(content) {
            let found =
                if locale.message(place, id, slot, args, out) { Found::Message } else { Found::Nothing };
            return Outcome { found, ..nothing };
        }
        let mut context = Context { locale, dir: self.dir(), isolate: true };
        let mut code = slot_of(content, slot);
        if id == "text" {
            context.isolate = false;
            code = args.iter().any(|(name, _)| *name == slot.name()).then_some(slot.verbatim());
        }
        code.and_then(|code| format::message(code, args, &context, out))
            .map_or(nothing, |problems| Outcome { found: Found::Message, problems })
    }

    /// The content of a message; of one that says that something is over, else that of `recovered`. That of `text` is empty.
    pub fn content(&self, id: &str) -> Option<&str> {
        if id == "text" {
            return Some("");
        }
        let shared = || if id.ends_with(".recovered") { self.message("recovered") } else { None };
        self.message(id).or_else(shared)
    }

    /// What a catalog starts with that has these messages elsewhere, at this place, and its entries.
    #[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
    pub fn elsewhere(&self, place: usize) -> (&str, String) {
        let mut out = String::new();
        let Some(Header { mut entries, .. }) = self.header() else { return ("", out) };
        let head = self.code.len() - entries.length();
        let mut content = String::new();
        let mut written = compile::write_number(code::ELSEWHERE, &mut content)
            .and_then(|()| compile::write_number(place, &mut content));
        while let (Some(id), Some(_)) = (entries.text(), entries.text()) {
            written = written.and_then(|()| compile::write_number(id.len(), &mut out));
            out.push_str(id);
            written = written.and_then(|()| compile::write_number(content.len(), &mut out));
            out.push_str(&content);
        }
        if written.is_none() {
            out.clear();
        }
        (self.code.get(..head).unwrap_or_default(), out)
    }

    fn header(&self) -> Option<Header<'_>> {
        let mut code = Reader::new(self.code.strip_prefix(code::VERSION)?);
        let (locale, voice) = (code.text()?, code.text()?);
        let dir = match code.number()? {
            0 => Dir::Auto,
            1 => Dir::Ltr,
            2 => Dir::Rtl,
            _ => return None,
        };
        Some(Header { locale, voice, dir, entries: code })
    }

    /// The content of a message.
    fn message(&self, id: &str) -> Option<&str> {
        let mut code = self.header()?.entries;
        while !code.is_empty() {
            let (name, content) = (code.text()?, code.text()?);
            if name == id {
                return Some(content);
            }
        }
        None
    }
}

struct Header<'a> {
    locale: &'a str,
    voice: &'a str,
    dir: Dir,
    entries: Reader<'a>,
}

/// Where the host has a message, if it has it.
fn elsewhere(content: &str) -> Option<usize> {
    let mut code = Reader::new(content);
    if code.number()? == code::ELSEWHERE { code.number() } else { None }
}

/// The compiled message in a slot.
fn slot_of(content: &str, wanted: Slot) -> Option<&str> {
    let mut code = Reader::new(content);
    let slots = code.number()?;
    for (bit, slot) in Slot::ALL.into_iter().enumerate() {
        if slots & (1 << bit) != 0 {
            let message = code.text()?;
            if slot == wanted {
                return Some(message);
            }
        }
    }
    None
}
