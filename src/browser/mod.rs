//! The shell: the one place that knows the web.
//!
//! | file | what it holds |
//! |---|---|
//! | `core` | what JavaScript calls, in numbers and texts |
//! | `border` | how it calls: exported functions |
//! | `buffer` | through which texts cross |
//! | `words` | the border of the second Wasm file: an app's own catalogs |
//! | `outgoing` | the border of the third Wasm file: what leaves the page |
//! | `json` | objects for JavaScript |
//! | `tree` | options and notices as JavaScript has them → [`crate::policy::options::Value`] |
//! | `answer` | the header fields of a Response that policies look at |
//! | `known` | what `explain` tells |
//! | `health` | what `health` tells |
//! | `shown` | notices in words |
//! | `records` | notices for other pages, and for this one after a reload |
//! | `locale` | `Intl` |
//! | `*.ts` | the parts that must not stop when Wasm does: the driver, snapshots, watched bodies, the screen |
//!
//! Rust never calls JavaScript to make something happen: it hands out numbered commands that the driver carries out. So
//! every entry into Wasm can pass one guard that catches traps, and no call can come back in while another is inside.

#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod answer;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod border;
#[cfg_attr(any(feature = "words", feature = "outgoing"), allow(dead_code))]
mod buffer;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod core;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod health;
#[cfg_attr(any(feature = "words", feature = "outgoing"), allow(dead_code))]
mod json;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod known;
#[cfg(not(feature = "outgoing"))]
mod locale;
#[cfg(feature = "outgoing")]
mod outgoing;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod records;
#[cfg(not(any(feature = "words", feature = "outgoing")))]
mod shown;
#[cfg(not(feature = "words"))]
#[cfg_attr(feature = "outgoing", allow(dead_code))]
mod tree;
#[cfg(feature = "words")]
mod words;

#[cfg(not(any(feature = "words", feature = "outgoing")))]
pub use self::core::Core;
#[cfg(not(feature = "outgoing"))]
pub use self::locale::Ask;
