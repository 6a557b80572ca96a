//! Notices in words: what the model knows, put through the catalog.

use alloc::string::String;
use alloc::vec::Vec;
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::known::{Clocks, fault};
use super::tree::Made;
use crate::catalog::{Arg, Args, Catalog, Dir, Locale, Number, Slot};
use crate::fault::{Fault, Recovery, Surface};
use crate::notice::{self, Announcement, Frame, Offer, OwnAction, State, Subject, View};
use crate::time::Instant;

/// From here on a wait is told as a time of day, not as a countdown.
const COUNTDOWN_BELOW: u64 = 60_000;

/// Puts notices into words.
pub(super) struct Words<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) locale: &'a dyn Locale,
    pub(super) clocks: Clocks,
}

/// The values of a notice's variables.
struct Values {
    text: Vec<(String, notice::Arg)>,
    count: i64,
    retry_at: Option<i64>,
}

impl Words<'_> {
    /// Everything that the screen shows, and what is to be spoken.
    pub(super) fn frame(&self, frame: &Frame, spoken: &[Announcement]) -> JsValue {
        let views: Array = frame.views.iter().map(|view| self.card(view)).collect();
        let say = Array::new();
        for announcement in spoken {
            if let Some(view) = frame.views.iter().find(|view| view.id == announcement.notice) {
                let text = self.announcement(view);
                let made = Made::new()
                    .with("id", decimal(view.id))
                    .with("text", text)
                    .with("assertive", announcement.assertive);
                say.push(&made.into());
            }
        }
        let more = self.ui("ui.more", &[("count", Arg::Int(frame.more.into()))]);
        Made::new()
            .with("views", views)
            .with("say", say)
            .with("more", Made::new().with("count", frame.more).with("label", more))
            .into()
    }

    /// One card for the screen: the public notice and the labels around it.
    fn card(&self, view: &View) -> JsValue {
        let title = self.title(view);
        let labels = self.notice(view, &title);
        let title_arg = match view.subject {
            Subject::Fault { .. } => Arg::Directed(&title, self.catalog.dir()),
            Subject::App { .. } => Arg::Text(&title),
        };
        labels
            .with("severityWord", self.severity(view))
            .with_some("countText", self.count(view))
            .with_some("countdown", self.countdown(view))
            .with_some("codeText", view.code().map(|code| self.ui("ui.code", &[("code", ltr(code))])))
            .with("dismissLabel", self.ui("ui.dismiss", &[("title", title_arg)]))
            .with("detailsLabel", self.ui("ui.details", &[]))
            .with("expires", view.expires)
            .into()
    }

    /// A notice of the public API.
    pub(super) fn public(&self, view: &View) -> JsValue {
        self.notice(view, &self.title(view)).into()
    }

    fn notice(&self, view: &View, title: &str) -> Made {
        let (id, values) = (message_id(view), self.values(view));
        let dir = if self.catalog.dir() == Dir::Rtl { "rtl" } else { "ltr" };
        let surface = if view.surface == Surface::Inline { Surface::Toast } else { view.surface };
        let actions: Array =
            view.actions.iter().enumerate().map(|(at, offer)| self.action(view, at, offer)).collect();
        let known = match &view.subject {
            Subject::Fault { kind, impact, .. } => {
                Some(Fault { impact: *impact, retry_at: view.retry_at, ..Fault::blocking(*kind) })
            }
            Subject::App { .. } => None,
        };
        Made::new()
            .with("id", decimal(view.id))
            .with("cause", cause(view))
            .with("surface", surface.name())
            .with("severity", view.severity.name())
            .with("title", title)
            .with("body", self.slot(&id, Slot::Body, &values).unwrap_or_default())
            .with_some("safe", self.slot(&id, Slot::Safe, &values))
            .with_some("code", view.code())
            .with_some("fault", known.map(|known| fault(&known, self.clocks)))
            .with("count", view.count)
            .with("since", self.clocks.epoch(view.since))
            .with_some("retryAt", view.retry_at.map(|at| self.clocks.epoch(at)))
            .with("actions", actions)
            .with("state", view.state.name())
            .with("lang", self.catalog.locale())
            .with("dir", dir)
    }

    fn title(&self, view: &View) -> String {
        self.slot(&message_id(view), Slot::Title, &self.values(view)).unwrap_or_default()
    }

    /// Severity, title, body; the screen adds how to reach the actions.
    fn announcement(&self, view: &View) -> String {
        let mut text = self.severity(view);
        text.push_str(": ");
        text.push_str(&self.title(view));
        if let Some(body) = self.slot(&message_id(view), Slot::Body, &self.values(view)) {
            text.push_str(". ");
            text.push_str(&body);
        }
        text
    }

    /// The line under a notice that says what happens next, as of now.
    pub(super) fn countdown(&self, view: &View) -> Option<String> {
        let Subject::Fault { kind, waiting, .. } = &view.subject else { return None };
        if view.state != State::Shown {
            return None;
        }
        if let Some(at) = view.retry_at {
            return Some(self.wait(at));
        }
        if *waiting > 0 {
            return Some(self.ui("ui.trying", &[]));
        }
        let stopped = kind.recovery() == Recovery::Automatic;
        stopped.then(|| self.ui("ui.stopped", &[]))
    }

    fn wait(&self, at: Instant) -> String {
        let left = at.saturating_sub(self.clocks.now);
        match left.div_ceil(1000) {
            0 => self.ui("ui.trying", &[]),
            _ if left >= COUNTDOWN_BELOW => {
                self.ui("ui.countdown-at", &[("time", Arg::Time(self.clocks.epoch(at) as i64))])
            }
            seconds => self.ui("ui.countdown", &[("seconds", Arg::Int(seconds as i64))]),
        }
    }

    fn count(&self, view: &View) -> Option<String> {
        let shown =
            view.count > 1 && matches!(view.subject, Subject::Fault { .. }) && view.state == State::Shown;
        shown.then(|| self.ui("ui.count", &[("count", Arg::Int(view.count.into()))]))
    }

    fn severity(&self, view: &View) -> String {
        let mut id = String::from("ui.severity.");
        id.push_str(view.severity.name());
        self.ui(&id, &[])
    }

    /// A step's words: the message's own for the first one, else those of the step.
    fn action(&self, view: &View, at: usize, offer: &Offer) -> JsValue {
        let own;
        let (id, label, href) = match offer {
            Offer::Step(action) => {
                own = OwnAction { id: action.name().into(), label: None, href: None };
                (&own.id, &own.label, &own.href)
            }
            Offer::Own(action) => (&action.id, &action.label, &action.href),
        };
        let words = label.clone().or_else(|| {
            let first = at == 0 && matches!(&view.subject, Subject::App { .. });
            let message =
                first.then(|| self.slot(&message_id(view), Slot::Action, &self.values(view))).flatten();
            message.or_else(|| {
                let mut name = String::from("action.");
                name.push_str(id);
                self.catalog.has(&name).then(|| self.ui(&name, &[]))
            })
        });
        let label = words.unwrap_or_else(|| id.clone());
        Made::new().with("id", id.as_str()).with("label", label).with_some("href", href.as_deref()).into()
    }

    fn values(&self, view: &View) -> Values {
        let text = match &view.subject {
            Subject::App { args, .. } => args.clone(),
            Subject::Fault { .. } => Vec::new(),
        };
        let available_at = match &view.subject {
            Subject::Fault { available_at, .. } => *available_at,
            Subject::App { .. } => None,
        };
        let retry_at = view.retry_at.or(available_at).map(|at| self.clocks.epoch(at) as i64);
        Values { text, count: view.count.into(), retry_at }
    }

    fn slot(&self, id: &str, slot: Slot, values: &Values) -> Option<String> {
        let mut args: Vec<(&str, Arg<'_>)> =
            values.text.iter().map(|(name, arg)| (name.as_str(), word(arg))).collect();
        args.push(("count", Arg::Int(values.count)));
        if let Some(at) = values.retry_at {
            args.push(("retryAt", Arg::Time(at)));
        }
        let mut text = String::new();
        self.catalog.format(id, slot, &args, self.locale, &mut text).is_found().then_some(text)
    }

    /// A label of the library's own.
    pub(super) fn ui(&self, id: &str, args: &Args<'_>) -> String {
        let mut text = String::new();
        self.catalog.format(id, Slot::Title, args, self.locale, &mut text);
        text
    }
}

