//! All living notices, and what calls and clocks do to them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::card::{Card, Due, FORGET, LEAST_SHOWN, ORPHAN, Trouble};
use super::pace::Pace;
use super::view::{Announcement, Frame, State, View};
use super::{Affected, Call, Cause, Config, Incident, Notify, ladder};
use crate::fault::{Fault, Impact, Surface};
use crate::list::remove;
use crate::time::{Instant, Millis, earlier, later};

/// Past notices kept to be read again.
const HISTORY: usize = 100;

/// After the person closed a card, the failure of something else that they did brings it back, but not before so long.
const QUIET: Millis = 10_000;

/// How long a notice that closes by itself stays when nobody is shown it, to say when it was read.
pub(super) const UNSEEN: Millis = 6_000;

/// A cause that ended and is met again within this time came back.
const RELAPSE: Millis = 60_000;

/// What happens silently is forgotten unless it happens again within this time.
const SILENCE: Millis = 10_000;

/// A waiting call's share in a card.
#[derive(Debug)]
struct Share {
    call: u32,
    card: u32,
    retry_at: Option<Instant>,
    /// Which attempt that is, of how many.
    next: (u32, u32),
}

/// What says that a cause is over.
pub(super) enum Proof<'a> {
    /// The browser is online.
    Online,
    /// There is room in the storage.
    Stored,
    /// The endpoint answers, if only to blame the request.
    Answered(&'a Call<'a>),
    /// The call ended well; `authorised`: the server accepted who the person is.
    Served { call: &'a Call<'a>, authorised: bool },
    /// The app says so of this notice.
    Said(u32),
}

impl Proof<'_> {
    fn ends(&self, card: &Card) -> bool {
        let cause = &card.cause;
        match self {
            Proof::Online => matches!(cause, Cause::Offline),
            Proof::Stored => matches!(cause, Cause::Storage),
            Proof::Answered(call) => {
                matches!(cause, Cause::Outage { endpoint } if *endpoint == call.endpoint)
                    && card.covered_by(call)
            }
            Proof::Served { call, authorised } => {
                card.covered_by(call) && cause.disproved_by(call, *authorised)
            }
            Proof::Said(id) => card.id == *id,
        }
    }
}

enum Progress {
    Waiting(Option<Instant>),
    Ended,
}

/// The notice model. Every method takes the time; nothing happens between calls.
#[derive(Debug, Default)]
pub struct Notices {
    pub(super) config: Config,
    /// In boxes: adding and taking out moves a pointer, and all lists of pointers share their code.
    #[allow(clippy::vec_box)]
    pub(super) cards: Vec<Box<Card>>,
    shares: Vec<Share>,
    /// Closed ones, in no order.
    #[allow(clippy::vec_box)]
    past: Vec<Box<Card>>,
    /// The place for the next one in it.
    closed: usize,
    pub(super) last_id: u32,
    pub(super) last_turn: u32,
    pub(super) mounted: bool,
    /// The person looks at those that wait for a place, too.
    pub(super) queue_shown: bool,
    pub(super) changed: bool,
    pub(super) frame: Frame,
    pub(super) spoken: Vec<Announcement>,
    pub(super) pace: Pace,
    incidents: Vec<Incident>,
    pub(super) shown_total: u32,
}

impl Notices {
    /// No notices yet, and no screen: [`Notices::mounted`] says when there is one.
    pub fn new(config: Config) -> Self {
        Notices { config, mounted: config.headless, ..Notices::default() }
    }

    /// Changes how notices behave from now on.
    pub fn configure(&mut self, config: Config) {
        self.mounted = self.mounted || config.headless;
        self.config = config;
        self.changed = true;
    }

    /// The next notice is numbered from behind this one.
    pub fn number_from(&mut self, id: u32) {
        self.last_id = self.last_id.max(id);
    }

    /// What a status page says goes on.
    pub fn incidents(&mut self, incidents: Vec<Incident>) {
        self.incidents = incidents;
        self.changed = true;
    }

    /// Of the incidents that may be behind a card, the one that goes on for longest.
    fn incident_of(&self, card: &Card) -> Option<(i64, Option<i64>)> {
        let mut found: Option<&Incident> = None;
        for incident in &self.incidents {
            let (kinds, features) = (&incident.kinds, &incident.features);
            let concerns = match &card.cause {
                // What a feature's card stands for has no kind.
                Cause::Feature { name, .. } => {
                    features.contains(name) || (features.is_empty() && kinds.is_empty())
                }
                _ if !features.is_empty() => false,
                cause if kinds.is_empty() => cause.is_endpoints(),
                _ => card.app.is_none() && kinds.contains(&card.trouble.kind),
            };
            let first = found.is_none_or(|other| incident.since < other.since);
            if concerns && first && card.state != State::Resolved {
                found = Some(incident);
            }
        }
        found.map(|incident| (incident.since, incident.until))
    }

