//! Reads compiled text; where it is malformed, every reading is `None` and nothing panics.

/// A position in compiled text.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a str) -> Self {
        Reader { rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    #[cfg(any(not(target_arch = "wasm32"), feature = "words"))]
    pub(super) fn length(&self) -> usize {
        self.rest.len()
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        let mut value = 0;
        for shift in [0, 6, 12, 18] {
            let digit = usize::from(*self.take(1)?.as_bytes().first()?);
            value |= (digit & 0x3f) << shift;
            if digit & 0x40 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn numbers_end_where_they_say_and_never_beyond_four_digits() {
        assert_eq!(Reader::new("\u{5}").number(), Some(5));
        assert_eq!(Reader::new("\u{40}\u{1}").number(), Some(64));
        assert_eq!(Reader::new("\u{7f}\u{7f}\u{7f}\u{3f}").number(), Some(0xff_ffff));
        assert_eq!(Reader::new("\u{7f}\u{7f}\u{7f}\u{7f}\u{1}").number(), None);
        assert_eq!(Reader::new("\u{40}").number(), None);
        assert_eq!(Reader::new("é").number(), None);
        assert_eq!(Reader::new("").number(), None);
    }

    #[test]
    fn texts_end_at_characters() {
        let mut reader = Reader::new("\u{2}é\u{1}x");
        assert_eq!((reader.text(), reader.text(), reader.text()), (Some("é"), Some("x"), None));
        assert_eq!(Reader::new("\u{1}é").text(), None);
        assert_eq!(Reader::new("\u{9}short").text(), None);
    }
}
