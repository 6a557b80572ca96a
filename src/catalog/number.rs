//! Decimal numbers without floating point: parsing and printing floats would cost more than all the rest of a message.

/// `mantissa` × 10^−`scale`, without trailing zeros behind the point: 0.40 and 0.4 are the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    mantissa: i64,
    /// Digits behind the point; negative for numbers like 1e21, whose zeros would not fit the mantissa.
    scale: i32,
}

/// More digits than this on either side of the point are not a number to show to anyone; JavaScript's largest has 309.
const MAX_SCALE: i32 = 400;

impl Number {
    /// A whole number.
    pub const fn int(value: i64) -> Self {
        Number { mantissa: value, scale: 0 }
    }

    /// A decimal: `scaled(125, 2)` is 1.25. `None` where more than 400 zeros would have to be written.
    pub fn scaled(mut mantissa: i64, mut scale: i32) -> Option<Self> {
        if mantissa == 0 {
            return Some(Number::int(0));
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        while scale < 0
            && let Some(more) = mantissa.checked_mul(10)
        {
            mantissa = more;
            scale += 1;
        }
        (-MAX_SCALE..=MAX_SCALE).contains(&scale).then_some(Number { mantissa, scale })
    }

    /// Reads a number as MessageFormat and JSON write it (`-12.5e3`); `None` for anything else, and for more digits
    /// than 64 bits hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (unsigned, negative) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (decimal, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((decimal, exponent)) => (decimal, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match decimal.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (decimal, ""),
        };
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        let mut mantissa = 0i64;
        let mut scale = 0i32;
        for (digits, step) in [(whole, 0), (fraction.trim_end_matches('0'), 1)] {
            for byte in digits.bytes() {
                if !byte.is_ascii_digit() {
                    return None;
                }
                mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                scale = scale.checked_add(step)?;
            }
        }
        // What was trimmed above has to be digits as well; those are zeros, so nothing is left to check.
        Number::scaled(if negative { -mantissa } else { mantissa }, scale.checked_sub(exponent)?)
    }

    /// The digits as a whole number, and how many of them are behind the point (negative: zeros to append).
    pub fn parts(self) -> (i64, i32) {
        (self.mantissa, self.scale)
    }

    /// The value, where it is whole and fits.
    pub fn as_int(self) -> Option<i64> {
        (self.scale == 0).then_some(self.mantissa)
    }

    /// The nearest whole number, halves away from zero.
    pub fn rounded(mut self) -> Self {
        while self.scale > 0 {
            // Only the first digit behind the point decides: the ones after it are cut, not rounded, one by one.
            let last = if self.scale == 1 { self.mantissa % 10 } else { 0 };
            self.mantissa = self.mantissa / 10 + last / 5;
            self.scale -= 1;
        }
        self
    }

    /// This number and a whole one; `None` where it does not fit.
    pub fn plus(self, delta: i64) -> Option<Self> {
        let scale = u32::try_from(self.scale).ok()?;
        let delta = delta.checked_mul(10i64.checked_pow(scale)?)?;
        Number::scaled(self.mantissa.checked_add(delta)?, self.scale)
    }

    /// What a percentage shows and selects by.
    pub fn hundredfold(self) -> Option<Self> {
        Number::scaled(self.mantissa, self.scale - 2)
    }

    /// Writes it plainly: digits, a point, no grouping, no exponent.
    pub fn write(self, out: &mut String) {
        if self.mantissa < 0 {
            out.push('-');
        }
        let digits = digits(self.mantissa.unsigned_abs());
        let digits = digits.trim_start_matches('0');
        let behind = usize::try_from(self.scale).unwrap_or(0);
        let (whole, fraction) = digits.split_at_checked(digits.len().saturating_sub(behind)).unwrap_or((digits, ""));
        out.push_str(if whole.is_empty() { "0" } else { whole });
        for _ in self.scale..0 {
            out.push('0');
        }
        if behind > 0 {
            out.push('.');
            for _ in fraction.len()..behind {
                out.push('0');
            }
            out.push_str(fraction);
        }
    }
}

/// Twenty digits, leading zeros included.
fn digits(mut value: u64) -> String {
    let mut text = String::new();
    let mut power = 10_000_000_000_000_000_000;
    while power > 0 {
        text.push(char::from(b'0' + (value / power) as u8));
        value %= power;
        power /= 10;
    }
    text
}

/// The exponent behind `e`: a sign or none, then digits.
fn exponent_of(text: &str) -> Option<i32> {
    let (digits, sign) = match text.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (text.strip_prefix('+').unwrap_or(text), 1),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i32;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i32::from(byte - b'0'))?;
    }
    Some(sign * value)
}
