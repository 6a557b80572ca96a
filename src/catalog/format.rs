//! Formats one compiled message: declarations, selection, the chosen pattern, with isolation of inserted values.

use super::code;
use super::locale::{Locale, NumberStyle, TimeStyle};
use super::reader::Reader;
use super::resolve::{Data, Source, Value, is_missing};
#[cfg(not(target_arch = "wasm32"))]
use super::testing;
use super::value::{Args, Dir, Opt, option};
use super::{Number, Problems};
use crate::policy::text::push_escaped;
use alloc::string::String;
use alloc::vec::Vec;

/// What a message is formatted with beside its arguments.
pub struct Context<'a> {
    /// Writes values.
    pub locale: &'a dyn Locale,
    /// Direction of the message's own text.
    pub dir: Dir,
    /// Wraps inserted values in isolating controls where their direction could spill over.
    pub isolate: bool,
}

/// Formats a compiled message. `None`: it is malformed, and `out` is as it was.
pub fn message<'a>(
    message: &'a str,
    args: &'a Args<'a>,
    context: &'a Context<'a>,
    out: &mut String,
) -> Option<Problems> {
    let (declared, options, problems) = (Vec::new(), Vec::new(), Problems::default());
    let mut run = Run { args, context, value: Value::new(), declared, options, problems };
    let mut text = String::new();
    run.message(Reader::new(message), &mut text)?;
    out.push_str(&text);
    Some(run.problems)
}

/// One message being formatted.
pub(super) struct Run<'a> {
    pub(super) args: &'a Args<'a>,
    context: &'a Context<'a>,
    /// The value at hand: kept in one place, since passing it around would cost more code than all else.
    pub(super) value: Value<'a>,
    pub(super) declared: Vec<(&'a str, Value<'a>)>,
    /// Of all values, each of which knows where its own are: so values can be copied.
    pub(super) options: Vec<Opt<'a>>,
    pub(super) problems: Problems,
}

impl<'a> Run<'a> {
    fn message(&mut self, mut code: Reader<'a>, out: &mut String) -> Option<()> {
        for _ in 0..code.number()? {
            let name = code.text()?;
            let before = self.problems;
            self.expression(&mut code)?;
            if is_missing(&self.value) {
                self.problems = before;
            }
            self.declared.push((name, self.value));
        }
        let mut selectors = Vec::new();
        for _ in 0..code.number()? {
            self.value = self.declared.get(code.number()?)?.1;
            selectors.push(self.selector());
        }
        if !selectors.is_empty() {
            code = Reader::new(variant(&selectors, &mut code)?);
        }
        while !code.is_empty() {
            match code.number()? {
                0 => {
                    self.expression(&mut code)?;
                    self.placeholder(out);
                }
                length => out.push_str(code.take(length)?),
            }
        }
        Some(())
    }

    /// What keys are compared with: the value itself, and its plural category.
    fn selector(&mut self) -> Selector {
        let value = &self.value;
        let mut exact = String::new();
        let mut category = "";
        let locale = self.context.locale;
        match value.data {
            #[cfg(not(target_arch = "wasm32"))]
            Data::Number(number) if testing::is_test(value.function) => {
                match testing::keys(value.function, number, self.own_options()) {
                    Some((better, other)) => (exact, category) = (better, other),
                    None => {
                        self.problems.add(Problems::BAD_SELECTOR);
                        return Selector { exact: None, category };
                    }
                }
            }
            Data::Number(number) if value.selects && value.function != code::STRING => {
                let number = shown(value.function, number);
                number.write(&mut exact);
                let options = self.own_options();
                let select = option(options, "select").unwrap_or_default();
                if select != "exact" {
                    category = locale.plural(number, select == "ordinal", options).name();
                }
            }
            _ => {
                if !value.selects || !value.write(&mut exact) {
                    self.problems.add(Problems::BAD_SELECTOR);
                    return Selector { exact: None, category };
                }
                if let Some(normal) = locale.normalize(&exact) {
                    exact = normal;
                }
            }
        }
        Selector { exact: Some(exact), category }
    }

