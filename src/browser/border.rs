//! The border to JavaScript: exported functions that take and return numbers, each with a core's number first.
//!
//! Texts and trees cross through a buffer. Written by hand, since wasm-bindgen's glue, its tables and its wrappers around every
//! function weigh as much as half of the policies.

// The only place beside the allocator that cannot do without: exports have names of their own, and the buffer is shared.
#![allow(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, UnsafeCell};

use super::buffer::{Own, Texts, ask, input, say, text as utf8};
use super::core::{Core, NONE};
use super::tree;

/// Every client's core; a freed one leaves its place to the next.
static CORES: Own<UnsafeCell<Vec<Option<Core>>>> = Own(UnsafeCell::new(Vec::new()));
/// Whether somebody is [`Inside`].
static BUSY: Own<Cell<bool>> = Own(Cell::new(false));
fn trap() -> ! {
    core::arch::wasm32::unreachable()
}

/// Whoever has cores, or one of them, for as long as a call of an export lasts: nobody else has any then.
struct Inside<T: 'static>(&'static mut T);

impl<T> Drop for Inside<T> {
    fn drop(&mut self) {
        BUSY.0.set(false);
    }
}

/// All cores, for whoever makes an [`Inside`] of them. Where somebody is inside, which only [`ask`] can lead to, it traps:
/// the instance is given up.
fn enter() -> &'static mut Vec<Option<Core>> {
    if BUSY.0.replace(true) {
        trap();
    }
    // SAFETY: one thread, and nobody else is inside.
    unsafe { &mut *CORES.0.get() }
}

/// The core of this number. Without one it traps, too.
fn of(number: u32) -> Inside<Core> {
    match enter().get_mut(number as usize) {
        Some(Some(core)) => Inside(core),
        _ => trap(),
    }
}

/// The result, or [`NONE`] and what is wrong in the buffer.
fn or_problems(result: Result<u32, String>) -> u32 {
    result.unwrap_or_else(|problems| {
        say(problems);
        NONE
    })
}

/// Makes a core. In the buffer: the page's origin and the prefix of call ids, a NUL after each, then the options as a tree.
#[unsafe(no_mangle)]
extern "C" fn create(seed: f64) -> u32 {
    let input = input();
    let mut rest = input.as_slice();
    let mut text = || {
        let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        let (text, more) = rest.split_at_checked(end).unwrap_or_default();
        rest = more.get(1..).unwrap_or_default();
        utf8(text)
    };
    let (origin, prefix) = (text(), text());
    let made = Core::new(&tree::read(rest), ask, &origin, seed, prefix);
    or_problems(made.map(|core| {
        let cores = Inside(enter());
        let free = cores.0.iter().position(Option::is_none).unwrap_or(cores.0.len());
        match cores.0.get_mut(free) {
            Some(place) => *place = Some(core),
            None => cores.0.push(Some(core)),
        }
        free as u32
    }))
}

/// Gives up a core.
#[unsafe(no_mangle)]
extern "C" fn free(core: u32) {
    if let Some(place) = Inside(enter()).0.get_mut(core as usize) {
        *place = None;
    }
}

/// Functions that pass numbers on.
macro_rules! numbers {
    ($(fn $name:ident($($arg:ident: $type:ty),*) $(-> $result:ty)?;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(core: u32, $($arg: $type),*) $(-> $result)? {
            of(core).0.$name($($arg),*)
        }
    )*};
}

/// Functions that leave a text.
macro_rules! texts {
    ($(fn $name:ident($($arg:ident: $type:ty),*);)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(core: u32, $($arg: $type),*) -> u32 {
            let text = of(core).0.$name($($arg),*);
            say(text)
        }
    )*};
}

numbers! {
    fn admit(lane: u32, facts: u32, serial: u32, now: f64) -> u32;
    fn head(slot: u32, status: u32, now: f64) -> u32;
    fn fail(slot: u32, attempt: u32, failure: u32, now: f64);
    fn abort(slot: u32, now: f64);
    fn body(slot: u32, what: u32, now: f64);
    fn command(slot: u32) -> u32;
    fn asks() -> u32;
    fn found(slot: u32, copy: u32, age: f64, now: f64);
    fn stood_in(slot: u32, well: u32, now: f64);
    fn outbox_turn(state: u32, ours: u32, queued: f64, since: f64, due: f64, retention: f64, wall: f64) -> f64;
    fn outbox_ended(status: u32, facts: u32, attempts: u32, counted: u32, most: u32, server_wait: f64) -> f64;
    fn tick(now: f64);
    fn due() -> u32;
    fn arm(now: f64) -> f64;
    fn must_arm() -> u32;
    fn release(slot: u32);
    fn leave(lane: u32);
    fn online(now: f64);
    fn slept(slept: f64, now: f64);
    fn refreshed(renewed: u32, now: f64);
    fn save_data(on: u32);
    fn next_changed() -> u32;
    fn changed() -> u32;
    fn dismiss(id: u32, now: f64);
    fn expired(id: u32, now: f64);
    fn unanchor(anchor: u32);
    fn show_queue(shown: u32);
    fn mounted(mounted: u32, now: f64);
    fn hidden(hidden: u32, now: f64);
    fn lives(id: u32) -> u32;
    fn number_from(id: u32);
    fn do_not_disturb(quiet: u32, now: f64);
    fn expand(now: f64);
    fn listens(listens: u32);
    fn retry(id: u32, now: f64) -> u32;
    fn keeps(serial: u32) -> u32;
    fn next_feature() -> u32;
}

