//! Taking items out of lists. The standard library's own ways come with messages for places that are not there.

use alloc::vec::Vec;
use core::mem::swap;

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
