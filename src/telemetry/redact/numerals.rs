//! Digits that look like others than ours, and mean the same.

/// Zeros of the scripts that have digits of their own (Unicode 17, Nd), and where nine more follow of those that are raised or lowered.
const ZEROS: &[char] = &[
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{2070}',
    '\u{2080}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11de0}',
    '\u{11f50}',
    '\u{16130}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{16d70}',
    '\u{1ccf0}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// Ones that eight more follow: in circles, in brackets, with a full stop, and of scripts that have no zero (Unicode 17, Numeric_Type
/// Digit).
const ONES: &[u32] = &[0x1369, 0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a, 0x10e60, 0x11052];

/// The digit that a character is in another script, or in a circle, or raised.
pub fn ascii_digit(code: u32) -> Option<char> {
    // Mathematics has five sets.
    let mut value = if (0x1d7ce..=0x1d7ff).contains(&code) { Some((code - 0x1d7ce) % 10) } else { None };
    for zero in ZEROS {
        let zero = *zero as u32;
        if (zero..zero + 10).contains(&code) {
            value = Some(code - zero);
        }
    }
    for one in ONES {
        if (*one..one + 9).contains(&code) {
            value = Some(code - one + 1);
        }
    }
    value = match code {
        0xb2 | 0xb3 => Some(code - 0xb0),
        0xb9 | 0x19da => Some(1),
        0x24ea | 0x24ff | 0x1f100 | 0x1f10b | 0x1f10c => Some(0),
        0x10a40..=0x10a43 => Some(code - 0x10a3f),
        0x1f101..=0x1f10a => Some(code - 0x1f101),
        _ => value,
    };
    char::from_digit(value?, 10)
}
