//! One living notice.

use super::app::AppNotice;
use super::offers::offers;
use super::trouble::Trouble;
use super::view::{Offer, Severity, State, Subject, View};
use super::{Call, Cause, Config, LASTS, ladder};
use crate::fault::{Action, Kind, Surface};
use crate::time::{Instant, Millis, later};
use alloc::string::String;
use alloc::vec::Vec;

/// A card that came into view stays at least so long, unless the person closes it.
pub(super) const LEAST_SHOWN: Millis = 1_000;

/// A card that no call needs any more waits so long for another one before it closes.
pub(super) const ORPHAN: Millis = 5_000;

/// A banner that no call waits behind stays one for so long.
const CALM_DOWN: Millis = 10_000;

/// A closed cause that nobody meets any more is forgotten after so long.
pub(super) const FORGET: Millis = 300_000;

/// A cause that came back has to stay away for longer, each time twice as long, before its end is believed.
const CALM: Millis = 3_000;
const MOST_CALM: Millis = 30_000;

/// The message of writes that wait to be sent.
const OUTBOX: &str = "outbox.waiting";

#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) id: u32,
    pub(super) cause: Cause,
    /// Whose notice it is: the app's, or that of the calls in `trouble`, of which an app's notice has none.
    pub(super) app: Option<AppNotice>,
    pub(super) trouble: Trouble,
    pub(super) state: State,
    pub(super) surface: Surface,
    pub(super) since: Instant,
    /// Times raised, for the app's notices.
    pub(super) raised: u32,
    /// When it comes into view, while it is pending or its cause came back.
    pub(super) show_at: Option<Instant>,
    pub(super) shown_at: Instant,
    /// Its turn among those shown; smaller ones came earlier.
    pub(super) turn: u32,
    /// It has a place on the screen.
    pub(super) visible: bool,
    /// It had one since it was last shown, so that people know of it.
    pub(super) seen: bool,
    /// When it closes by itself.
    pub(super) close_at: Option<Instant>,
    pub(super) resolved_as: Option<String>,
    pub(super) dismissed_at: Instant,
    /// Times that its cause came back soon after it had ended.
    pub(super) relapses: u32,
    /// When its cause ended last.
    pub(super) ended_at: Instant,
    /// Its cause is over if it stays away until then.
    pub(super) calm_at: Option<Instant>,
    /// Since when it lasts, for the next rung of the ladder.
    pub(super) lasts_from: Instant,
    /// When a banner that no call waits behind any more becomes a toast again.
    pub(super) lower_at: Option<Instant>,
    /// It was due to be shown when nobody could see it, or when too much was shown already.
    pub(super) held: bool,
    /// Writes that were sent after it ended.
    pub(super) writes: u32,
    /// The gravest that was said of it since it came into view, and whether that interrupted.
    pub(super) told: (Severity, bool),
    /// The app says something else by it since it was spoken of.
    pub(super) reworded: bool,
    /// It was met by another page, or by this one before a reload.
    pub(super) elsewhere: bool,
    /// When it is tried again there.
    pub(super) retry_elsewhere: Option<Instant>,
    /// A summary stands for it.
    pub(super) folded: bool,
    /// The endpoints for whose trouble a feature's card stands.
    pub(super) covers: Vec<u32>,
    /// Other features that the same trouble limits as much.
    pub(super) others: Vec<Cause>,
    /// Those of them that are well, and since when.
    pub(super) back: Vec<Cause>,
    pub(super) back_at: Instant,
}

/// What a card's clock is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Show,
    Close,
    Escalate,
    Lower,
    Recover,
    Available,
}

impl Card {
    /// A call's share in it ended without proof that the cause is over.
    pub(super) fn release(&mut self) {
        self.trouble.waiting = self.trouble.waiting.saturating_sub(1);
    }

    /// Whether a call like this says anything about it: a read that goes well doesn't prove that a write which failed
    /// would. That the browser is online, or the person signed in, every call proves.
    pub(super) fn covered_by(&self, call: &Call<'_>) -> bool {
        call.write
            || !self.trouble.failed_write()
            || matches!(self.cause, Cause::Offline | Cause::SignIn { .. })
    }