    /// There is a screen now, or none any more. What was raised before is shown once there is one.
    pub fn mounted(&mut self, mounted: bool, now: Instant) {
        self.mounted = mounted;
        self.changed = true;
        self.tick(now);
    }

    /// Nothing lives: no call's outcome can matter to notices, unless it is a failure.
    pub fn is_idle(&self) -> bool {
        self.cards.is_empty()
    }

    /// An attempt failed, and the engine goes on: it tries again at `retry_at`, or at once.
    pub fn failing(&mut self, call: &Call<'_>, fault: &Fault, retry_at: Option<Instant>, now: Instant) {
        self.note(call, fault, Progress::Waiting(retry_at), now);
    }

    /// A call that failed before is being tried again now.
    pub fn attempting(&mut self, call: u32) {
        if let Some(share) = self.shares.iter_mut().find(|share| share.call == call) {
            self.changed |= share.retry_at.take().is_some();
        }
    }

    /// The call failed for good.
    pub fn failed(&mut self, call: &Call<'_>, fault: &Fault, now: Instant) {
        self.note(call, fault, Progress::Ended, now);
    }

    /// The call's endpoint answered well; a copy out of a cache proves nothing. `authorised`: the server accepted who
    /// the person is.
    pub fn succeeded(&mut self, call: &Call<'_>, authorised: bool, now: Instant) {
        if self.cards.is_empty() {
            return;
        }
        self.recover(Proof::Served { call, authorised }, now);
        self.withdraw(call.id, now);
    }

    /// The caller gave the call up: it needs no notice any more.
    pub fn cancelled(&mut self, call: u32, now: Instant) {
        self.withdraw(call, now);
    }

    /// Something was stored: there is room again.
    pub fn stored(&mut self, now: Instant) {
        self.recover(Proof::Stored, now);
    }

    /// The browser says that it is online again.
    pub fn online(&mut self, now: Instant) {
        self.recover(Proof::Online, now);
    }

    /// Lets time do its work.
    pub fn tick(&mut self, now: Instant) {
        let (mut closing, mut showing, mut over) = (Vec::new(), Vec::new(), Vec::new());
        let watched = self.is_watched();
        for card in &mut self.cards {
            while let Some((_, due)) = card.due(watched).filter(|(at, _)| *at <= now) {
                self.changed = true;
                match due {
                    Due::Show => {
                        card.show_at = None;
                        showing.push(card.id);
                    }
                    Due::Close => {
                        card.close_at = None;
                        if !card.comes_back(now) {
                            closing.push(card.id);
                        }
                    }
                    Due::Escalate => card.surface = Surface::Banner,
                    Due::Lower => {
                        card.lower_at = None;
                        card.lasts_from = now;
                        card.surface = ladder::drawable(card.trouble.kind.surface(), card.trouble.anchor);
                    }
                    Due::Recover => {
                        card.calm_at = None;
                        over.push(card.id);
                    }
                    Due::Available => card.trouble.available_at = None,
                }
            }
        }
        for id in closing {
            self.close(id);
        }
        for id in over {
            self.say_recovery(id, now);
        }
        if !showing.is_empty() {
            self.bring_into_view(&showing, now);
        }
        if let Some(id) = self.known(&Cause::Summary)
            && self.card(id).is_some_and(|card| card.close_at.is_some_and(|at| at <= now))
        {
            self.close(id);
        }
    }

    /// When [`Notices::tick`] has something to do.
    pub fn next_timer(&self) -> Option<Instant> {
        let mut next = None;
        for card in &self.cards {
            next = earlier(next, card.due(self.is_watched()).map(|(at, _)| at));
        }
        next
    }

    /// The calls behind a notice.
    pub fn affected(&self, id: u32) -> Affected {
        let card = self.cards.iter().find(|card| card.id == id);
        let mut affected =
            Affected { waiting: Vec::new(), repeat: card.and_then(|card| card.trouble.repeat) };
        for share in &self.shares {
            if share.card == id {
                affected.waiting.push(share.call);
            }
        }
        affected
    }

    /// Whether a living notice may still offer to send this call again, so that its request must be kept.
    pub fn keeps(&self, call: u32) -> bool {
        self.cards.iter().any(|card| card.trouble.repeat == Some(call))
    }

