//! Notices in words: what the model knows, put through the catalog.

use alloc::string::String;
use alloc::vec::Vec;

use super::json::Json;
use super::known::fault;
use super::locale::{Ask, BrowserLocale};
use crate::catalog::{Arg, Args, Catalog, Dir, GENERIC, Number, Slot};
use crate::engine::Clocks;
use crate::fault::{Fault, Recovery};
use crate::notice::{self, Announcement, Frame, Offer, State, Subject, View};
use crate::policy::options::push_integer;
use crate::time::Instant;

const DAY: i64 = 24 * 3_600_000;
/// A copy that is older than this is told in days.
const SAME_DAY: i64 = DAY / 2;

/// Its `safe` says that writes are kept.
const QUEUED: &str = "outbox.waiting";
/// Its title says how many were sent.
const SENT: &str = "outbox.sent";

/// From here on a wait is told as a time of day, not as a countdown.
const COUNTDOWN_BELOW: u64 = 60_000;

/// A notice names so many features beside the first.
const MOST_NAMED: usize = 2;

/// Puts notices into words.
pub(super) struct Words<'a> {
    /// The first one that knows an id has the word.
    pub(super) catalogs: &'a [Catalog],
    pub(super) ask: Ask,
    pub(super) clocks: Clocks,
}

/// One notice and what its message is filled with.
struct Told<'a> {
    view: &'a View,
    id: String,
    /// The app's message about what the person was doing, whose title and `safe` come first.
    intent: Option<String>,
    args: Vec<(&'a str, Arg<'a>)>,
}