    /// Its cause has ended, and has not come back.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Resolved && self.show_at.is_none()
    }

    /// From now on people see it, as soon as it has a place.
    pub(super) fn come_into_view(&mut self, now: Instant) {
        self.state = State::Shown;
        self.shown_at = now;
        self.show_at = None;
        self.resolved_as = None;
        self.seen = false;
        self.held = false;
        self.folded = false;
        if self.app.is_none() {
            self.close_at = None;
        }
        if self.escalates() && now >= later(self.lasts_from, LASTS) {
            self.surface = Surface::Banner;
        }
    }

    /// Its time on the screen is over. True where its cause came back meanwhile: the same notice waits to be shown again.
    pub(super) fn comes_back(&mut self) -> bool {
        let back = self.state == State::Resolved && self.show_at.is_some();
        if back {
            self.state = State::Pending;
            self.visible = false;
            self.close_at = None;
        }
        back
    }

    /// The next thing that time does to it. `mounted`: there is a screen.
    pub(super) fn due(&self, mounted: bool) -> Option<(Instant, Due)> {
        let mut next = None;
        let mut consider = |at: Option<Instant>, due| {
            if let Some(at) = at
                && next.is_none_or(|(first, _)| at < first)
            {
                next = Some((at, due));
            }
        };
        consider(self.close_at, Due::Close);
        if mounted {
            consider(self.show_at, Due::Show);
        }
        if self.escalates() {
            consider(Some(later(self.lasts_from, LASTS)), Due::Escalate);
        }
        consider(self.lower_at, Due::Lower);
        consider(self.calm_at, Due::Recover);
        consider(self.trouble.available_at, Due::Available);
        next
    }

    fn escalates(&self) -> bool {
        self.state == State::Shown
            && self.surface < Surface::Banner
            && self.trouble.automatic
            && self.trouble.waiting > 0
            && ladder::escalates(self.trouble.kind)
    }

    /// Sets the clock for the way down the ladder: a banner that it climbed to goes back once nothing has waited for a while.
    pub(super) fn settle(&mut self, now: Instant) {
        let trouble = &self.trouble;
        let climbed = self.state == State::Shown
            && trouble.automatic
            && self.surface > ladder::drawable(trouble.kind.surface(), trouble.anchor);
        self.lower_at =
            (climbed && trouble.waiting == 0).then(|| self.lower_at.unwrap_or(later(now, CALM_DOWN)));
    }

    /// How long its cause must stay away.
    pub(super) fn calm(&self) -> Millis {
        match self.relapses {
            0 => 0,
            times => CALM.saturating_mul(1 << (times - 1).min(8)).min(MOST_CALM),
        }
    }

    /// It is the card of this feature, maybe of others too.
    pub(super) fn tells_of(&self, feature: u32) -> bool {
        self.cause.feature() == Some(feature)
            || self.others.iter().any(|cause| cause.feature() == Some(feature))
    }

    /// It tells of writes that wait for nobody but the network.
    pub(super) fn is_outbox(&self) -> bool {
        self.app.as_ref().is_some_and(|notice| notice.message == OUTBOX)
    }

    /// Something that must reach people whatever they asked for: what they made may be lost, or nothing works without them.
    pub(super) fn is_emergency(&self) -> bool {
        self.app.is_none() && (self.trouble.is_at_risk() || self.trouble.kind == Kind::SignInRequired)
    }

    /// The element of the page at which it is shown.
    fn anchor(&self) -> Option<u32> {
        self.app.as_ref().map_or(self.trouble.anchor, |notice| notice.anchor)
    }

    /// This element is gone: whether a notice was shown at it.
    pub(super) fn forget_anchor(&mut self, anchor: u32) -> bool {
        if self.anchor() != Some(anchor) {
            return false;
        }
        match &mut self.app {
            Some(notice) => notice.anchor = None,
            None => self.trouble.anchor = None,
        }
        self.surface = ladder::drawable(self.surface, None);
        true
    }

    /// How grave it is now.
    pub(super) fn severity(&self) -> Severity {
        match &self.app {
            _ if self.state == State::Resolved => Severity::Success,
            Some(notice) => notice.severity,
            None => ladder::severity(self.trouble.kind, self.trouble.worst(), self.trouble.failed > 0),
        }
    }

    /// Whether there is news of what people know already: it is worse than was ever said of it, or something else.
    pub(super) fn has_news(&self) -> bool {
        let graver = self.severity() > self.told.0 || (self.assertive() && !self.told.1);
        self.state == State::Shown && (graver || self.reworded)
    }

    /// Whether it may interrupt what a screen reader says: data at risk, sign-in needed, failure of what the person did.
    pub(super) fn assertive(&self) -> bool {
        let trouble = &self.trouble;
        match &self.app {
            _ if self.state == State::Resolved => false,
            Some(notice) => notice.severity == Severity::Error,
            None => trouble.is_urgent() || trouble.is_at_risk() || trouble.kind == Kind::SignInRequired,
        }
    }

    /// Whether the screen closes it once it could be read. `acts`: it offers something to do.
    pub(super) fn expires(&self, acts: bool) -> bool {
        let timed = self.app.is_some() && self.close_at.is_some();
        let quiet = matches!(self.severity(), Severity::Info | Severity::Success);
        self.state == State::Resolved || (!acts && !timed && quiet)
    }

    /// Its next steps. `explained`: an incident that is known is behind it.
    pub(super) fn actions(&self, config: &Config, explained: bool) -> Vec<Offer> {
        match &self.app {
            _ if self.state == State::Resolved => Vec::new(),
            Some(notice) => {
                let mut actions = Vec::new();
                for at in 0..notice.actions.len() {
                    actions.push(Offer::Own(at));
                }
                if explained && config.can_look() {
                    actions.push(Offer::Step(Action::CheckStatus));
                }
                actions
            }
            None => {
                let mut steps = offers(&self.trouble, config, explained);
                if self.elsewhere {
                    // Its requests are not here.
                    steps.retain(|step| *step != Offer::Step(Action::Retry));
                }
                steps
            }
        }
    }

    pub(super) fn view(
        &self,
        config: &Config,
        retry_at: Option<Instant>,
        incident: Option<(i64, Option<i64>)>,
    ) -> View {
        let actions = self.actions(config, incident.is_some());
        let resolved = self.state == State::Resolved;
        let trouble = &self.trouble;
        let (subject, count) = match &self.app {
            Some(AppNotice { message, args, actions, .. }) => {
                let (message, args, actions) = (message.clone(), args.clone(), actions.clone());
                (Subject::App { message, args, actions }, self.raised)
            }
            None => (
                Subject::Fault {
                    kind: trouble.kind,
                    impact: trouble.worst(),
                    intent: trouble.intent.only().cloned(),
                    // While it is seen whether it stays away, the last word is not that we stopped.
                    waiting: trouble.waiting.max(u32::from(self.calm_at.is_some())),
                    available_at: trouble.available_at,
                    copy_from: trouble.shows_copy_from(),
                },
                trouble.affected().max(1),
            ),
        };
        View {
            id: self.id,
            cause: self.cause.clone(),
            others: self.others.clone(),
            // Good news needs no bar across the page: the banner goes at once, the same notice says so as a toast.
            surface: if resolved { self.surface.min(Surface::Toast) } else { self.surface },
            anchor: self.anchor(),
            severity: self.severity(),
            state: self.state,
            subject,
            resolved_as: self.resolved_as.clone(),
            count,
            since: self.since,
            retry_at: if resolved { None } else { retry_at },
            incident,
            queued: false,
            writes: self.writes,
            progress: None,
            settling: self.calm_at.is_some(),
            expires: self.expires(!actions.is_empty()),
            visible: self.visible,
            actions,
        }
    }
}