    /// A living notice.
    pub fn living(&self, id: u32) -> Option<View> {
        self.cards.iter().find(|card| card.id == id).map(|card| self.view_of(card))
    }

    /// Living and past notices, newest first.
    pub fn list(&self) -> Vec<View> {
        let mut all = Vec::new();
        // Each time the newest one before the last: they are few, and a sort is large in a Wasm file.
        let mut last = u32::MAX;
        loop {
            let mut newest: Option<(&Card, bool)> = None;
            for (cards, live) in [(&self.cards, true), (&self.past, false)] {
                for card in cards {
                    if card.id < last && newest.is_none_or(|(other, _)| card.id > other.id) {
                        newest = Some((card, live));
                    }
                }
            }
            let Some((card, lives)) = newest else { return all };
            last = card.id;
            let mut view = self.view_of(card);
            if !lives {
                // What is over offers nothing.
                view.actions.clear();
            }
            all.push(view);
        }
    }

    /// Notices that came into view so far.
    pub fn shown_total(&self) -> u32 {
        self.shown_total
    }

    pub(super) fn view_of(&self, card: &Card) -> View {
        let (mut retry_at, mut progress) = (None, None);
        for share in &self.shares {
            if share.card == card.id {
                retry_at = earlier(retry_at, share.retry_at);
                progress = Some(share.next);
            }
        }
        let retry_at = retry_at.or(card.retry_elsewhere.filter(|_| card.elsewhere));
        let mut view = card.view(&self.config, retry_at);
        view.queued = card.cause.delays_writes() && self.cards.iter().any(|card| card.is_outbox());
        view.incident = self.incident_of(card);
        // Of several calls, each has its own count.
        view.progress = progress.filter(|_| view.count == 1);
        if card.cause == Cause::Summary {
            view.count = self.folded().max(1);
        }
        view
    }

    pub(super) fn upcoming(&self) -> u32 {
        self.last_id.wrapping_add(1)
    }

