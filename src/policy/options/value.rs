//! A tree of untyped values: what the options are read from, in the browser and natively alike.

use alloc::string::String;
use alloc::vec::Vec;

/// One value of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `undefined` or `null`: the member counts as left out.
    Absent,
    /// A boolean.
    Bool(bool),
    /// A number, NaN and infinities included.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object's own members, in order.
    Map(Vec<(String, Value)>),
    /// A function.
    Function,
    /// A date, epoch milliseconds.
    Date(f64),
    /// An element of the page: the number by which the shell knows it, and its class.
    Element(u32, String),
    /// Anything else, by its class ("bigint", "a deeply nested value").
    Other(String),
}

impl Value {
    /// The member of this name; [`Value::Absent`] where there is none.
    pub fn member(&self, name: &str) -> &Value {
        let found = match self {
            Value::Map(members) => members.iter().find(|(key, _)| key == name),
            _ => None,
        };
        found.map_or(&Value::Absent, |(_, value)| value)
    }

    /// The items of an array; none for anything else.
    pub fn items(&self) -> &[Value] {
        if let Value::List(items) = self { items } else { &[] }
    }

    /// What is read from each item of an array, where something is.
    pub fn read_each<T>(&self, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        let mut all = Vec::new();
        for item in self.items() {
            if let Some(read) = read(item) {
                all.push(read);
            }
        }
        all
    }

    /// Whether it counts as left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Value::Absent)
    }

    /// A boolean.
    pub fn flag(&self) -> Option<bool> {
        if let Value::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// A number without its fraction; below 0 and NaN: 0.
    pub fn whole(&self) -> Option<u64> {
        if let Value::Number(number) = self { Some(*number as u64) } else { None }
    }

    /// An element's number.
    pub fn element(&self) -> Option<u32> {
        if let Value::Element(number, _) = self { Some(*number) } else { None }
    }

    /// A string.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// What people would call it, for error messages: `-5`, `"fast"`, `an array`.
    pub fn describe(&self) -> String {
        match self {
            Value::Absent => "nothing".into(),
            Value::Bool(value) => if *value { "true" } else { "false" }.into(),
            Value::Number(number) => describe_number(*number),
            Value::Text(text) => {
                let mut characters = 0;
                let end = text.bytes().position(|byte| {
                    // All but the first byte of a character begin with the bits 10.
                    characters += u32::from(byte & 0xc0 != 0x80);
                    characters > 40
                });
                let mut shown = String::from("\"");
                shown.push_str(end.and_then(|end| text.get(..end)).unwrap_or(text));
                shown.push_str(if end.is_some() { "…\"" } else { "\"" });
                shown
            }
            Value::List(_) => "an array".into(),
            Value::Map(_) => "an object".into(),
            Value::Function => "a function".into(),
            Value::Date(_) => "a date".into(),
            Value::Element(_, class) | Value::Other(class) => class.clone(),
        }
    }
}

/// Up to three decimals by integer arithmetic: the float formatter would cost the Wasm file 14 KB.
fn describe_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    let mut text = String::new();
    if number < 0.0 {
        text.push('-');
    }
    let size = number.abs();
    if size.is_infinite() {
        text.push_str("Infinity");
        return text;
    }
    if size >= 9.0e15 {
        text.push_str("a number beyond 2⁵³");
        return text;
    }
    let thousandths = (size * 1000.0) as u64;
    push_integer(&mut text, thousandths / 1000);
    let rest = thousandths % 1000;
    if rest > 0 {
        let digits = [rest / 100, rest / 10 % 10, rest % 10];
        text.push('.');
        let last = digits.iter().rposition(|digit| *digit > 0).unwrap_or(0);
        digits.iter().take(last + 1).for_each(|digit| push_integer(&mut text, *digit));
    }
    text
}

/// Appends an integer in decimal.
pub fn push_integer(text: &mut String, number: u64) {
    if number >= 10 {
        push_integer(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_described_as_people_write_them() {
        let cases = [
            (Value::Number(-5.0), "-5"),
            (Value::Number(2.5), "2.5"),
            (Value::Number(0.025), "0.025"),
            (Value::Number(f64::NAN), "NaN"),
            (Value::Number(f64::NEG_INFINITY), "-Infinity"),
            (Value::Number(1e300), "a number beyond 2⁵³"),
            (Value::Text("fast".into()), "\"fast\""),
            (Value::List(vec![]), "an array"),
        ];
        for (value, expected) in cases {
            assert_eq!(value.describe(), expected);
        }
        assert_eq!(Value::Text("é".repeat(50)).describe(), format!("\"{}…\"", "é".repeat(40)));
    }
}
