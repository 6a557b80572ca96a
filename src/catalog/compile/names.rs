//! The character classes of the MessageFormat 2 grammar.

/// `ws`
pub(super) const fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\n' | '\u{3000}')
}

/// `bidi`: marks and isolates that may stand around names and in white space, without meaning.
pub(super) const fn is_bidi(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}')
}

/// `name-start`: everything from U+00A1 on but white space, bidi controls and noncharacters; of ASCII letters, `+` and `_`.
pub(super) const fn is_name_start(char: char) -> bool {
    match char {
        'a'..='z' | 'A'..='Z' | '+' | '_' => true,
        '\0'..='\u{a0}' => false,
        '\u{61c}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{200e}' | '\u{200f}' => false,
        '\u{2028}'..='\u{202f}' | '\u{205f}' | '\u{2066}'..='\u{2069}' | '\u{3000}' => false,
        '\u{fdd0}'..='\u{fdef}' => false,
        // The last two code points of each plane are noncharacters.
        _ => char as u32 & 0xfffe != 0xfffe,
    }
}

/// `name-char`
pub(super) const fn is_name_char(char: char) -> bool {
    is_name_start(char) || matches!(char, '0'..='9' | '-' | '.')
}

/// `escaped-char`, behind the backslash.
pub(super) const fn is_escapable(char: char) -> bool {
    matches!(char, '\\' | '{' | '|' | '}')
}