impl Words<'_> {
    /// Everything that the screen shows, and what is to be spoken.
    pub(super) fn frame(&self, frame: &Frame, spoken: &[Announcement]) -> String {
        let mut json = Json::new();
        json.open("", "{");
        json.open("views", "[");
        for view in &frame.views {
            self.notice(&mut json, view, true);
        }
        json.close("]");
        json.open("say", "[");
        for announcement in spoken {
            if let Some(view) = frame.views.iter().find(|view| view.id == announcement.notice) {
                json.open("", "{");
                json.text("id", &decimal(view.id));
                json.text("text", &self.announcement(view));
                json.flag("assertive", announcement.assertive);
                json.close("}");
            }
        }
        json.close("]");
        json.open("more", "{");
        json.number("count", frame.more.into());
        json.text("label", &self.ui("ui.more", &[("count", Arg::Int(frame.more.into()))]));
        json.close("}");
        json.close("}");
        json.done()
    }

    /// Notices of the public API.
    pub(super) fn list(&self, views: &[View]) -> String {
        let mut json = Json::new();
        json.open("", "[");
        for view in views {
            self.notice(&mut json, view, false);
        }
        json.close("]");
        json.done()
    }

    /// A notice of the public API; on a card, with the labels around it.
    fn notice(&self, json: &mut Json, view: &View, card: bool) {
        let label = self.feature(view);
        let told = self.told(view, &label);
        let title = self.slot(&told, Slot::Title).unwrap_or_default();
        json.open("", "{");
        json.text("id", &decimal(view.id));
        match &view.cause {
            notice::Cause::App(name) => json.text("cause", name),
            notice::Cause::Feature { name, .. } => json.text("cause", &label_id(name)),
            _ => json.text("cause", view.code().unwrap_or(&decimal(view.id))),
        }
        json.text("surface", view.surface.name());
        json.text("severity", view.severity.name());
        json.text("title", &title);
        json.text("body", &self.slot(&told, Slot::Body).unwrap_or_default());
        json.maybe_text("safe", self.slot(&told, Slot::Safe).as_deref());
        json.maybe_text("code", view.code());
        if let Subject::Fault { kind, impact, .. } = view.subject {
            let known = Fault { impact, retry_at: view.retry_at, ..Fault::blocking(kind) };
            fault(json, "fault", &known, self.clocks);
        }
        json.number("count", view.count.into());
        json.number("since", self.clocks.epoch(view.since));
        let available_at = match view.subject {
            Subject::Fault { available_at, .. } => available_at,
            _ => None,
        };
        json.maybe_number("retryAt", view.retry_at.or(available_at).map(|at| self.clocks.epoch(at)));
        json.open("actions", "[");
        for (at, offer) in view.actions.iter().enumerate() {
            self.action(json, &told, at, offer);
        }
        json.close("]");
        json.text("state", view.state.name());
        json.flag("visible", view.visible);
        json.flag("expires", view.expires);
        let (lang, dir) = self.language(&told.id);
        json.text("lang", lang);
        json.text("dir", if dir == Dir::Rtl { "rtl" } else { "ltr" });
        if card {
            self.labels(json, view, &told, &title, dir);
        }
        json.close("}");
    }

    /// What the screen shows around a notice.
    fn labels(&self, json: &mut Json, view: &View, told: &Told<'_>, title: &str, dir: Dir) {
        json.text("severityWord", &self.severity(view));
        let mut title = Arg::Text(title);
        if let (Subject::Fault { .. }, Arg::Text(own)) = (&view.subject, title) {
            title = Arg::Directed(own, dir);
            if view.count > 1 && view.state == State::Shown {
                json.text("countText", &self.ui("ui.count", &[("count", Arg::Int(view.count.into()))]));
            }
        }
        if let (notice::Cause::Feature { .. }, Arg::Text(own)) = (&view.cause, title) {
            title = Arg::Directed(own, dir);
        }
        json.maybe_text("countdown", self.countdown(view).as_deref());
        if let Some(code) = view.code() {
            json.maybe_text("help", self.slot(told, Slot::Help).as_deref());
            json.text("codeText", &self.ui("ui.code", &[("code", Arg::Directed(code, Dir::Ltr))]));
        }
        json.text("dismissLabel", &self.ui("ui.dismiss", &[("title", title)]));
        json.text("detailsLabel", &self.ui("ui.details", &[]));
        json.maybe_number("anchor", view.anchor.map(u64::from));
    }

    /// Severity, title, body; the screen adds how to reach the actions.
    fn announcement(&self, view: &View) -> String {
        let label = self.feature(view);
        let told = self.told(view, &label);
        let mut text = self.severity(view);
        for (before, slot) in [(": ", Slot::Title), (". ", Slot::Body)] {
            if let Some(words) = self.slot(&told, slot) {
                text.push_str(before);
                text.push_str(&words);
            }
        }
        text
    }

    /// The line under a notice that says what happens next, as of now.
    pub(super) fn countdown(&self, view: &View) -> Option<String> {
        let Subject::Fault { kind, waiting, available_at, .. } = &view.subject else { return None };
        if view.state != State::Shown {
            return None;
        }
        let left = view.retry_at.map(|at| at.saturating_sub(self.clocks.now));
        Some(match left {
            Some(1..COUNTDOWN_BELOW) => {
                let seconds = left.unwrap_or_default().div_ceil(1000);
                self.ui("ui.countdown", &[("seconds", Arg::Int(seconds as i64))])
            }
            Some(COUNTDOWN_BELOW..) => {
                let at = self.clocks.epoch(view.retry_at.unwrap_or_default());
                self.ui("ui.countdown-at", &[("time", Arg::Time(at as i64))])
            }
            Some(0) => self.trying(view),
            None if *waiting > 0 => self.trying(view),
            None if available_at.is_some() => self.available(available_at.unwrap_or_default()),
            None if kind.recovery() == Recovery::Automatic => self.ui("ui.stopped", &[]),
            None => return None,
        })
    }

    /// When the person may try again, as the server says.
    fn available(&self, at: Instant) -> String {
        let left = at.saturating_sub(self.clocks.now);
        match left < COUNTDOWN_BELOW {
            true => self.ui("ui.available", &[("seconds", Arg::Int(left.div_ceil(1000) as i64))]),
            false => self.ui("ui.available-at", &[("time", Arg::Time(self.clocks.epoch(at) as i64))]),
        }
    }

    fn trying(&self, view: &View) -> String {
        match view.progress {
            Some((number, limit)) if number <= limit => {
                let number = Arg::Int(number.into());
                self.ui("ui.progress", &[("number", number), ("limit", Arg::Int(limit.into()))])
            }
            _ => self.ui("ui.trying", &[]),
        }
    }

    /// What a status page says of it.
    fn incident(&self, view: &View) -> String {
        let Some((since, until)) = view.incident else { return String::new() };
        let since = ("since", Arg::Time(since));
        match until {
            Some(until) if until > self.clocks.wall as i64 => {
                self.ui("ui.incident-until", &[since, ("until", Arg::Time(until))])
            }
            _ => self.ui("ui.incident", &[since]),
        }
    }

    fn severity(&self, view: &View) -> String {
        let mut id = String::from("ui.severity.");
        id.push_str(view.severity.name());
        self.ui(&id, &[])
    }

    /// A step's words: its own, else the message's for the first one, else those of the step.
    fn action(&self, json: &mut Json, told: &Told<'_>, at: usize, offer: &Offer) {
        let (id, own, href) = match offer {
            Offer::Step(action) => (action.name(), None, None),
            Offer::Own(at) => {
                let Subject::App { actions, .. } = &told.view.subject else { return };
                let Some(action) = actions.get(*at) else { return };
                (action.id.as_str(), action.label.as_deref(), action.href.as_deref())
            }
        };
        json.open("", "{");
        json.text("id", id);
        json.maybe_text("href", href);
        let mut words = String::from("action.");
        words.push_str(id);
        if let Some(own) = own {
            words = own.into();
        } else if let (0, Subject::App { .. }, Some(text)) =
            (at, &told.view.subject, self.slot(told, Slot::Action))
        {
            words = text;
        } else if self.has(&words) {
            words = self.ui(&words, &[]);
        } else {
            words = id.into();
        }
        json.text("label", &words);
        json.close("}");
    }

    /// What people call the features that a notice is about.
    fn feature(&self, view: &View) -> (String, Dir) {
        let notice::Cause::Feature { name, .. } = &view.cause else { return (String::new(), Dir::Ltr) };
        let (mut labels, dir) = self.label_of(name);
        for other in view.others.iter().take(MOST_NAMED) {
            // Understood in every language.
            labels.push_str(" · ");
            labels.push_str(&self.label_of(other.name()).0);
        }
        if view.others.len() > MOST_NAMED {
            labels.push_str(" · …");
        }
        (labels, dir)
    }

    /// What people call a feature: by the app's message, else its name as words.
    fn label_of(&self, name: &str) -> (String, Dir) {
        let id = label_id(name);
        if self.has(&id) {
            return (self.ui(&id, &[]), self.language(&id).1);
        }
        let mut label = String::new();
        for char in name.chars() {
            label.push(match char {
                '-' | '_' => ' ',
                first if label.is_empty() => first.to_ascii_uppercase(),
                other => other,
            });
        }
        (label, Dir::Ltr)
    }

    fn told<'a>(&self, view: &'a View, label: &'a (String, Dir)) -> Told<'a> {
        let mut args = Vec::new();
        let mut available = None;
        let mut id = String::new();
        let mut doing = None;
        match &view.subject {
            Subject::App { message, args: named, .. } => {
                id.push_str(message);
                for (name, arg) in named.iter() {
                    args.push((name.as_str(), word(arg)));
                }
                if !label.0.is_empty() {
                    args.push(("feature", Arg::Directed(&label.0, label.1)));
                }
            }
            Subject::Fault { kind, available_at, copy_from, intent, waiting, .. } => {
                available = *available_at;
                doing = intent.as_ref().filter(|_| copy_from.is_none()).map(|intent| {
                    let mut id = intent.clone();
                    id.push_str(match view.state {
                        State::Resolved => ".recovered",
                        _ if *waiting > 0 => ".waiting",
                        _ => "",
                    });
                    id
                });
                if view.state == State::Resolved {
                    id.push_str(kind.name());
                    id.push_str(".recovered");
                } else if let Some(from) = copy_from {
                    let age = self.clocks.now as i64 - from;
                    // From another day, a time of day alone would mislead.
                    id.push_str(if age > SAME_DAY { "saved-copy.older" } else { "saved-copy" });
                    args.push(("from", Arg::Time(self.clocks.wall as i64 - age)));
                    args.push(("days", Arg::Int((age + DAY - 1) / DAY)));
                } else {
                    id.push_str(kind.name());
                }
            }
        }
        if let (State::Resolved, Some(message)) = (view.state, &view.resolved_as) {
            id = message.clone();
        }
        if view.writes > 0 {
            args.push(("writes", Arg::Int(view.writes.into())));
        }
        args.push(("count", Arg::Int(view.count.into())));
        if let Some(at) = view.retry_at.or(available) {
            args.push(("retryAt", Arg::Time(self.clocks.epoch(at) as i64)));
        }
        // By its very id: that of its end would be any end's words, in place of this kind's own.
        let known = |id: &String| self.catalogs.iter().any(|catalog| catalog.has(id));
        Told { view, id, intent: doing.filter(known), args }
    }

    fn slot(&self, told: &Told<'_>, slot: Slot) -> Option<String> {
        let mut text = String::new();
        if slot == Slot::Body && told.view.incident.is_some() {
            return Some(self.incident(told.view));
        }
        if slot == Slot::Body && told.view.writes > 0 {
            self.format(SENT, Slot::Title, &told.args, &mut text);
            return Some(text);
        }
        let queued = Some(QUEUED).filter(|_| slot == Slot::Safe && told.view.queued);
        let doing = told.intent.as_deref().filter(|_| matches!(slot, Slot::Title | Slot::Safe));
        let found = queued.or(doing).is_some_and(|id| self.format(id, slot, &told.args, &mut text));
        (found || self.format(&told.id, slot, &told.args, &mut text)).then_some(text)
    }

    /// Whether a catalog has words for this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.catalogs.iter().any(|catalog| catalog.content(id).is_some())
    }

    /// The catalog that has the words for an id, or else for anything, and what it has.
    fn find(&self, id: &str) -> Option<(&Catalog, &str)> {
        for id in [id, GENERIC] {
            for catalog in self.catalogs {
                if let Some(content) = catalog.content(id) {
                    return Some((catalog, content));
                }
            }
        }
        None
    }

    /// The language of a message, and its direction.
    fn language(&self, id: &str) -> (&str, Dir) {
        self.find(id).map_or(("", Dir::Ltr), |(catalog, _)| (catalog.locale(), catalog.dir()))
    }

    fn format(&self, id: &str, slot: Slot, args: &Args<'_>, out: &mut String) -> bool {
        let Some((catalog, content)) = self.find(id) else { return false };
        let locale = BrowserLocale { ask: self.ask, tag: catalog.locale(), dir: catalog.dir() };
        catalog.put(content, id, slot, args, &locale, out).is_found()
    }

    /// A label of the library's own.
    pub(super) fn ui(&self, id: &str, args: &Args<'_>) -> String {
        let mut text = String::new();
        self.format(id, Slot::Title, args, &mut text);
        text
    }
}

/// The message of an app's own that says what people call a feature.
fn label_id(name: &str) -> String {
    let mut id = String::from("feature.");
    id.push_str(name);
    id
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
    push_integer(&mut text, number.into());
    text
}
