//! The tables that catalogs are held to.

/// The longest that a slot may be, in characters, with a variable counted as four.
pub(super) const LENGTHS: [(&str, usize); 5] =
    [("title", 40), ("body", 120), ("safe", 120), ("action", 20), ("help", 2000)];

/// What no text of a language holds: blame, "please", jokes, technicalities. Lower case; a trailing `*` takes any ending.
/// The words for all languages are those without one.
pub(super) const BANNED: &[(&str, &[&str])] = &[
    ("", &["null", "undefined", "nan", "http", "https", "failed to fetch", "exception", "timeout", "error"]),
    (
        "en",
        &[
            "please",
            "oops",
            "whoops",
            "uh-oh",
            "invalid",
            "illegal",
            "bad",
            "fail",
            "technical difficulties",
            "your fault",
            "you failed",
            "your internet is down",
        ],
    ),
    (
        "de",
        &[
            "bitte",
            "ups",
            "hoppla",
            "ungültig*",
            "unzulässig*",
            "technische schwierigkeiten",
            "ihr fehler",
            "fehler*",
        ],
    ),
    (
        "es",
        &["por favor", "ups", "vaya", "inválid*", "ilegal*", "dificultades técnicas", "su culpa", "tu culpa"],
    ),
    (
        "fr",
        &[
            "s'il vous plaît",
            "s'il te plaît",
            "veuillez",
            "oups",
            "invalide*",
            "illégal*",
            "difficultés techniques",
        ],
    ),
    ("pt", &["por favor", "ops", "opa", "inválid*", "ilegal*", "dificuldades técnicas", "sua culpa"]),
    ("pl", &["proszę", "ups", "ojej", "nieprawidłow*", "niedozwolon*", "trudności techniczne", "błąd"]),
    ("ja", &["してください", "無効", "不正", "おっと", "エラー"]),
    ("zh", &["请你", "请您", "请先", "请重试", "请稍", "无效", "非法", "哎呀", "错误"]),
    ("ar", &["من فضلك", "يرجى", "الرجاء", "غير صالح", "غير قانوني", "عفوًا", "للأسف"]),
];

/// Words of apology: none in the plain voice, one in the others.
pub(super) const SORRY: &[(&str, &[&str])] = &[
    ("en", &["sorry", "apolog*"]),
    ("de", &["entschuldig*", "verzeih*", "tut uns leid"]),
    ("es", &["lo sentimos", "perdón", "disculp*"]),
    ("fr", &["désolé*", "pardon", "excus*"]),
    ("pt", &["desculp*", "lamentamos", "sentimos muito"]),
    ("pl", &["przepraszamy", "wybacz*"]),
    ("ja", &["ごめん", "申し訳", "すみません"]),
    ("zh", &["抱歉", "对不起"]),
    ("ar", &["نعتذر", "آسف*", "نأسف"]),
];

/// The plural categories of whole and decimal numbers beside `other`, after the Unicode CLDR.
pub(super) const PLURALS: &[(&str, &[&str])] = &[
    (
        "af bg da de el en et eu fi fy gl hu hy is ka kk ky lb mk ml mn mr nb ne nl nn no pa sq sv sw ta te tr ur uz",
        &["one"],
    ),
    ("am as az bn fa fil gu hi kn si tl zu", &["one"]),
    ("es fr it pt ca", &["one", "many"]),
    ("be pl ru uk", &["one", "few", "many"]),
    ("cs sk lt", &["one", "few", "many"]),
    ("bs hr sr ro", &["one", "few"]),
    ("he iw", &["one", "two"]),
    ("lv", &["zero", "one"]),
    ("sl", &["one", "two", "few"]),
    ("ga", &["one", "two", "few", "many"]),
    ("ar cy", &["zero", "one", "two", "few", "many"]),
    ("id ja km ko lo ms my th vi zh", &[]),
];

/// What a table has for a locale's language.
pub(super) fn of<T: Copy>(table: &[(&str, T)], locale: &str) -> Option<T> {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    table.iter().find(|(known, _)| known.split(' ').any(|known| known == language)).map(|(_, found)| *found)
}

/// Whether a text, in lower case, holds a word of a table's.
pub(super) fn holds(text: &str, word: &str) -> Option<usize> {
    let (word, open) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(word) {
        let (start, end) = (from + found, from + found + word.len());
        // Chinese and Japanese have no gaps between words.
        let apart =
            |char: Option<char>| char.is_none_or(|char| !char.is_alphabetic() || u32::from(char) > 0x2e80);
        let before = apart(text.get(..start)?.chars().next_back());
        let after = open || apart(text.get(end..)?.chars().next());
        let wide = word.chars().all(|char| u32::from(char) > 0x2e80);
        if wide || (before && after) {
            return Some(start);
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn words_are_found_where_they_stand_alone() {
        assert_eq!(holds("a bad day", "bad"), Some(2));
        assert_eq!(holds("a badge", "bad"), None);
        assert_eq!(holds("ungültige angabe", "ungültig*"), Some(0));
        assert_eq!(holds("操作してください。", "してください"), Some(6));
        assert_eq!(holds("", "bad"), None);
    }
}
