//! What the shipped Wasm file has in place of the standard library: a small allocator, and a trap without words.
//!
//! The standard library's panic messages and its allocator are a third of a file this small.

use core::panic::PanicInfo;

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