    /// A living card.
    // Found by a call, its members are addressed from where it starts; found in place, from wherever the loop stopped.
    #[inline(never)]
    pub(super) fn card(&mut self, id: u32) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.id == id).map(|card| &mut **card)
    }

    /// The living card of a cause.
    pub(super) fn known(&self, cause: &Cause) -> Option<u32> {
        self.cards.iter().find(|card| card.cause == *cause).map(|card| card.id)
    }

    /// A new card.
    pub(super) fn open(&mut self, cause: Cause, trouble: Trouble, now: Instant) -> u32 {
        self.last_id = self.upcoming();
        let mut relapsed: Option<&Card> = None;
        for past in &self.past {
            let recent = past.state == State::Resolved && now.saturating_sub(past.ended_at) < RELAPSE;
            if recent && past.cause == cause && relapsed.is_none_or(|other| past.ended_at > other.ended_at) {
                relapsed = Some(past);
            }
        }
        let (relapses, surface) = match relapsed {
            // What was a banner a moment ago does not start from below.
            Some(card) if card.app.is_none() => (card.relapses.saturating_add(1), card.surface),
            _ => (0, Surface::Silent),
        };
        self.cards.push(Box::new(Card {
            id: self.last_id,
            cause,
            app: None,
            trouble,
            state: State::Pending,
            surface,
            since: now,
            raised: 0,
            show_at: None,
            shown_at: now,
            turn: 0,
            visible: false,
            seen: false,
            close_at: None,
            resolved_as: None,
            dismissed_at: now,
            relapses,
            ended_at: now,
            calm_at: None,
            lasts_from: now,
            lower_at: None,
            writes: 0,
            elsewhere: false,
            retry_elsewhere: None,
            graver: false,
            held: false,
            folded: false,
            covers: Vec::new(),
        }));
        self.last_id
    }

    fn note(&mut self, call: &Call<'_>, fault: &Fault, progress: Progress, now: Instant) {
        self.learn_from_answer(call, fault, now);
        let surface = ladder::start(fault.kind, fault.impact, call.notify);
        let unheard = surface == Surface::Silent && call.notify == Notify::Silent;
        let cause = Cause::of(call, fault.kind).filter(|_| !unheard);
        let Some(cause) = cause else {
            self.withdraw(call.id, now);
            return;
        };
        if self.is_told_by_feature(call, &cause, fault.impact) {
            self.withdraw(call.id, now);
            return;
        }
        self.give_to_endpoint(&cause, fault.kind, now);
        let kin = || self.cards.iter().find(|card| card.cause.explains(call, fault.kind)).map(|card| card.id);
        let id = match self.known(&cause).or_else(kin) {
            Some(id) => id,
            None => self.open(cause, Trouble::new(fault.kind, now), now),
        };
        let joined = self.shares.iter().any(|share| share.call == call.id && share.card == id);
        if !joined {
            self.withdraw(call.id, now);
        }
        self.forget_call(call.id);
        let delay = ladder::delay(fault.kind, self.config.delay);
        let quiet = self.pace.quiet;
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        let was_emergency = card.is_emergency();
        let (severity, assertive) = (card.severity(), card.assertive());
        if card.is_over() {
            // It came back: the same notice, told anew, where it was.
            card.trouble = Trouble::new(fault.kind, now);
            card.relapses = card.relapses.saturating_add(1);
            card.elsewhere = false;
            card.since = now;
            card.lasts_from = now;
        }
        card.calm_at = None;
        if core::mem::take(&mut card.elsewhere) {
            // Met here, too: these calls are counted.
            (card.trouble.failed, card.trouble.waiting) = (0, 0);
        }
        if joined {
            card.release();
        }
        let ended = matches!(progress, Progress::Ended);
        let did =
            fault.impact == Impact::DataAtRisk || (call.intent.is_some() && fault.impact >= Impact::Blocked);
        let trouble = &mut card.trouble;
        // What is lost is said, whatever else is.
        let feature = call.feature.filter(|_| fault.impact < Impact::DataAtRisk);
        trouble.feature = feature.filter(|_| trouble.affected() == 0 || trouble.feature == feature);
        let anchor = call.notify.anchor();
        trouble.anchor = anchor.filter(|_| trouble.affected() == 0 || trouble.anchor == anchor);
        let anchor = trouble.anchor;
        trouble.meet(fault.kind, now);
        trouble.impact = trouble.impact.max(fault.impact);
        trouble.intent.add(call.intent);
        trouble.automatic |= call.notify == Notify::Auto;
        trouble.available_at = fault.retry_at.filter(|at| *at > now).or(trouble.available_at);
        if ended {
            trouble.failed = trouble.failed.saturating_add(1);
            trouble.degraded += u32::from(fault.impact == Impact::Degraded);
            if let Some(from) = call.copy_from {
                trouble.copies += 1;
                trouble.copy_from = Some(trouble.copy_from.map_or(from, |oldest| oldest.min(from)));
            }
            trouble.failed_write |= call.write && fault.impact >= Impact::Blocked;
            trouble.urgent |= did;
            trouble.repeat = call.safe_to_repeat.then_some(call.id);
        } else {
            trouble.waiting = trouble.waiting.saturating_add(1);
        }
        let silent = card.surface == Surface::Silent;
        card.surface = ladder::drawable(card.surface.max(surface), anchor);
        if card.surface == Surface::Silent && now >= later(card.lasts_from, ladder::LASTS) {
            // Nobody waits for it, but it has gone on for long.
            card.surface = Surface::Toast;
            card.lasts_from = now;
        }
        if silent && card.surface > Surface::Silent {
            card.close_at = None;
        }
        card.settle(now);
        if quiet && !was_emergency && card.is_emergency() {
            // What was told to nobody is news.
            card.seen = false;
            card.shown_at = now;
        }
        let graver = card.severity() > severity || (card.assertive() && !assertive);
        card.graver |= graver && card.state == State::Shown && card.seen;
        let patience_over = now >= later(card.dismissed_at, QUIET);
        match card.state {
            _ if card.surface == Surface::Silent => card.close_at = Some(later(now, SILENCE)),
            State::Shown => card.close_at = None,
            // A summary stands for it, but what people do must not fail in silence.
            State::Pending if card.folded && !(ended && did) => {}
            // Closed is closed while the cause lives; but what people do must not fail in silence.
            State::Dismissed if !(ended && did && patience_over) => self.idle(id, now),
            state => {
                if state == State::Dismissed {
                    card.state = State::Pending;
                    card.close_at = None;
                }
                card.folded = false;
                card.show_at = card.show_at.or(Some(later(now, delay)));
            }
        }
        if let Progress::Waiting(retry_at) = progress {
            self.shares.push(Share { call: call.id, card: id, retry_at, next: call.next });
        }
    }

    /// Any answer proves that the browser is online; one that blames the request proves that the endpoint serves.
    fn learn_from_answer(&mut self, call: &Call<'_>, fault: &Fault, now: Instant) {
        let Some(status) = fault.status else { return };
        let blames_request = matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429);
        self.recover(Proof::Online, now);
        if blames_request {
            self.recover(Proof::Answered(call), now);
        }
    }

    /// Ends the notices whose cause is over.
    pub(super) fn recover(&mut self, proof: Proof<'_>, now: Instant) {
        let (mut gone, mut over) = (Vec::new(), Vec::new());
        for card in &mut self.cards {
            if !proof.ends(card) {
                continue;
            }
            self.changed = true;
            forget(&mut self.shares, |share| share.card, card.id);
            match card.state {
                State::Shown if card.seen && card.cause.says_recovery() => {
                    card.ended_at = now;
                    card.trouble.over();
                    let calm = card.calm();
                    if calm == 0 || matches!(proof, Proof::Said(_)) {
                        over.push(card.id);
                    } else {
                        card.calm_at = card.calm_at.or(Some(later(now, calm)));
                    }
                }
                State::Shown if card.seen => {
                    card.close_at = Some(now.max(later(card.shown_at, LEAST_SHOWN)));
                    card.trouble.over();
                }
                State::Resolved => card.show_at = None,
                // Nobody knew of it, or somebody closed it: nothing to say.
                _ => gone.push(card.id),
            }
        }
        for id in gone {
            self.close(id);
        }
        for id in over {
            self.say_recovery(id, now);
        }
    }

    /// The cause of a notice that people know of is over, which they hear once: not again while another one says so.
    fn say_recovery(&mut self, id: u32, now: Instant) {
        let said = self.cards.iter().any(|card| card.is_over() && card.cause.is_recovery_of_all());
        let quiet = self.pace.quiet;
        let Some(card) = self.card(id) else { return };
        let silent = quiet && !card.is_emergency();
        card.state = State::Resolved;
        card.lower_at = None;
        if (said && card.cause.is_recovery_of_all()) || silent {
            let end = later(card.shown_at, LEAST_SHOWN);
            card.close_at = Some(end);
            if silent || end <= now {
                self.close(id);
            }
            return;
        }
        card.close_at = None;
        card.seen = false;
    }

    /// Takes a call's share out of its card.
    fn withdraw(&mut self, call: u32, now: Instant) {
        let Some(id) = self.shares.iter().find(|share| share.call == call).map(|share| share.card) else {
            return;
        };
        self.forget_call(call);
        self.changed = true;
        let Some(card) = self.card(id) else { return };
        card.release();
        card.settle(now);
        if card.trouble.affected() == 0 {
            self.idle(id, now);
        }
    }

    /// Nothing is known of the calls behind a card any more.
    pub(super) fn forget_card(&mut self, card: u32) {
        forget(&mut self.shares, |share| share.card, card);
    }

    fn forget_call(&mut self, call: u32) {
        forget(&mut self.shares, |share| share.call, call);
    }

    /// Sets the clock of a card that no call needs, without proof that its cause is over.
    pub(super) fn idle(&mut self, id: u32, now: Instant) {
        let Some(card) = self.card(id) else { return };
        match card.state {
            State::Pending => self.close(id),
            // It is seen whether its cause stays away.
            State::Shown if card.calm_at.is_some() => {}
            State::Resolved => card.show_at = None,
            State::Shown => card.close_at = Some(later(now, ORPHAN)),
            State::Dismissed => card.close_at = (card.trouble.waiting == 0).then(|| later(now, FORGET)),
        }
    }

    /// Ends a notice; one that people knew of can be read again.
    pub(super) fn close(&mut self, id: u32) {
        let place = self.cards.iter().position(|card| card.id == id);
        let Some(mut card) = place.and_then(|at| remove(&mut self.cards, at)) else { return };
        forget(&mut self.shares, |share| share.card, id);
        self.changed = true;
        card.visible = false;
        if card.folded
            && self.folded() == 0
            && let Some(id) = self.known(&Cause::Summary)
            && let Some(summary) = self.card(id)
        {
            summary.close_at = Some(later(summary.shown_at, LEAST_SHOWN));
        }
        match card.state {
            State::Pending => return,
            State::Shown if !card.seen => return,
            State::Shown => card.state = State::Resolved,
            State::Resolved | State::Dismissed => {}
        }
        // Beyond what is kept, the one that was closed first makes room.
        match self.past.get_mut(self.closed) {
            Some(place) => *place = card,
            None => self.past.push(card),
        }
        self.closed = (self.closed + 1) % HISTORY;
    }
}

/// Drops the shares of a call, or of a card. By a function behind a pointer: the code that moves the others is there once.
fn forget(shares: &mut Vec<Share>, of: fn(&Share) -> u32, number: u32) {
    shares.retain(|share| of(share) != number);
}
