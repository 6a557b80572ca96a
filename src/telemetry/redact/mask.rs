//! Free text with what may identify somebody, or open something, masked: `{email}`, `{card}`, `{token}` …
//!
//! It rather masks too much: a date becomes `{digits}`, and so be it. What looks like plain words stays, and a name is a plain
//! word; hence no text of anybody's leaves unless it is named in `privacy.fields`.

use alloc::string::String;

use super::numerals::ascii_digit;
use super::place;
use crate::policy::text::before;

/// So much of a text is looked at, characters.
const MOST: usize = 1_000;
/// Digits in a row that are no plain number any more, with up to `BETWEEN` characters that are no letters between any two.
const LONG: usize = 5;
const BETWEEN: usize = 4;
/// From here on a word of letters and digits is an identifier, characters.
const MIXED: usize = 8;
/// From here on a word is no word, characters.
const WORD: usize = 24;
/// The longest part of one that people say, characters.
const PART: usize = 16;

/// What stands behind these is a secret, where `:` or `=` or a word with a digit follows.
const SECRETS: &str = "|password|passwd|passphrase|pass|pwd|pw|secret|secrets|token|apikey|api_key|api-key|key|auth|\
authorization|cookie|set-cookie|session|sessionid|sid|otp|pin|cvv|cvc|ssn|iban|signature|sig|code|credential|credentials|user|\
username|login|email|mail|name|phone|tel|mobile|address|exp|expires|expiry|valid|";
/// What stands behind these is, whatever follows.
const SCHEMES: &str = "|bearer|basic|digest|negotiate|hawk|dpop|";

/// The text, masked, and cut after so many characters.
pub fn text(text: &str, most: usize) -> String {
    let masked = digits(&words(&clean(text)));
    cut(&masked, most).into()
}

/// The first so many characters.
pub fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Whether a word by itself would be masked.
pub fn is_secret(word: &str) -> bool {
    mask(word).is_some() || digits(word) != word
}

