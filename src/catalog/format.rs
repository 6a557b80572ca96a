//! Formats one compiled message: declarations, selection, the chosen pattern, with isolation of inserted values.

use super::code;
use super::locale::{Locale, NumberStyle, TimeStyle};
use super::reader::Reader;
use super::value::{Arg, Args, Dir, Moment, Opt, option};
use super::{Number, Problems};

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
    let mut run = Run { args, context, declared: Vec::new(), problems: Problems::default() };
    let mut text = String::new();
    run.message(Reader::new(message), &mut text)?;
    out.push_str(&text);
    Some(run.problems)
}

/// What a fallback shows.
#[derive(Clone, Copy)]
enum Source<'a> {
    Variable(&'a str),
    Literal(&'a str),
    Function(&'a str),
}

#[derive(Clone, Copy)]
enum Data<'a> {
    Text(&'a str),
    Number(Number),
    Moment(Moment<'a>),
    /// Could not be resolved.
    Lost,
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Text,
    Number(NumberStyle),
    Time(TimeStyle),
}

/// A resolved value: what it is, and how it will be written and selected by.
#[derive(Clone)]
struct Value<'a> {
    source: Source<'a>,
    data: Data<'a>,
    style: Style,
    options: Vec<Opt<'a>>,
    /// Its own direction; `None`: the locale's.
    dir: Option<Dir>,
    /// `u:dir` asked for isolation.
    isolate: bool,
    selects: bool,
}

impl<'a> Value<'a> {
    fn new(source: Source<'a>, data: Data<'a>) -> Self {
        let (style, dir) = match data {
            Data::Number(_) => (Style::Number(NumberStyle::Decimal), None),
            Data::Moment(_) => (Style::Time(TimeStyle::DateTime), None),
            Data::Text(_) | Data::Lost => (Style::Text, Some(Dir::Auto)),
        };
        Value { source, data, style, options: Vec::new(), dir, isolate: false, selects: false }
    }

    /// The value as bare text, for options and for comparing.
    fn write(&self, out: &mut String) -> bool {
        match self.data {
            Data::Text(text) => out.push_str(text),
            Data::Number(number) => number.write(out),
            Data::Moment(_) | Data::Lost => return false,
        }
        true
    }
}

struct Run<'a> {
    args: &'a Args<'a>,
    context: &'a Context<'a>,
    declared: Vec<(&'a str, Value<'a>)>,
    problems: Problems,
}

impl<'a> Run<'a> {
    fn message(&mut self, mut code: Reader<'a>, out: &mut String) -> Option<()> {
        for _ in 0..code.number()? {
            let name = code.text()?;
            let value = self.expression(&mut code)?;
            self.declared.push((name, value));
        }
        let mut selectors = Vec::new();
        for _ in 0..code.number()? {
            let (_, value) = self.declared.get(code.number()?)?.clone();
            selectors.push(self.selector(&value));
        }
        if !selectors.is_empty() {
            code = Reader::new(variant(&selectors, &mut code)?);
        }
        while !code.is_empty() {
            match code.number()? {
                0 => {
                    let value = self.expression(&mut code)?;
                    self.placeholder(&value, out);
                }
                length => out.push_str(code.take(length)?),
            }
        }
        Some(())
    }

    /// Reads and resolves an operand or the value of an option.
    fn operand(&mut self, code: &mut Reader<'a>) -> Option<Value<'a>> {
        let kind = code.number()?;
        if kind == code::DECLARED {
            let (name, value) = self.declared.get(code.number()?)?;
            return Some(Value { source: Source::Variable(name), ..value.clone() });
        }
        let text = code.text()?;
        Some(match kind {
            code::LITERAL => Value::new(Source::Literal(text), Data::Text(text)),
            code::EXTERNAL => {
                let source = Source::Variable(text);
                match self.args.iter().find(|(name, _)| *name == text).map(|(_, arg)| *arg) {
                    Some(Arg::Text(text)) => Value::new(source, Data::Text(text)),
                    Some(Arg::Directed(text, dir)) => {
                        Value { dir: Some(dir), ..Value::new(source, Data::Text(text)) }
                    }
                    Some(Arg::Int(int)) => Value::new(source, Data::Number(Number::int(int))),
                    Some(Arg::Decimal(number)) => Value::new(source, Data::Number(number)),
                    Some(Arg::Time(ms)) => Value::new(source, Data::Moment(Moment::Epoch(ms))),
                    None => {
                        self.problems.add(Problems::UNRESOLVED_VARIABLE);
                        Value::new(source, Data::Lost)
                    }
                }
            }
            code::NONE => Value::new(Source::Function(text), Data::Lost),
            _ => return None,
        })
    }

    fn expression(&mut self, code: &mut Reader<'a>) -> Option<Value<'a>> {
        let operand = self.operand(code)?;
        let function = code.number()?;
        if function == code::PLAIN {
            return Some(operand);
        }
        let mut own = Vec::new();
        let mut dir = None;
        let mut free_select = false;
        for _ in 0..code.number()? {
            let name = code.text()?;
            let value = self.operand(code)?;
            let mut text = String::new();
            if !value.write(&mut text) {
                self.problems.add(Problems::BAD_OPTION);
            } else if name == "u:dir" {
                match text.as_str() {
                    "ltr" => dir = Some(Dir::Ltr),
                    "rtl" => dir = Some(Dir::Rtl),
                    "auto" => dir = Some(Dir::Auto),
                    "inherit" => {}
                    _ => self.problems.add(Problems::BAD_OPTION),
                }
            } else {
                // Which keys a message needs must not depend on its arguments.
                free_select |= name == "select" && !matches!(value.source, Source::Literal(_));
                own.push(Opt { name, value: text });
            }
        }
        let source = operand.source;
        let mut value = match self.call(function, operand, own, free_select) {
            Ok(value) => value,
            Err(problem) => {
                self.problems.add(problem);
                Value::new(source, Data::Lost)
            }
        };
        if dir.is_some() && !matches!(value.data, Data::Lost) {
            value.dir = dir;
            value.isolate = true;
        }
        Some(value)
    }

    /// Applies a function to its operand.
    fn call(
        &mut self,
        function: usize,
        operand: Value<'a>,
        mut own: Vec<Opt<'a>>,
        free_select: bool,
    ) -> Result<Value<'a>, Problems> {
        let (data, style) = match (function, operand.data) {
            (code::STRING, Data::Text(_) | Data::Number(_)) => (operand.data, Style::Text),
            (code::NUMBER..=code::OFFSET, _) => {
                let number = match operand.data {
                    Data::Number(number) => Some(number),
                    Data::Text(text) => Number::parse(text),
                    _ => None,
                };
                let number = number.ok_or(operand.blame())?;
                match function {
                    code::INTEGER => (Data::Number(number.rounded()), Style::Number(NumberStyle::Integer)),
                    code::PERCENT => (Data::Number(number), Style::Number(NumberStyle::Percent)),
                    code::CURRENCY => (Data::Number(number), Style::Number(NumberStyle::Currency)),
                    code::UNIT => (Data::Number(number), Style::Number(NumberStyle::Unit)),
                    code::OFFSET => {
                        let delta = offset(&own).ok_or(Problems::BAD_OPTION)?;
                        own.clear();
                        let moved = number.plus(delta).ok_or(Problems::UNSUPPORTED_OPERATION)?;
                        (Data::Number(moved), Style::Number(NumberStyle::Decimal))
                    }
                    _ => (Data::Number(number), Style::Number(NumberStyle::Decimal)),
                }
            }
            (code::DATE..=code::DATETIME, _) => {
                let moment = match operand.data {
                    Data::Moment(moment) => Some(moment),
                    Data::Text(text) => Some(Moment::Iso(text)),
                    // What JavaScript's clocks give out: epoch milliseconds.
                    Data::Number(number) => number.as_int().map(Moment::Epoch),
                    Data::Lost => None,
                };
                let style = match function {
                    code::DATE => TimeStyle::Date,
                    code::TIME => TimeStyle::Time,
                    _ => TimeStyle::DateTime,
                };
                (Data::Moment(moment.ok_or(operand.blame())?), Style::Time(style))
            }
            (code::STRING, _) => return Err(operand.blame()),
            _ => return Err(Problems::UNKNOWN_FUNCTION),
        };
        // An operand brings its own options along, as far as they mean something here.
        for inherited in operand.options {
            let name = inherited.name;
            let kept = match style {
                Style::Text => false,
                Style::Number(NumberStyle::Integer) => !matches!(
                    name,
                    "minimumFractionDigits" | "maximumFractionDigits" | "minimumSignificantDigits"
                ),
                Style::Number(_) => true,
                Style::Time(style) => match name {
                    "calendar" | "timeZone" => true,
                    "hour12" => style != TimeStyle::Date,
                    _ => false,
                },
            };
            if kept && option(&own, name).is_none() {
                own.push(inherited);
            }
        }
        let selects = match style {
            Style::Text => true,
            Style::Number(NumberStyle::Currency) => {
                option(&own, "currency").ok_or(Problems::BAD_OPERAND)?;
                false
            }
            Style::Number(NumberStyle::Unit) => {
                option(&own, "unit").ok_or(Problems::BAD_OPERAND)?;
                false
            }
            Style::Number(_) => !free_select,
            Style::Time(_) => false,
        };
        if free_select {
            self.problems.add(Problems::BAD_OPTION);
        }
        let dir = if style == Style::Text { operand.dir.or(Some(Dir::Auto)) } else { None };
        Ok(Value { source: operand.source, data, style, options: own, dir, isolate: false, selects })
    }

    /// What keys are compared with: the value itself, and its plural category.
    fn selector(&mut self, value: &Value<'a>) -> Selector {
        if !value.selects {
            self.problems.add(Problems::BAD_SELECTOR);
            return Selector { exact: None, category: "" };
        }
        let mut exact = String::new();
        let mut category = "";
        if let (Style::Number(style), Data::Number(number)) = (value.style, value.data) {
            let shown = if style == NumberStyle::Percent { number.hundredfold() } else { None };
            let number = shown.unwrap_or(number);
            number.write(&mut exact);
            let select = option(&value.options, "select").unwrap_or("plural");
            if select != "exact" {
                category = self.context.locale.plural(number, select == "ordinal", &value.options).name();
            }
        } else {
            value.write(&mut exact);
            if let Some(normal) = self.context.locale.normalize(&exact) {
                exact = normal;
            }
        }
        Selector { exact: Some(exact), category }
    }

    /// Writes a value into the pattern, isolated unless it runs left to right in text that does.
    fn placeholder(&mut self, value: &Value<'a>, out: &mut String) {
        let locale = self.context.locale;
        let mut text = String::new();
        let written = match (value.style, value.data) {
            (Style::Number(style), Data::Number(number)) => {
                locale.number(style, number, &value.options, &mut text)
            }
            (Style::Time(style), Data::Moment(moment)) => {
                locale.moment(style, moment, &value.options, &mut text)
            }
            _ => value.write(&mut text),
        };
        let mut dir = value.dir.unwrap_or(locale.dir());
        if !written {
            if !matches!(value.data, Data::Lost) {
                self.problems.add(Problems::BAD_OPERAND);
            }
            dir = Dir::Auto;
            text.clear();
            fallback(value.source, &mut text);
        }
        let isolate = self.context.isolate;
        let isolate = isolate && (dir != Dir::Ltr || self.context.dir != Dir::Ltr || value.isolate);
        if isolate {
            out.push(match dir {
                Dir::Ltr => '\u{2066}',
                Dir::Rtl => '\u{2067}',
                Dir::Auto => '\u{2068}',
            });
        }
        out.push_str(&text);
        if isolate {
            out.push('\u{2069}');
        }
    }
}

impl Value<'_> {
    /// Why a function can't take this operand: an unresolved one has been reported already.
    fn blame(&self) -> Problems {
        match (self.data, self.source) {
            (Data::Lost, Source::Variable(_)) => Problems::default(),
            _ => Problems::BAD_OPERAND,
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
    for _ in 0..code.number()? {
        let mut ranks = Some(0u64);
        for selector in selectors {
            let rank = match code.number()? {
                0 => Some(2),
                length => {
                    let key = code.take(length - 1)?;
                    if selector.exact.as_deref() == Some(key) {
                        Some(0)
                    } else {
                        (!selector.category.is_empty() && selector.category == key).then_some(1)
                    }
                }
            };
            ranks = ranks.zip(rank).map(|(ranks, rank)| (ranks << 2) | rank);
        }
        let pattern = code.text()?;
        if let Some(ranks) = ranks
            && best.is_none_or(|(least, _)| ranks < least)
        {
            best = Some((ranks, pattern));
        }
    }
    best.map(|(_, pattern)| pattern)
}

/// The whole number to add; exactly one of `add` and `subtract` names it.
fn offset(options: &[Opt<'_>]) -> Option<i64> {
    let digits = |name| option(options, name).map(|text| Number::parse(text).and_then(Number::as_int));
    match (digits("add"), digits("subtract")) {
        (Some(Some(delta @ 0..)), None) => Some(delta),
        (None, Some(Some(delta @ 0..))) => Some(-delta),
        _ => None,
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
            for char in text.chars() {
                if matches!(char, '|' | '\\') {
                    out.push('\\');
                }
                out.push(char);
            }
            out.push('|');
        }
    }
    out.push('}');
}
