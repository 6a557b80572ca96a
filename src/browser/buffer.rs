//! The buffer in Wasm's memory through which texts and trees cross. JavaScript asks for room ([`reserve`]), writes, and calls;
//! what a function has to say beside its number is left in the buffer, whose length [`length`] tells.

// One of the few places that cannot do without: exports have names of their own, and the buffer is shared.
#![allow(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use crate::policy::text::{after, before};

/// What the one thread owns.
pub(super) struct Own<T>(pub(super) T);

// SAFETY: this file runs in one thread; Wasm threads would need a target feature that it is not built with.
unsafe impl<T> Sync for Own<T> {}

/// What crosses.
static BUFFER: Own<Cell<Vec<u8>>> = Own(Cell::new(Vec::new()));

/// Takes what JavaScript has written.
pub(super) fn input() -> Vec<u8> {
    BUFFER.0.take()
}

/// The texts that JavaScript has written, one after another with a NUL between them; none has one in it.
pub(super) struct Texts(pub(super) String);

impl Texts {
    pub(super) fn read() -> Self {
        Texts(text(&input()))
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        let mut rest = Some(self.0.as_str());
        core::iter::from_fn(move || {
            let (text, more) = before(rest?, b"\0");
            rest = after(more, 0);
            Some(text)
        })
    }

    /// The first one, and all that follows.
    pub(super) fn pair(&self) -> (&str, &str) {
        let (first, more) = before(&self.0, b"\0");
        (first, after(more, 0).unwrap_or(""))
    }
}

/// Leaves a text for JavaScript; 0.
pub(super) fn say(text: String) -> u32 {
    BUFFER.0.set(text.into_bytes());
    0
}

#[cfg(feature = "standalone")]
#[link(wasm_import_module = "a")]
unsafe extern "C" {
    /// `intl.ts`: formats what the buffer asks for. 0: the answer is in the buffer; else it refuses.
    #[link_name = "a"]
    fn format() -> u32;
}

/// Without the import that only our own loader provides: nothing is formatted.
#[cfg(not(feature = "standalone"))]
unsafe fn format() -> u32 {
    1
}

/// Asks the browser's `Intl`.
pub(super) fn ask(question: &str) -> Option<String> {
    say(question.into());
    // SAFETY: it reads and writes the buffer through `reserve` and `length`, while no borrow of it is alive.
    let refused = unsafe { format() } != 0;
    (!refused).then(|| Texts::read().0)
}

/// Makes room for so many bytes and says where.
#[unsafe(no_mangle)]
extern "C" fn reserve(bytes: u32) -> *const u8 {
    let mut buffer = input();
    buffer.clear();
    buffer.resize(bytes as usize, 0);
    BUFFER.0.set(buffer);
    place()
}

/// How many bytes are in the buffer.
#[unsafe(no_mangle)]
extern "C" fn length() -> u32 {
    // SAFETY: one thread, and nobody changes it meanwhile.
    unsafe { (*BUFFER.0.as_ptr()).len() as u32 }
}

/// Where the buffer begins.
#[unsafe(no_mangle)]
extern "C" fn place() -> *const u8 {
    // SAFETY: one thread, and nobody changes it meanwhile.
    unsafe { (*BUFFER.0.as_ptr()).as_ptr() }
}

/// Text in UTF-8. Where it is none, something else comes out.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes.iter();
    while let Some(first) = rest.next() {
        // As many ones lead in the first byte as the character has bytes; the others have six bits of it each.
        let ones = first.leading_ones();
        let mut code = u32::from(first & 0x7f_u8.checked_shr(ones).unwrap_or(0));
        for _ in 1..ones {
            code = code << 6 | rest.next().map_or(0, |byte| u32::from(byte & 0x3f));
        }
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text
}
