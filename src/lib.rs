//! Steadfetch's core.
//!
//! | module | what lives there |
//! |---|---|
//! | [`fault`] | what went wrong: kinds, codes, impact, recovery, the first action |
//! | [`policy`] | one file per policy, and the options as one validated tree |
//! | [`call`] | one logical request as a state machine: `Input` in, `Output` out, one table of timers |
//! | [`engine`] | what calls share: lanes, endpoints, the set of calls in flight |
//! | [`notice`] | causes and the notice model, without a screen |
//! | [`outbox`] | writes that wait: whose turn it is, what becomes of them |
//! | [`catalog`] | messages in Unicode MessageFormat 2, compiled at build time |
//! | [`telemetry`] | timelines, counts |
//! | [`random`], [`time`] | the one source of jitter; what an instant is |
//! | `list`, `names` | what lists need; names of things |
//! | `browser` | wasm32 only: the one place that knows the web |
//! | `standalone` | what the shipped Wasm file needs in place of the standard library |
//!
//! **Purity rule.** Nothing outside `browser` does I/O, reads a clock, draws a random number or names a web type: time and
//! seeds come in as inputs. It never panics on outside input. `tests/purity.rs` holds both.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;
// Tests in the browser: the allocator and the panic handler that `standalone` brings along otherwise.
#[cfg(all(target_arch = "wasm32", not(feature = "standalone")))]
extern crate std;

pub mod call;
pub mod catalog;
pub mod engine;
pub mod fault;
mod list;
mod names;
pub mod notice;
pub mod outbox;
pub mod policy;
pub mod random;
pub mod telemetry;
pub mod time;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(feature = "standalone")]
mod standalone;