/// Characters that mean the same as ASCII ones become those; what cannot be seen is dropped. What the cut goes through is dropped whole,
/// since half of it might look harmless.
fn clean(text: &str) -> String {
    let mut out = String::new();
    for (at, character) in text.chars().enumerate() {
        if at >= MOST {
            let (mut whole, mut run) = (out.as_str(), true);
            // Words that are in the same number as the last one are part of it.
            while run {
                whole = whole.trim_end_matches(|last| !is_gap(last)).trim_end_matches(is_gap);
                run = whole.ends_with(|last: char| !last.is_alphabetic());
            }
            let end = whole.len();
            out.truncate(end);
            out.push_str(" {…}");
            break;
        }
        let code = character as u32;
        if code >= 0x80
            && let Some(digit) = ascii_digit(code)
        {
            out.push(digit);
            continue;
        }
        match code {
            0xff01..=0xff5e => out.extend(char::from_u32(code - 0xfee0)),
            // Letters in the styles of mathematics; among them are a few gaps.
            0x1d400..=0x1d6a3 => {
                let letter = (code - 0x1d400) % 52;
                out.extend(char::from_u32(if letter < 26 { 65 } else { 71 } + letter));
            }
            0x2010..=0x2015 | 0x2212 => out.push('-'),
            // Soft hyphens, joiners, directions, marks of variation and of byte order, fillers, and the frame of a key.
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e => {}
            0x2060..=0x206f | 0x20e3 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xe0000..=0xe0fff => {}
            0..=0x1f | 0x7f..=0x9f => out.push(' '),
            _ if character.is_whitespace() => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

/// Between words; none of them is part of what is to be masked.
fn is_gap(character: char) -> bool {
    matches!(
        character,
        ' ' | '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';' | '|' | '{' | '}'
    ) || matches!(character, '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '。' | '、')
}

/// What the words before make of the next one.
#[derive(Clone, Copy, PartialEq)]
enum Expecting {
    Nothing,
    /// A word that stands before secrets: one with a digit in it is one.
    Perhaps,
    /// One with `:` or `=`, or a scheme: whatever follows.
    Secret,
}

/// Word by word.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut expecting = Expecting::Nothing;
    while let Some(first) = rest.chars().next() {
        if is_gap(first) {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(is_gap).unwrap_or(rest.len());
        let (word, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = more;
        // Sentences end with what is none of the word's.
        let bare = word.trim_end_matches(['.', ':', '!', '?', '…']);
        let tail = word.get(bare.len()..).unwrap_or_default();
        let assigns = tail.ends_with(':');
        let next = match (is_one_of(SCHEMES, bare), is_one_of(SECRETS, bare)) {
            (true, _) => Expecting::Secret,
            (_, true) if assigns => Expecting::Secret,
            (_, true) => Expecting::Perhaps,
            _ => Expecting::Nothing,
        };
        let is_name = next != Expecting::Nothing;
        let hides = match expecting {
            Expecting::Secret => !bare.is_empty() && !matches!(bare, "=" | "is"),
            Expecting::Perhaps => bare.bytes().any(|byte| byte.is_ascii_digit()),
            Expecting::Nothing => false,
        };
        if hides && !is_name {
            out.push_str("{secret}");
        } else if let Some(masked) = mask(bare) {
            out.push_str(&masked);
        } else {
            out.push_str(bare);
        }
        out.push_str(tail);
        let bridge = matches!(bare, "" | "=" | "is");
        expecting = match expecting {
            // `"password": "…"`, `password = …`.
            Expecting::Perhaps if bridge => Expecting::Secret,
            Expecting::Secret if bridge => Expecting::Secret,
            _ => next,
        };
    }
    out
}

fn is_one_of(list: &str, word: &str) -> bool {
    let mut name = String::from("|");
    name.push_str(&word.to_ascii_lowercase());
    name.push('|');
    !word.contains('|') && !word.is_empty() && list.contains(&name)
}

/// What a word is replaced by; `None`: it may stay as far as its letters go.
fn mask(word: &str) -> Option<String> {
    // Signs alone say nothing, and would part digits that belong together.
    if !word.chars().any(|character| character.is_ascii_digit() || character.is_alphabetic()) {
        return None;
    }
    if let Some(at) = word.find("://") {
        let scheme = word.get(..at).unwrap_or_default();
        let start = if scheme.ends_with("https") { at - 5 } else { at.saturating_sub(4) };
        let found = word.get(start..).and_then(place::address);
        return Some(found.unwrap_or_else(|| "{url}".into()));
    }
    if word.contains('@') || word.contains("%40") {
        return Some("{email}".into());
    }
    let lower = word.to_ascii_lowercase();
    if ["data:", "blob:", "javascript:", "file:", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
    {
        return Some("{url}".into());
    }
    if let Some(at) = word.find(['?', '&', '#'])
        && word.get(at..).is_some_and(|query| query.len() > 1)
    {
        let (path, _) = before(word, b"?&#");
        let mut out = place::path(path);
        out.push_str("{query}");
        return Some(out);
    }
    if let Some((name, value)) = word.split_once('=')
        && !value.trim_matches('=').is_empty()
    {
        let plain = name.len() <= WORD && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        return Some([if plain { name } else { "" }, "={value}"].concat());
    }
    if word.contains('\\') {
        return Some("{path}".into());
    }
    if word.contains('/')
        && word.bytes().filter(|byte| *byte == b'/').count() >= if word.starts_with('/') { 1 } else { 2 }
    {
        let mut path = place::path(&["/", word.trim_start_matches('/')].concat());
        if !word.starts_with('/') {
            path.remove(0);
        }
        return Some(path);
    }
    if let Some((name, value)) = word.split_once(':')
        && is_one_of(SECRETS, name)
        && !value.is_empty()
    {
        return Some([name, ":{secret}"].concat());
    }
    let kind = kind_of(word)?;
    Some(kind.into())
}

/// What a word without `/`, `@`, `=` is, where it is none that people say.
fn kind_of(word: &str) -> Option<&'static str> {
    let ascii = |test: fn(&u8) -> bool| word.bytes().filter(test).count();
    let (digits, letters) = (ascii(u8::is_ascii_digit), ascii(u8::is_ascii_alphabetic));
    let hex = ascii(u8::is_ascii_hexdigit);
    let count = |wanted: u8| word.bytes().filter(|byte| *byte == wanted).count();
    let all = word.len();
    if word.contains('%') && digits + letters > 2 && all > 3 {
        return Some("{id}");
    }
    if hex == 32 && count(b'-') == 4 && all == 36 {
        return Some("{uuid}");
    }
    if count(b':') >= 2
        && hex + count(b':') + count(b'.') == all
        && hex > 0
        && (digits == 0 || letters > 0 || all > 8)
    {
        return Some("{ip}");
    }
    if count(b'.') == 3 && digits + 3 == all {
        return Some("{ip}");
    }
    if word.starts_with("eyJ") && all >= 12 {
        return Some("{jwt}");
    }
    let mixed = digits > 0 && letters > 0;
    if mixed && all >= 20 {
        return Some("{token}");
    }
    if mixed && all >= MIXED {
        return Some("{id}");
    }
    // Keys without a digit. Words that people say, also several with hyphens between them, have no capitals within.
    let said = word.split(['-', '_', '.', ':']).all(|part| {
        part.chars().count() <= PART && !part.chars().skip(1).any(|character| character.is_ascii_uppercase())
    });
    let capitals = ascii(u8::is_ascii_uppercase);
    (word.is_ascii() && !said && (all >= WORD || (all >= PART && capitals >= 3))).then_some("{token}")
}

/// Digits that, with what may stand between them, are as many as a number of a person's, card, phone or account has.
fn digits(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (plain, more) = before(rest, b"0123456789");
        out.push_str(plain);
        if more.is_empty() {
            return out;
        }
        let (run, count) = run_of(more);
        let (found, next) = more.split_at_checked(run).unwrap_or((more, ""));
        rest = next;
        match count {
            13..=19 if luhn(found) => out.push_str("{card}"),
            LONG.. => out.push_str("{digits}"),
            _ => out.push_str(found),
        }
    }
}

/// How long the run of digits is that a text begins with, and how many digits are in it.
fn run_of(text: &str) -> (usize, usize) {
    let (mut end, mut count, mut between) = (0, 0, 0);
    for (at, character) in text.char_indices() {
        if character.is_ascii_digit() {
            (end, count, between) = (at + 1, count + 1, 0);
        } else if between < BETWEEN && !character.is_alphabetic() {
            between += 1;
        } else {
            break;
        }
    }
    (end, count)
}

/// ISO/IEC 7812: the check digit of card numbers.
fn luhn(number: &str) -> bool {
    let (mut sum, mut twice) = (0, false);
    for byte in number.bytes().rev().filter(u8::is_ascii_digit) {
        let digit = u32::from(byte - b'0') << u32::from(twice);
        sum += if digit > 9 { digit - 9 } else { digit };
        twice = !twice;
    }
    sum % 10 == 0
}
