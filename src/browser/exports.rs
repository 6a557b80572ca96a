//! The methods of [`Core`] as the Wasm file exports them: functions that take a core's number first.
//!
//! A class exported by wasm-bindgen would wrap each method in two hundred bytes of bookkeeping, and its glue in as many.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{RefCell, RefMut};
use wasm_bindgen::prelude::*;

use super::{Core, Intl, Response};

/// Every client's core; a freed one leaves its place to the next.
struct Cores(RefCell<Vec<Option<Core>>>);

// SAFETY: this file runs in one thread; Wasm threads would need a target feature that it is not built with.
#[allow(unsafe_code)]
unsafe impl Sync for Cores {}

static CORES: Cores = Cores(RefCell::new(Vec::new()));

fn all() -> RefMut<'static, Vec<Option<Core>>> {
    // Not `borrow_mut`, whose panic comes with words.
    CORES.0.try_borrow_mut().unwrap_or_else(|_| core::arch::wasm32::unreachable())
}

/// The core of this number. Without one, or inside a call of another export, it traps: the instance is given up.
fn of(number: u32) -> RefMut<'static, Core> {
    match RefMut::filter_map(all(), |cores| cores.get_mut(number as usize)?.as_mut()) {
        Ok(core) => core,
        Err(_) => core::arch::wasm32::unreachable(),
    }
}

/// Makes a core and says its number; see [`Core::new`].
///
/// # Errors
/// The problems of the options, as an array of `{ path, message }`.
#[wasm_bindgen]
pub fn create(
    options: &JsValue,
    intl: Intl,
    origin: &str,
    seed: f64,
    prefix: String,
) -> Result<u32, JsValue> {
    let core = Core::new(options, intl, origin, seed, prefix)?;
    let mut cores = all();
    let free = cores.iter().position(Option::is_none).unwrap_or(cores.len());
    match cores.get_mut(free) {
        Some(place) => *place = Some(core),
        None => cores.push(Some(core)),
    }
    Ok(free as u32)
}

/// Gives up a core.
#[wasm_bindgen]
pub fn free(core: u32) {
    if let Some(place) = all().get_mut(core as usize) {
        *place = None;
    }
}

macro_rules! exports {
    ($(fn $name:ident($($arg:ident: $type:ty),*) $(-> $result:ty)?;)*) => {$(
        #[doc = concat!("See [`Core::", stringify!($name), "`].")]
        #[allow(clippy::missing_errors_doc)]
        #[wasm_bindgen]
        pub fn $name(core: u32, $($arg: $type),*) $(-> $result)? {
            of(core).$name($($arg),*)
        }
    )*};
}

exports! {
    fn route(method: &str, href: &str) -> u32;
    fn single(base: u32, options: &JsValue) -> Result<u32, JsValue>;
    fn admit(lane: u32, facts: u32, serial: u32, now: f64) -> u32;
    fn head(slot: u32, status: u32, now: f64) -> u32;
    fn answer(slot: u32, response: &Response, now: f64, wall: f64);
    fn fail(slot: u32, failure: u32, now: f64);
    fn abort(slot: u32, now: f64);
    fn body(slot: u32, what: u32, now: f64);
    fn command(slot: u32) -> u32;
    fn tick(now: f64);
    fn due() -> u32;
    fn arm(now: f64) -> f64;
    fn must_arm() -> bool;
    fn explain(slot: u32, now: f64, wall: f64) -> JsValue;
    fn fault(slot: u32, now: f64, wall: f64) -> JsValue;
    fn template(lane: u32, href: &str) -> String;
    fn release(slot: u32);
    fn online(now: f64);
    fn changed() -> bool;
    fn frame(now: f64, wall: f64) -> JsValue;
    fn countdown(id: u32, now: f64, wall: f64) -> Option<String>;
    fn list(now: f64, wall: f64) -> JsValue;
    fn label(id: &str, hotkey: &str) -> String;
    fn show(input: &JsValue, now: f64, wall: f64) -> Result<u32, JsValue>;
    fn has_message(id: &str) -> bool;
    fn update(id: u32, changes: &JsValue, now: f64, wall: f64) -> Result<(), JsValue>;
    fn resolve(id: u32, message: Option<String>, now: f64);
    fn dismiss(id: u32, now: f64);
    fn expired(id: u32, now: f64);
    fn mounted(mounted: bool, now: f64);
    fn listens(listens: bool);
    fn retry(id: u32, now: f64) -> u32;
    fn keeps(serial: u32) -> bool;
}