texts! {
    fn explain(slot: u32, now: f64, wall: f64);
    fn health(now: f64, wall: f64);
    fn fault(slot: u32, now: f64, wall: f64);
    fn frame(now: f64, wall: f64);
    fn countdown(id: u32, now: f64, wall: f64);
    fn list(now: f64, wall: f64);
    fn records(now: f64, wall: f64);
    fn endpoint(number: u32);
    fn key_header(lane: u32);
    fn cache_terms(lane: u32);
    fn outbox_terms(lane: u32);
    fn told(number: u32, now: f64, wall: f64);
    fn feature(number: u32, now: f64, wall: f64);
    fn lint();
}

/// In the buffer: method and URL.
#[unsafe(no_mangle)]
extern "C" fn route(core: u32) -> u32 {
    let texts = Texts::read();
    let (method, href) = texts.pair();
    of(core).0.route(method, href)
}

/// In the buffer: the call's own options.
#[unsafe(no_mangle)]
extern "C" fn single(core: u32, base: u32) -> u32 {
    let options = tree::read(&input());
    let result = of(core).0.single(base, &options);
    or_problems(result)
}

/// In the buffer: the header fields that [`Core::answer`] looks at.
#[unsafe(no_mangle)]
extern "C" fn answer(core: u32, slot: u32, attempt: u32, status: u32, facts: u32, now: f64, wall: f64) {
    let texts = Texts::read();
    of(core).0.answer(slot, attempt, status, facts, texts.each(), now, wall);
}

/// In the buffer: a URL; afterwards its route.
#[unsafe(no_mangle)]
extern "C" fn template(core: u32, lane: u32) -> u32 {
    let texts = Texts::read();
    let route = of(core).0.template(lane, &texts.0);
    say(route)
}

/// In the buffer: the id of a message of the screen's own, and what it names.
#[unsafe(no_mangle)]
extern "C" fn label(core: u32) -> u32 {
    let texts = Texts::read();
    let (id, hotkey) = texts.pair();
    let label = of(core).0.label(id, hotkey);
    say(label)
}

/// In the buffer: a notice of the app's.
#[unsafe(no_mangle)]
extern "C" fn show(core: u32, now: f64, wall: f64) -> u32 {
    let notice = tree::read(&input());
    let result = of(core).0.show(&notice, now, wall);
    or_problems(result)
}

/// In the buffer: the name of a feature.
#[unsafe(no_mangle)]
extern "C" fn say_feature(core: u32, by: u32, level: u32, now: f64) {
    let texts = Texts::read();
    of(core).0.say_feature(&texts.0, by, level, now);
}

/// In the buffer: a compiled catalog; see [`Core::catalog`].
#[unsafe(no_mangle)]
extern "C" fn catalog(core: u32, first: u32) {
    let text = Texts::read().0;
    of(core).0.catalog(text, first);
}

/// In the buffer: the id of a message.
#[unsafe(no_mangle)]
extern "C" fn has_message(core: u32) -> u32 {
    let texts = Texts::read();
    of(core).0.has_message(&texts.0).into()
}

/// In the buffer: incidents, and what they are about.
#[unsafe(no_mangle)]
extern "C" fn incidents(core: u32, page: u32) {
    let told = tree::read(&input());
    of(core).0.incidents(&told, page);
}

/// In the buffer: a record of a notice.
#[unsafe(no_mangle)]
extern "C" fn take_in(core: u32, now: f64, wall: f64) {
    let record = tree::read(&input());
    of(core).0.take_in(&record, now, wall);
}

/// In the buffer: what changes about a notice.
#[unsafe(no_mangle)]
extern "C" fn update(core: u32, id: u32, now: f64, wall: f64) -> u32 {
    let changes = tree::read(&input());
    let result = of(core).0.update(id, &changes, now, wall);
    or_problems(result.map(|()| 0))
}

/// In the buffer: the id of the message that says so, or nothing.
#[unsafe(no_mangle)]
extern "C" fn resolve(core: u32, id: u32, now: f64) {
    let text = Texts::read().0;
    of(core).0.resolve(id, (!text.is_empty()).then_some(text), now);
}

/// In the buffer: options of a client, of which rules, defaults and faults are taken, or (`document`) a policy document.
#[unsafe(no_mangle)]
extern "C" fn configure(core: u32, document: u32, now: f64) -> u32 {
    let options = tree::read(&input());
    let result = of(core).0.configure(&options, document != 0, now);
    or_problems(result)
}

/// In the buffer: a URL; afterwards what strikes it in a drill.
#[unsafe(no_mangle)]
extern "C" fn strike(core: u32, now: f64) -> u32 {
    let texts = Texts::read();
    let fault = of(core).0.strike(&texts.0, now);
    say(fault)
}

/// In the buffer: the header fields that [`Core::judge`] looks at; afterwards what it says.
#[unsafe(no_mangle)]
extern "C" fn judge(
    core: u32,
    status: u32,
    facts: u32,
    fresh: f64,
    stale: f64,
    meanwhile: f64,
    came: f64,
    now: f64,
) -> u32 {
    let texts = Texts::read();
    let judged = of(core).0.judge(texts.each(), status, facts, fresh, stale, meanwhile, came, now);
    say(judged)
}

/// In the buffer: the URL of an endpoint.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)]
extern "C" fn hear(
    core: u32,
    opened_at: f64,
    open_until: f64,
    closed_at: f64,
    cool_down: f64,
    spent: f64,
    now: f64,
    wall: f64,
) -> u32 {
    let texts = Texts::read();
    of(core).0.hear(&texts.0, [opened_at, open_until, closed_at, cool_down, spent], now, wall)
}

/// In the buffer: the URL of an endpoint.
#[unsafe(no_mangle)]
extern "C" fn hear_of_rule(core: u32, rule: u32, until: f64, now: f64, wall: f64) {
    let texts = Texts::read();
    of(core).0.hear_of_rule(&texts.0, rule, until, now, wall);
}
