//! What JavaScript encoded of a value → the untyped tree that options are read from.
//!
//! Written by hand, not with a deserialiser: all problems must be found in one pass, each with its path, and functions
//! and dates must keep their place in the tree. `border.ts` writes it: a byte for the kind of a value, then what belongs to it.

use alloc::string::String;
use alloc::vec::Vec;

use super::buffer::text;
use super::json::Json;
use crate::policy::options::{Problem, Value};

/// Options nest five deep; JavaScript stops before this.
const MAX_DEPTH: u32 = 16;

/// Reads an encoded value. Bytes that no encoder of ours wrote come out as something, and trap nowhere.
pub(super) fn read(bytes: &[u8]) -> Value {
    Reader { rest: bytes }.value(0)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// Little-endian, in four bytes.
    fn size(&mut self) -> usize {
        let mut size = 0;
        for byte in self.take(4).iter().rev() {
            size = size << 8 | usize::from(*byte);
        }
        size
    }

    fn number(&mut self) -> f64 {
        let mut bytes = [0; 8];
        for (own, byte) in bytes.iter_mut().zip(self.take(8)) {
            *own = *byte;
        }
        f64::from_le_bytes(bytes)
    }

    fn text(&mut self) -> String {
        let length = self.size();
        text(self.take(length))
    }

    fn value(&mut self, depth: u32) -> Value {
        if depth > MAX_DEPTH {
            // Nothing of ours is so deep; else a list would be filled with as much of nothing as it says it holds.
            self.rest = &[];
            return Value::Absent;
        }
        match self.byte() {
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Number(self.number()),
            4 => Value::Text(self.text()),
            5 => {
                let (length, mut items) = (self.size(), Vec::new());
                while items.len() < length && !self.rest.is_empty() {
                    items.push(self.value(depth + 1));
                }
                Value::List(items)
            }
            6 => {
                let (length, mut members) = (self.size(), Vec::new());
                while members.len() < length && !self.rest.is_empty() {
                    let name = self.text();
                    members.push((name, self.value(depth + 1)));
                }
                Value::Map(members)
            }
            7 => Value::Function,
            8 => Value::Date(self.number()),
            9 => Value::Other(self.text()),
            10 => Value::Element(self.number() as u32, self.text()),
            _ => Value::Absent,
        }
    }
}

/// The problems of the options as the array that a `ConfigError` carries.
pub(super) fn problems(found: &[Problem]) -> String {
    let mut json = Json::new();
    json.open("", "[");
    for Problem { path, message } in found {
        json.open("", "{");
        json.text("path", path);
        json.text("message", message);
        json.close("}");
    }
    json.close("]");
    json.done()
}