    /// Writes a value into the pattern, isolated unless it runs left to right in text that does.
    fn placeholder(&mut self, out: &mut String) {
        let value = &self.value;
        let Context { locale, dir: base, isolate } = *self.context;
        let mut text = String::new();
        let options = self.own_options();
        let (written, dir) = match value.data {
            #[cfg(not(target_arch = "wasm32"))]
            Data::Number(number) if testing::is_test(value.function) => {
                let written = testing::write(value.function, number, options, &mut text);
                if !written {
                    self.problems.add(Problems::BAD_OPTION);
                }
                (written, Dir::Ltr)
            }
            Data::Number(number) if value.function != code::STRING => {
                (locale.number(number_style(value.function), number, options, &mut text), locale.dir())
            }
            Data::Moment(moment) => {
                (locale.moment(time_style(value.function), moment, options, &mut text), locale.dir())
            }
            _ => (value.write(&mut text), Dir::Auto),
        };
        let mut dir = value.dir.unwrap_or(dir);
        if !written {
            if !matches!(value.data, Data::Lost) {
                self.problems.add(Problems::BAD_OPERAND);
            }
            dir = Dir::Auto;
            text.clear();
            fallback(value.source, &mut text);
        }
        let isolated = isolate && (dir != Dir::Ltr || base != Dir::Ltr || value.isolate);
        if isolated {
            out.push(match dir {
                Dir::Ltr => '\u{2066}',
                Dir::Rtl => '\u{2067}',
                Dir::Auto => '\u{2068}',
            });
        }
        out.push_str(&text);
        if isolated {
            out.push('\u{2069}');
        }
    }
}

struct Selector {
    exact: Option<String>,
    category: &'static str,
}

/// The pattern of the variant that fits best: an exact key before a plural category before the catch-all, the first
/// selector before the second, the first variant among equals.
fn variant<'a>(selectors: &[Selector], code: &mut Reader<'a>) -> Option<&'a str> {
    let mut best = None;
    let mut least = u64::MAX;
    for _ in 0..code.number()? {
        // Two bits for each selector; all set: it does not fit.
        let mut ranks = 0;
        for Selector { exact, category } in selectors {
            let rank = match code.number()? {
                0 => 2,
                length => {
                    let key = code.take(length - 1)?;
                    if exact.as_deref() == Some(key) {
                        0
                    } else if !key.is_empty() && *category == key {
                        1
                    } else {
                        ranks = u64::MAX;
                        3
                    }
                }
            };
            ranks = if ranks == u64::MAX { ranks } else { (ranks << 2) | rank };
        }
        let pattern = code.text()?;
        if ranks < least {
            least = ranks;
            best = Some(pattern);
        }
    }
    best
}

/// The number that people see.
fn shown(function: usize, number: Number) -> Number {
    let shown = if function == code::PERCENT { number.hundredfold() } else { None };
    shown.unwrap_or(number)
}

fn number_style(function: usize) -> NumberStyle {
    match function {
        code::INTEGER => NumberStyle::Integer,
        code::PERCENT => NumberStyle::Percent,
        code::CURRENCY => NumberStyle::Currency,
        code::UNIT => NumberStyle::Unit,
        _ => NumberStyle::Decimal,
    }
}

fn time_style(function: usize) -> TimeStyle {
    match function {
        code::DATE => TimeStyle::Date,
        code::TIME => TimeStyle::Time,
        _ => TimeStyle::DateTime,
    }
}

fn fallback(source: Source<'_>, out: &mut String) {
    out.push('{');
    match source {
        Source::Variable(name) => {
            out.push('$');
            out.push_str(name);
        }
        Source::Function(name) => {
            out.push(':');
            out.push_str(name);
        }
        Source::Literal(text) => {
            out.push('|');
            push_escaped(out, text, b"|\\");
            out.push('|');
        }
    }
    out.push('}');
}
