//! Decimal numbers without floating point text: parsing and printing floats would cost more than all the rest of a message.

use alloc::string::String;

/// `mantissa` × 10^−`scale`, without trailing zeros behind the point: 0.40 and 0.4 are the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    mantissa: i64,
    /// Digits behind the point; negative for numbers like 1e21, whose zeros would not fit the mantissa.
    scale: i32,
}

/// More digits than this on either side of the point are not a number to show to anyone; JavaScript's largest has 309.
const MAX_SCALE: i32 = 400;

/// From here on another digit might not fit: numbers are read to 18 digits.
const FULL: u64 = 100_000_000_000_000_000;

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
        while scale < 0 && mantissa.unsigned_abs() < FULL {
            mantissa *= 10;
            scale += 1;
        }
        (-MAX_SCALE..=MAX_SCALE).contains(&scale).then_some(Number { mantissa, scale })
    }

    /// A floating point number, as the shortest decimal of at most 15 digits that is the same one; longer ones are cut at
    /// the 16th. Whole numbers that JavaScript calls safe are exact.
    pub fn from_f64(value: f64) -> Option<Self> {
        const SAFE: f64 = 9_007_199_254_740_992.0;
        let (mut shifted, mut scale) = (value, 0);
        while shifted.abs() >= SAFE && scale > -MAX_SCALE {
            shifted /= 10.0;
            scale -= 1;
        }
        let mut factor = 1.0;
        while whole(shifted) != shifted && shifted.abs() * 10.0 < SAFE && scale < MAX_SCALE {
            scale += 1;
            factor *= 10.0;
            shifted = value * factor;
            let nearest = whole(shifted + if shifted < 0.0 { -0.5 } else { 0.5 });
            if nearest / factor == value {
                shifted = nearest;
            }
        }
        if shifted.is_finite() { Number::scaled(shifted as i64, scale) } else { None }
    }

    /// Reads a number as MessageFormat and JSON write it (`-12.5e3`); `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        #[derive(Clone, Copy)]
        enum Seen {
            Nothing,
            Minus,
            Zero,
            Whole,
            Point,
            Fraction,
            E,
            Sign,
            Exponent,
        }
        let (mut mantissa, mut scale, mut exponent) = (0i64, 0i32, 0i32);
        let (mut negative, mut shrinking) = (false, false);
        let mut seen = Seen::Nothing;
        for byte in text.bytes() {
            let digit = i32::from(byte) - i32::from(b'0');
            seen = match (seen, byte) {
                (Seen::Nothing, b'-') => {
                    negative = true;
                    Seen::Minus
                }
                (Seen::Nothing | Seen::Minus, b'0') => Seen::Zero,
                (Seen::Nothing | Seen::Minus | Seen::Whole | Seen::Point | Seen::Fraction, b'0'..=b'9') => {
                    let behind = matches!(seen, Seen::Point | Seen::Fraction);
                    // Digits beyond what fits count as zeros.
                    let fits = mantissa.unsigned_abs() < FULL;
                    if fits {
                        mantissa = mantissa * 10 + i64::from(digit);
                    }
                    scale = scale.checked_add(i32::from(behind) - i32::from(!fits))?;
                    if behind { Seen::Fraction } else { Seen::Whole }
                }
                (Seen::Zero | Seen::Whole, b'.') => Seen::Point,
                (Seen::Zero | Seen::Whole | Seen::Fraction, b'e' | b'E') => Seen::E,
                (Seen::E, b'+' | b'-') => {
                    shrinking = byte == b'-';
                    Seen::Sign
                }
                (Seen::E | Seen::Sign | Seen::Exponent, b'0'..=b'9') => {
                    exponent = (exponent * 10 + digit).min(100_000);
                    Seen::Exponent
                }
                _ => return None,
            };
        }
        if matches!(seen, Seen::Nothing | Seen::Minus | Seen::Point | Seen::E | Seen::Sign) {
            return None;
        }
        let scale = if shrinking { scale.checked_add(exponent) } else { scale.checked_sub(exponent) };
        Number::scaled(if negative { -mantissa } else { mantissa }, scale?)
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

    /// The nearest number with so many digits behind the point (negative: tens, hundreds and so on), halves away from zero.
    pub fn rounded_to(self, places: i32) -> Self {
        let mut number = self;
        while number.scale > places {
            // As above: the digit next to the last one that stays decides.
            let last = if number.scale == places + 1 { number.mantissa % 10 } else { 0 };
            number.mantissa = number.mantissa / 10 + last / 5;
            number.scale -= 1;
        }
        Number::scaled(number.mantissa, number.scale).unwrap_or(number)
    }

    /// This number and a whole one; `None` where the sum does not fit.
    pub fn plus(self, mut delta: i64) -> Option<Self> {
        for _ in 0..self.scale {
            if delta.unsigned_abs() >= FULL {
                return None;
            }
            delta *= 10;
        }
        if self.scale < 0 { None } else { Number::scaled(self.mantissa.checked_add(delta)?, self.scale) }
    }

    /// What a percentage shows and selects by.
    pub fn hundredfold(self) -> Option<Self> {
        Number::scaled(self.mantissa, self.scale - 2)
    }

    /// Writes it plainly: digits, a point, no grouping, no exponent.
    pub fn write(self, out: &mut String) {
        const HIGHEST: i32 = 18;
        if self.mantissa < 0 {
            out.push('-');
        }
        let mut rest = self.mantissa.unsigned_abs();
        let mut power = 1_000_000_000_000_000_000;
        let mut started = false;
        for place in (0..=self.scale.max(HIGHEST)).rev() {
            let mut digit = 0;
            if place <= HIGHEST {
                digit = (rest / power.max(1)) as u8;
                rest %= power.max(1);
                power /= 10;
            }
            started |= digit > 0 || place <= self.scale.max(0);
            if started {
                out.push(char::from(b'0' + digit));
            }
            if place > 0 && place == self.scale {
                out.push('.');
            }
        }
        for _ in self.scale..0 {
            out.push('0');
        }
    }
}

/// Without what is behind the point; for numbers below 2⁵³.
fn whole(value: f64) -> f64 {
    (value as i64) as f64
}
