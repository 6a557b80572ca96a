//! What an expression stands for: operands, options, and the functions applied to them.

use super::code;
use super::format::Run;
use super::reader::Reader;
#[cfg(not(target_arch = "wasm32"))]
use super::testing;
use super::value::{Arg, Dir, Moment, Opt, option};
use super::{Number, Problems};
use crate::names::position;
use alloc::string::String;

/// The Wasm file that every page loads formats no more than the built-in catalogs ask for: `:integer` of a number and `:time`,
/// without options (`tests/catalog/builtin.rs` holds them to that).
const ALL: bool = cfg!(any(not(feature = "standalone"), feature = "words"));

/// Beyond so many, options are not passed on: a long chain of declarations would otherwise multiply them.
const MAX_OPTIONS: usize = 4096;

/// What a fallback shows.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Variable(&'a str),
    Literal(&'a str),
    Function(&'a str),
}

#[derive(Clone, Copy)]
pub(super) enum Data<'a> {
    Text(&'a str),
    Number(Number),
    Moment(Moment<'a>),
    /// Could not be resolved.
    Lost,
}

/// A resolved value: what it is, and how it will be written and selected by.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) source: Source<'a>,
    pub(super) data: Data<'a>,
    /// The function last applied to it.
    pub(super) function: usize,
    /// Where in the run's options its own are.
    options: (usize, usize),
    /// Its own direction; `None`: nothing has set one.
    pub(super) dir: Option<Dir>,
    /// `u:dir` asked for isolation.
    pub(super) isolate: bool,
    pub(super) selects: bool,
}

impl<'a> Value<'a> {
    pub(super) const fn new() -> Self {
        Value {
            source: Source::Function(""),
            data: Data::Lost,
            function: code::PLAIN,
            options: (0, 0),
            dir: None,
            isolate: false,
            selects: false,
        }
    }

    /// The value as bare text, for options and for comparing.
    pub(super) fn write(&self, out: &mut String) -> bool {
        match self.data {
            Data::Text(text) => out.push_str(text),
            Data::Number(number) => number.write(out),
            Data::Moment(_) | Data::Lost => return false,
        }
        true
    }
}

impl<'a> Run<'a> {
    /// The options of the value at hand.
    pub(super) fn own_options(&self) -> &[Opt<'a>] {
        let Value { options: (start, end), .. } = self.value;
        if ALL { self.options.get(start..end).unwrap_or_default() } else { &[] }
    }

    /// Reads and resolves an operand or the value of an option, into `value`.
    fn operand(&mut self, code: &mut Reader<'a>) -> Option<()> {
        let kind = code.number()?;
        if kind == code::DECLARED {
            let (name, value) = self.declared.get(code.number()?)?;
            self.value = *value;
            self.value.source = Source::Variable(name);
            if ALL && is_missing(value) {
                self.problems.add(Problems::UNRESOLVED_VARIABLE);
            }
            return Some(());
        }
        let text = code.text()?;
        self.value = Value::new();
        let value = &mut self.value;
        match kind {
            code::LITERAL => {
                value.source = Source::Literal(text);
                value.data = Data::Text(text);
            }
            code::EXTERNAL => {
                value.source = Source::Variable(text);
                match self.args.iter().find(|(name, _)| *name == text).map(|(_, arg)| arg) {
                    Some(Arg::Text(text)) => value.data = Data::Text(text),
                    Some(Arg::Directed(text, dir)) => {
                        value.data = Data::Text(text);
                        value.dir = Some(*dir);
                    }
                    Some(Arg::Int(int)) => value.data = Data::Number(Number::int(*int)),
                    Some(Arg::Decimal(number)) => value.data = Data::Number(*number),
                    Some(Arg::Time(ms)) => value.data = Data::Moment(Moment::Epoch(*ms)),
                    None => self.problems.add(Problems::UNRESOLVED_VARIABLE),
                }
            }
            code::NONE => value.source = Source::Function(text),
            _ => return None,
        }
        Some(())
    }

    /// Reads and resolves an expression, into `value`.
    pub(super) fn expression(&mut self, code: &mut Reader<'a>) -> Option<()> {
        self.operand(code)?;
        let function = code.number()?;
        if function == code::PLAIN {
            return Some(());
        }
        let operand = self.value;
        let start = self.options.len();
        let given = code.number()?;
        let (dir, mut bound_select) =
            if ALL { self.given_options(function, given, code)? } else { (None, false) };
        let data = apply(function, &operand, self.options.get(start..).unwrap_or_default());
        if ALL {
            bound_select |= self.inherited_options(function, &operand, start)?;
        }
        if bound_select {
            self.problems.add(Problems::BAD_OPTION);
        }
        let value = &mut self.value;
        *value = operand;
        value.function = function;
        value.options = (start, self.options.len());
        value.isolate = dir.is_some();
        // Text keeps a direction that it came with; what the host writes has its own.
        if dir.is_some() || function != code::STRING {
            value.dir = dir;
        }
        value.selects = !bound_select && matches!(function, code::STRING..=code::OFFSET);
        #[cfg(not(target_arch = "wasm32"))]
        if testing::is_test(function) {
            value.selects = true;
        }
        let data = if ALL { data.and_then(|data| self.complete(function, start, data)) } else { data };
        let value = &mut self.value;
        value.data = data.unwrap_or_else(|problem| {
            self.problems.add(problem);
            Data::Lost
        });
        Some(())
    }

    /// A function that can't do without an option has it, from here or from its operand.
    fn complete(&self, function: usize, start: usize, data: Data<'a>) -> Result<Data<'a>, Problems> {
        let needed = match function {
            code::CURRENCY => "currency",
            code::UNIT => "unit",
            _ => return Ok(data),
        };
        let options = self.options.get(start..).unwrap_or_default();
        if option(options, needed).is_some() { Ok(data) } else { Err(Problems::BAD_OPERAND) }
    }

    /// Reads the options that stand with a function: the direction that they ask for, and whether `select` depends on the
    /// arguments. Which keys a message needs must not, nor on another declaration.
    fn given_options(
        &mut self,
        function: usize,
        given: usize,
        code: &mut Reader<'a>,
    ) -> Option<(Option<Dir>, bool)> {
        let mut dir = None;
        let mut bound_select = false;
        for _ in 0..given {
            let name = code.text()?;
            self.operand(code)?;
            let mut value = String::new();
            if !self.value.write(&mut value) {
                self.problems.add(Problems::BAD_OPTION);
            } else if name == "u:dir" {
                match value.as_str() {
                    "ltr" => dir = Some(Dir::Ltr),
                    "rtl" => dir = Some(Dir::Rtl),
                    "auto" => dir = Some(Dir::Auto),
                    "inherit" => {}
                    _ => self.problems.add(Problems::BAD_OPTION),
                }
            } else if name == "select" && !matches!(self.value.source, Source::Literal(_)) {
                bound_select = true;
            } else if !is_valid(name, &value) {
                self.problems.add(Problems::BAD_OPTION);
            } else if keeps(function, name, true) {
                self.options.push(Opt { name, value });
            }
        }
        Some((dir, bound_select))
    }

    /// An operand brings its own options along, as far as they mean something here; those from `start` on were given here.
    /// Whether `select` is among them.
    fn inherited_options(&mut self, function: usize, operand: &Value<'a>, start: usize) -> Option<bool> {
        let own = start..self.options.len();
        let mut selects = false;
        for index in operand.options.0..operand.options.1 {
            let inherited = self.options.get(index)?.clone();
            let name = inherited.name;
            let room = self.options.len() < MAX_OPTIONS;
            if room && keeps(function, name, false) && option(self.options.get(own.clone())?, name).is_none()
            {
                selects |= name == "select";
                self.options.push(inherited);
            }
        }
        Some(selects)
    }
}

/// Whether it is a variable that nobody gave, which is a problem only where it is used.
pub(super) fn is_missing(value: &Value<'_>) -> bool {
    matches!(value.data, Data::Lost) && value.function == code::PLAIN
}

/// What a function makes of its operand.
fn apply<'a>(function: usize, operand: &Value<'a>, options: &[Opt<'_>]) -> Result<Data<'a>, Problems> {
    if !ALL && !matches!(function, code::INTEGER | code::TIME) {
        return Err(Problems::UNKNOWN_FUNCTION);
    }
    #[cfg(not(target_arch = "wasm32"))]
    if testing::is_test(function) {
        testing::check(options)?;
        let function = code::NUMBER;
        return apply(function, operand, options);
    }
    let data = match (function, operand.data) {
        (code::STRING, Data::Text(_) | Data::Number(_)) => Some(operand.data),
        (code::NUMBER..=code::OFFSET, data) => {
            let number = match data {
                Data::Number(number) => Some(number),
                Data::Text(text) if ALL => Number::parse(text),
                _ => None,
            };
            match (function, number) {
                (code::INTEGER, Some(number)) => Some(Data::Number(number.rounded())),
                (code::OFFSET, Some(number)) if ALL => {
                    let delta = offset(options).ok_or(Problems::BAD_OPTION)?;
                    Some(Data::Number(number.plus(delta).ok_or(Problems::UNSUPPORTED_OPERATION)?))
                }
                (_, number) => number.map(Data::Number),
            }
        }
        (code::DATE..=code::DATETIME, data) => match data {
            Data::Moment(moment) => Some(moment),
            Data::Text(text) => Some(Moment::Iso(text)),
            // What JavaScript's clocks give out: epoch milliseconds.
            Data::Number(number) => number.as_int().map(Moment::Epoch),
            Data::Lost => None,
        }
        .map(Data::Moment),
        (code::STRING, _) => None,
        _ => return Err(Problems::UNKNOWN_FUNCTION),
    };
    data.ok_or(Problems::BAD_OPERAND)
}

/// Whether an option has a value that it can have; of those that are not known here, the host says.
fn is_valid(name: &str, value: &str) -> bool {
    let choices = match name {
        "minimumIntegerDigits" | "minimumFractionDigits" | "maximumFractionDigits" => {
            return is_digit_size(value);
        }
        "minimumSignificantDigits" | "maximumSignificantDigits" => return is_digit_size(value),
        "fractionDigits" => return value == "auto" || is_digit_size(value),
        "currency" => return value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_alphabetic()),
        "select" => "plural|ordinal|exact",
        "signDisplay" => "auto|always|exceptZero|negative|never",
        "useGrouping" => "auto|always|never|min2",
        "currencyDisplay" => "narrowSymbol|symbol|name|code|never",
        "currencySign" => "accounting|standard",
        "unitDisplay" => "short|narrow|long",
        "trailingZeroDisplay" => "auto|stripIfInteger",
        "fields" | "dateFields" => {
            "weekday|day-weekday|day|month-day|month-day-weekday|year-month-day|year-month-day-weekday"
        }
        "length" | "dateLength" => "long|medium|short",
        "precision" | "timePrecision" => "hour|minute|second",
        "timeZoneStyle" => "long|short",
        "hour12" => "true|false",
        _ => return true,
    };
    position(choices, value).is_some()
}

/// A whole number from 0 to 99, without zeros in front.
fn is_digit_size(value: &str) -> bool {
    Number::parse(value).and_then(Number::as_int).is_some_and(|size| (0..=99).contains(&size))
        && value.len() <= 2
}

/// Whether an option means something to a function: one of its own, or one that its operand brings along.
fn keeps(function: usize, name: &str, own: bool) -> bool {
    match function {
        code::STRING => false,
        code::INTEGER => {
            !matches!(name, "minimumFractionDigits" | "maximumFractionDigits" | "minimumSignificantDigits")
        }
        code::DATE..=code::DATETIME => {
            own || matches!(name, "calendar" | "timeZone") || (name == "hour12" && function != code::DATE)
        }
        _ => true,
    }
}

/// The whole number that `:offset` adds; exactly one of its options `add` and `subtract` says so.
fn offset(options: &[Opt<'_>]) -> Option<i64> {
    let digits = |name| option(options, name).map(|text| Number::parse(text).and_then(Number::as_int));
    match (digits("add"), digits("subtract")) {
        (Some(Some(delta @ 0..)), None) => Some(delta),
        (None, Some(Some(delta @ 0..))) => Some(-delta),
        _ => None,
    }
}