/// The message that a notice shows now.
fn message_id(view: &View) -> String {
    let resolved = view.state == State::Resolved;
    if let Some(message) = view.resolved_as.as_ref().filter(|_| resolved) {
        return message.clone();
    }
    match &view.subject {
        Subject::App { message, .. } => message.clone(),
        Subject::Fault { kind, .. } => {
            let mut id = String::from(kind.name());
            if resolved {
                id.push_str(".recovered");
            }
            id
        }
    }
}

/// What makes it the same notice, as the app sees it.
fn cause(view: &View) -> String {
    match &view.cause {
        notice::Cause::App(name) => name.clone(),
        _ => view.code().map_or_else(|| decimal(view.id), String::from),
    }
}

fn ltr(text: &str) -> Arg<'_> {
    Arg::Directed(text, Dir::Ltr)
}

fn word(arg: &notice::Arg) -> Arg<'_> {
    match arg {
        notice::Arg::Text(text) => Arg::Text(text),
        notice::Arg::Time(at) => Arg::Time(*at as i64),
        notice::Arg::Number(number) => Number::from_f64(*number).map_or(Arg::Text("–"), Arg::Decimal),
    }
}

/// An integer in decimal.
pub(super) fn decimal(number: u32) -> String {
    let mut text = String::new();
    crate::policy::options::push_integer(&mut text, number.into());
    text
}
