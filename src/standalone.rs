//! What the shipped Wasm file has in place of the standard library: a small allocator, and a trap without words.
//!
//! The standard library's panic messages and its allocator are a third of a file this small.

// The only place beside the exports that cannot do without: an allocator hands out raw memory.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr::NonNull;

const PAGE: usize = 65_536;

/// Every block is as large as a power of two. A freed one waits in its size's list for the next of that size, so memory
/// grows to what was in use at once, and stays there.
struct Blocks(UnsafeCell<State>);

struct State {
    /// The first free block of each size; each one starts with the address of the next.
    free: [Option<NonNull<u8>>; 32],
    /// Where fresh memory starts and ends.
    fresh: usize,
    end: usize,
}

// SAFETY: this file runs in one thread; Wasm threads would need a target feature that it is not built with.
unsafe impl Sync for Blocks {}

/// The power of two for a block: it must hold the address of the next free one.
fn power(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(8);
    (usize::BITS - (size - 1).leading_zeros()) as usize & 31
}

impl Blocks {
    // Without memory it traps, as everything would that asked for it: so nobody has to look, or to say so in words. That it
    // never gives null the compiler knows by the type, where this is no part of its caller.
    #[inline(never)]
    fn block(&self, layout: Layout) -> NonNull<u8> {
        let power = power(layout);
        let size = 1 << power;
        // SAFETY: one thread, nothing in here allocates, and no block is at address 0.
        unsafe {
            let State { free, fresh, end } = &mut *self.0.get();
            let Some(list) = free.get_mut(power) else { unreachable() };
            if let Some(block) = *list {
                *list = *block.cast().as_ref();
                return block;
            }
            if size > 8 {
                *fresh = (*fresh + 15) & !15;
            }
            if end.saturating_sub(*fresh) < size {
                let grown = memory_grow(0, size.div_ceil(PAGE));
                if grown == usize::MAX {
                    unreachable();
                }
                if grown * PAGE != *end {
                    *fresh = grown * PAGE;
                }
                *end = memory_size(0) * PAGE;
            }
            let block = NonNull::new_unchecked(*fresh as *mut u8);
            *fresh += size;
            block
        }
    }
}

// SAFETY: blocks come from memory that only this allocator grows, and never overlap: a block is either handed out, or in
// its list, or in the fresh memory that begins after all of them. Each is aligned to its size or to 16, whichever is less.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.block(layout).as_ptr()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is free now, and large enough for an address.
        unsafe {
            if let Some(list) = (*self.0.get()).free.get_mut(power(layout)) {
                *block.cast() = *list;
                *list = NonNull::new(block);
            }
        }
    }
}

#[global_allocator]
static ALLOCATOR: Blocks = Blocks(UnsafeCell::new(State { free: [None; 32], fresh: 0, end: 0 }));

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unreachable()
}
