//! A set in a sorted list: the standard library's trees weigh more than all checks together.

use alloc::vec::Vec;

/// Adds a value; whether it was not there before.
pub(super) fn insert<T: Ord>(set: &mut Vec<T>, value: T) -> bool {
    match set.binary_search(&value) {
        Ok(_) => false,
        Err(at) => {
            set.insert(at, value);
            true
        }
    }
}

pub(super) fn contains<T: Ord>(set: &[T], value: &T) -> bool {
    set.binary_search(value).is_ok()
}
