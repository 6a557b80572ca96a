//! What lists need and the standard library has, too, but larger: with messages for places that are not there, and made for long
//! lists.

use alloc::vec::Vec;
use core::mem::swap;

/// Whether the item is there.
#[allow(clippy::manual_contains)]
pub(crate) fn contains<T: Copy + PartialEq>(list: &[T], item: T) -> bool {
    list.iter().any(|other| *other == item)
}

/// Takes out the item at this place; the others stay in order.
pub(crate) fn remove<T>(list: &mut Vec<T>, at: usize) -> Option<T> {
    list.get(at)?;
    let mut rest = list.get_mut(at..)?;
    while let [this, others @ ..] = rest {
        if let Some(next) = others.first_mut() {
            swap(this, next);
        }
        rest = others;
    }
    list.pop()
}

/// Takes out the item at this place; the last one moves there.
pub(crate) fn swap_remove<T: Copy>(list: &mut Vec<T>, at: usize) -> Option<T> {
    let taken = *list.get(at)?;
    let last = list.pop()?;
    if let Some(place) = list.get_mut(at) {
        *place = last;
    }
    Some(taken)
}
