//! Names in one text, with a bar between them: `info|success|warning|error`. A table of texts would have an address and a
//! length for each of them, which is more than many of the names are.

/// The name at this place; empty behind the last one.
pub(crate) fn nth(names: &str, mut at: usize) -> &str {
    let mut start = 0;
    for (end, byte) in names.bytes().enumerate() {
        if byte == b'|' {
            if at == 0 {
                return names.get(start..end).unwrap_or_default();
            }
            at -= 1;
            start = end + 1;
        }
    }
    if at == 0 { names.get(start..).unwrap_or_default() } else { "" }
}

/// The place of a name.
pub(crate) fn position(names: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        match nth(names, at) {
            "" => return None,
            found if found == name => return Some(at),
            _ => at += 1,
        }
    }
}

/// Gives the variants of an enum, in the order in which it declares them, their names in the public API.
macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// All names, in order.
            pub(crate) const NAMES: &'static str = concat!($($name, "|"),*);

            /// The name in the public API.
            pub fn name(self) -> &'static str {
                crate::names::nth($type::NAMES, self as usize)
            }
        }

        const _: () = {
            let mut at = 0;
            $(assert!($type::$variant as usize == at, "names in another order than the variants"); at += 1;)*
            let _ = at;
        };
    };
}
pub(crate) use names;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_places_and_the_other_way_round() {
        for names in ["a|bc|d", "a|bc|d|"] {
            assert_eq!([0, 1, 2, 3, 4].map(|at| nth(names, at)), ["a", "bc", "d", "", ""]);
            assert_eq!(
                ["a", "bc", "d", "b"].map(|name| position(names, name)),
                [Some(0), Some(1), Some(2), None]
            );
        }
    }
}
