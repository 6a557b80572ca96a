//! The browser's `Intl` as the catalog's locale.

use alloc::string::String;
use alloc::vec::Vec;
use wasm_bindgen::prelude::*;

use crate::catalog::{Dir, Locale, Moment, Number, NumberStyle, Opt, Plural, TimeStyle};

#[wasm_bindgen]
extern "C" {
    /// `intl.ts`: each method answers undefined where `Intl` refuses.
    pub type Intl;

    #[wasm_bindgen(method)]
    fn number(this: &Intl, style: &str, value: &str, options: Vec<JsValue>) -> Option<String>;

    #[wasm_bindgen(method)]
    fn plural(this: &Intl, ordinal: bool, value: &str, options: Vec<JsValue>) -> Option<String>;

    #[wasm_bindgen(method)]
    fn moment(
        this: &Intl,
        style: &str,
        epoch: Option<f64>,
        iso: &str,
        options: Vec<JsValue>,
    ) -> Option<String>;
}

/// Formats for one language tag.
pub(super) struct BrowserLocale {
    /// The formatters.
    pub intl: Intl,
    /// The direction of the language.
    pub dir: Dir,
}

/// Names and values in turn: cheaper to hand over than an object.
fn pairs(options: &[Opt<'_>]) -> Vec<JsValue> {
    options.iter().flat_map(|option| [JsValue::from(option.name), JsValue::from(&option.value)]).collect()
}

fn digits(number: Number) -> String {
    let mut text = String::new();
    number.write(&mut text);
    text
}

fn put(text: Option<String>, out: &mut String) -> bool {
    if let Some(text) = &text {
        out.push_str(text);
    }
    text.is_some()
}

impl Locale for BrowserLocale {
    fn dir(&self) -> Dir {
        self.dir
    }

    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
        let style = match style {
            NumberStyle::Decimal | NumberStyle::Integer => "decimal",
            NumberStyle::Percent => "percent",
            NumberStyle::Currency => "currency",
            NumberStyle::Unit => "unit",
        };
        put(self.intl.number(style, &digits(number), pairs(options)), out)
    }

    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural {
        let category = self.intl.plural(ordinal, &digits(number), pairs(options));
        category.and_then(|name| Plural::of(&name)).unwrap_or(Plural::Other)
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        let style = match style {
            TimeStyle::Date => "date",
            TimeStyle::Time => "time",
            TimeStyle::DateTime => "datetime",
        };
        let (epoch, iso) = match moment {
            Moment::Epoch(at) => (Some(at as f64), ""),
            Moment::Iso(text) => (None, text),
        };
        put(self.intl.moment(style, epoch, iso, pairs(options)), out)
    }
}
