//! The shell: the one place that knows the web.
//!
//! | file | what it holds |
//! |---|---|
//! | `core` | what JavaScript calls, in numbers and texts |
//! | `border` | how it calls: exported functions |
//! | `buffer` | through which texts cross |
//! | `words` | the border of the second Wasm file: an app's own catalogs |
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

#[cfg(not(feature = "words"))]
mod answer;
#[cfg(not(feature = "words"))]
mod border;
#[cfg_attr(feature = "words", allow(dead_code))]
mod buffer;
#[cfg(not(feature = "words"))]
mod core;
#[cfg(not(feature = "words"))]
mod health;
#[cfg_attr(feature = "words", allow(dead_code))]
mod json;
#[cfg(not(feature = "words"))]
mod known;
mod locale;
#[cfg(not(feature = "words"))]
mod records;
#[cfg(not(feature = "words"))]
mod shown;
#[cfg(not(feature = "words"))]
mod tree;
#[cfg(feature = "words")]
mod words;

#[cfg(not(feature = "words"))]
pub use self::core::Core;
pub use self::locale::Ask;
