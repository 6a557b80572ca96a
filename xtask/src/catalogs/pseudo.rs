//! The pseudo-locale `en-XA`: English with accents, 40 % longer, in brackets. What is not translated shows by its plain
//! letters, and what does not fit by its missing bracket.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compile::Source;

pub(super) const LOCALE: &str = "en-XA";

/// A catalog in the pseudo-locale.
pub(super) fn catalog(source: &Source) -> Source {
    let messages = source.messages.iter().map(|(id, slots)| {
        let slots = slots.iter().map(|(slot, text)| (slot.clone(), message(text)));
        (id.clone(), slots.collect())
    });
    Source { locale: LOCALE.to_owned(), voice: source.voice.clone(), messages: messages.collect() }
}

/// A catalog as it is written in a file.
pub(super) fn json(Source { locale, voice, messages }: Source) -> Value {
    let messages: BTreeMap<_, BTreeMap<_, _>> =
        messages.into_iter().map(|(id, slots)| (id, slots.into_iter().collect())).collect();
    json!({ "locale": locale, "voice": voice, "messages": messages })
}

/// A message's patterns; what stands in braces stays.
fn message(source: &str) -> String {
    let start = source.trim_start();
    // How deep in braces a pattern is.
    let deep = if start.starts_with('.') || start.starts_with("{{") { 2 } else { 0 };
    let mut out = String::new();
    let mut depth = 0;
    let mut quoted = false;
    let mut letters = 0;
    if deep == 0 {
        out.push('[');
    }
    let mut chars = source.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
                continue;
            }
            '|' if depth != deep => quoted = !quoted,
            '{' if !quoted => {
                depth += 1;
                out.push('{');
                if deep == 2 && depth == 2 {
                    out.push('[');
                    letters = 0;
                }
                continue;
            }
            '}' if !quoted => {
                if deep == 2 && depth == 2 {
                    close(letters, &mut out);
                }
                depth -= 1;
            }
            _ if depth == deep => {
                letters += usize::from(char.is_alphabetic());
                out.push(accented(char));
                continue;
            }
            _ => {}
        }
        out.push(char);
    }
    if deep == 0 {
        close(letters, &mut out);
    }
    out
}

fn close(letters: usize, out: &mut String) {
    let more = letters * 2 / 5;
    if more > 0 {
        out.push(' ');
        out.extend(std::iter::repeat_n('~', more));
    }
    out.push(']');
}

fn accented(char: char) -> char {
    const PLAIN: &str = "AEIOUYCNSZaeiouycnsz";
    const ACCENTED: &str = "ÅÉÎÖÛÝÇÑŠŽåéîöûýçñšž";
    PLAIN.chars().position(|plain| plain == char).and_then(|at| ACCENTED.chars().nth(at)).unwrap_or(char)
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn text_is_accented_and_longer_and_the_rest_stays() {
        assert_eq!(message("Try again"), "[Trý ågåîñ ~~~]");
        assert_eq!(message("{$n :integer} more \\{"), "[{$n :integer} möré \\{ ~]");
        assert_eq!(message("{|a}b|} x"), "[{|a}b|} x]");
        assert_eq!(
            message(".input {$n :integer}\n.match $n\none {{A day}}\n* {{{$n} days}}"),
            ".input {$n :integer}\n.match $n\none {{[Å dåý ~]}}\n* {{[{$n} dåýš ~]}}"
        );
    }
}
