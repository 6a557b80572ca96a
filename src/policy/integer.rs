//! Numbers from headers: plain ASCII digits and nothing else.

/// The value of a string of ASCII digits, saturating at `u64::MAX`; `None` for anything else, a sign included.
pub fn parse(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
    }
    Some(value)
}
