//! What the model hands out: everything that a screen or an app's own component needs, as ids and numbers.

use super::Cause;
use crate::fault::{Action, Impact, Kind, Surface};
use crate::names::names;
use crate::time::Instant;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

/// How grave a notice is; shown by an icon and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Severity {
    Info,
    Success,
    Warning,
    Error,
}

names!(Severity { Info = "info", Success = "success", Warning = "warning", Error = "error" });

/// Where a notice is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Known, and not shown unless it lasts.
    Pending,
    /// The person sees it, or it waits its turn to be seen.
    Shown,
    /// Its cause is over; the card says so until it was read.
    Resolved,
    /// The person closed it.
    Dismissed,
}

names!(State { Pending = "pending", Shown = "shown", Resolved = "resolved", Dismissed = "dismissed" });

/// The value of a message variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Text, never interpreted as markup.
    Text(String),
    /// A number, formatted by the locale.
    Number(f64),
    /// A time as epoch milliseconds, formatted by the locale.
    Time(f64),
}

/// An action that the app gave to its own notice. What it runs stays with the app, under notice id and action id.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnAction {
    /// Reported back when the person chooses it.
    pub id: String,
    /// Its words; without them the catalog is asked for the id.
    pub label: Option<String>,
    /// Where it leads; the screen refuses unsafe schemes.
    pub href: Option<String>,
}

/// A next step on a card.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// One that the library or the app's listener carries out.
    Step(Action),
    /// One of the app's own, by its place among the subject's.
    Own(usize),
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Calls that fail.
    Fault {
        /// The kind that names the trouble best.
        kind: Kind,
        /// The worst that it means for any of the calls.
        impact: Impact,
        /// What the person was doing, where all calls that say so agree.
        intent: Option<String>,
        /// Calls that still wait for another attempt or for its outcome. None: it is over for all of them.
        waiting: u32,
        /// When trying again may work, where the server said so and that time is ahead.
        available_at: Option<Instant>,
        /// Of when the stored copies are that people see in place of all the answers, on the client's clock.
        copy_from: Option<i64>,
    },
    /// The app's own message.
    App {
        /// The message id.
        message: String,
        /// Its variables.
        args: Rc<Vec<(String, Arg)>>,
        /// Its own next steps.
        actions: Rc<Vec<OwnAction>>,
    },
}

/// One notice, ready to be put into words.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The same for as long as the notice lives, whatever becomes of it.
    pub id: u32,
    /// What makes it the same notice.
    pub cause: Cause,
    /// Other features of which it tells as well.
    pub others: Vec<Cause>,
    /// Where it is shown.
    pub surface: Surface,
    /// The element of the page at which it is shown, where it is inline.
    pub anchor: Option<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is in its life.
    pub state: State,
    /// What it is about.
    pub subject: Subject,
    /// The message id that an app's `resolve` named for the recovered state.
    pub resolved_as: Option<String>,
    /// Calls affected, or times that the app raised it.
    pub count: u32,
    /// When it was first met.
    pub since: Instant,
    /// The engine's own retry clock: the earliest next attempt of the calls affected. None while one is under way, and
    /// once nothing waits.
    pub retry_at: Option<Instant>,
    /// A known incident is behind it: since when, and when it is expected to end; epoch ms.
    pub incident: Option<(i64, Option<i64>)>,
    /// Writes wait for its end: they are kept.
    pub queued: bool,
    /// Writes that were sent once it was over.
    pub writes: u32,
    /// The one call that waits: which attempt comes next or is under way, of how many.
    pub progress: Option<(u32, u32)>,
    /// Next steps, the first one first.
    pub actions: Vec<Offer>,
    /// Its cause ended, but had come back before: it is seen whether it stays away this time.
    pub settling: bool,
    /// Whether it closes by itself once it could be read.
    pub expires: bool,
    /// It has a place on the screen, or would have where an app draws its own.
    pub visible: bool,
}

impl View {
    /// The code that people can quote, for notices about a fault.
    pub fn code(&self) -> Option<&'static str> {
        match &self.subject {
            Subject::Fault { kind, .. } => Some(kind.code()),
            Subject::App { .. } => None,
        }
    }
}

/// What is to be seen now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The notices that have a place, in the order in which they got it.
    pub views: Vec<View>,
    /// How many more wait for a place.
    pub more: u32,
}

/// Why something is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The notice came into view.
    Shown,
    /// Its cause is over.
    Recovered,
}

/// Something to speak. Its text is that of the notice in the frame of the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The notice's id.
    pub notice: u32,
    /// Why.
    pub said: Said,
    /// Whether it may interrupt: data at risk, sign-in needed, failure of what the person just did.
    pub assertive: bool,
}
