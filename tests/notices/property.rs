//! No sequence of events makes a notice flash, doubles a cause or outlives it, and every timer ends.

use std::collections::HashMap;

use proptest::prelude::*;
use steadfetch::fault::{Impact, Kind, Surface};
use steadfetch::notice::{
    Affected, Announcement, Call, Cause, Change, Config, Incident, Notices, Notify, Record, Said, Severity,
    State, Subject, View,
};
use steadfetch::policy::feature::Level;

use crate::support::*;

/// The shortest time that a card must be visible before it may go by itself.
const LEAST: u64 = 1_000;

const KINDS: &[Kind] = &[
    Kind::Offline,
    Kind::Unreachable,
    Kind::Timeout,
    Kind::Overloaded,
    Kind::ServerError,
    Kind::RateLimited,
    Kind::SignInRequired,
    Kind::NotFound,
    Kind::RejectedInput,
    Kind::CircuitOpen,
    Kind::DeadlineTooShort,
    Kind::StorageFull,
    Kind::BusyHere,
];

#[derive(Clone, Debug)]
enum Step {
    Failing(u32, usize, u64),
    Failed(u32, usize),
    Attempting(u32),
    Succeeded(u32),
    Cancelled(u32),
    Online,
    Dismiss(usize),
    Read(usize),
    App(u8, Severity),
    Update(usize, Severity, bool),
    Resolve(usize),
    /// A page elsewhere met what this call meets.
    TakeIn(u32, usize, bool),
    Feature(Level, u8, bool),
    Unanchor(u32),
    Stored,
    Queue(bool),
    Incident(bool),
    Mount(bool),
    Hidden(bool),
    Expand,
    Quiet(bool),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let kind = 0..KINDS.len();
    prop_oneof![
        6 => (0..12u32, kind.clone(), 0..4_000u64).prop_map(|(id, kind, wait)| Step::Failing(id, kind, wait)),
        4 => (0..12u32, kind).prop_map(|(id, kind)| Step::Failed(id, kind)),
        2 => (0..12u32).prop_map(Step::Attempting),
        4 => (0..12u32).prop_map(Step::Succeeded),
        2 => (0..12u32).prop_map(Step::Cancelled),
        1 => Just(Step::Online),
        1 => (0..4usize).prop_map(Step::Dismiss),
        2 => (0..4usize).prop_map(Step::Read),
        1 => (0..3u8, prop_oneof![Just(Severity::Info), Just(Severity::Error)]).prop_map(|(n, severity)| Step::App(n, severity)),
        1 => (0..4usize, prop_oneof![Just(Severity::Info), Just(Severity::Error)], any::<bool>())
            .prop_map(|(at, severity, silent)| Step::Update(at, severity, silent)),
        1 => (0..4usize).prop_map(Step::Resolve),
        2 => (0..12u32, 0..KINDS.len(), prop::bool::weighted(0.3)).prop_map(|(id, kind, over)| Step::TakeIn(id, kind, over)),
        2 => (prop_oneof![Just(Level::Full), Just(Level::Reduced), Just(Level::Off)], 0..4u8, any::<bool>())
            .prop_map(|(level, covers, proven)| Step::Feature(level, covers, proven)),
        1 => (8..11u32).prop_map(Step::Unanchor),
        1 => Just(Step::Stored),
        1 => any::<bool>().prop_map(Step::Queue),
        1 => any::<bool>().prop_map(Step::Incident),
        1 => prop::bool::weighted(0.8).prop_map(Step::Mount),
        1 => any::<bool>().prop_map(Step::Hidden),
        1 => Just(Step::Expand),
        1 => prop::bool::weighted(0.2).prop_map(Step::Quiet),
        8 => (0..2_000u64).prop_map(Step::Pass),
        1 => (20_000..400_000u64).prop_map(Step::Pass),
    ]
}

/// The one feature, which some of the calls are of.
const FEATURE: u32 = 5;

/// Twelve calls over two endpoints and two rules; some write, some say what the person does, some are about
/// an element or of a feature.
fn place(id: u32) -> Call<'static> {
    Call {
        id,
        endpoint: id % 2,
        rule: (id / 2) % 2,
        write: id.is_multiple_of(3),
        notify: match id {
            8..=10 => Notify::At(id),
            11 => Notify::Silent,
            _ => Notify::Auto,
        },
        intent: id.is_multiple_of(4).then_some("save"),
        safe_to_repeat: id.is_multiple_of(5),
        feature: (id % 4 == 1).then_some(FEATURE),
        copy_from: id.is_multiple_of(7).then_some(-i64::from(id)),
        next: (2, 3),
    }
}

/// Whether a call that ends well proves that this is over; the test's own opinion.
fn over(cause: &Cause, call: &Call<'_>) -> bool {
    match cause {
        Cause::Offline => true,
        Cause::Outage { endpoint } | Cause::SignIn { endpoint } => *endpoint == call.endpoint,
        Cause::Lane { endpoint, rule, .. } => *endpoint == call.endpoint && *rule == call.rule,
        _ => false,
    }
}

/// Whether this call's failure can be behind a notice of this cause.
fn behind(cause: &Cause, call: &Call<'_>, failure: Kind) -> bool {
    match cause {
        Cause::Offline => failure == Kind::Offline,
        Cause::Storage => failure == Kind::StorageFull,
        Cause::Outage { endpoint } => *endpoint == call.endpoint,
        Cause::SignIn { endpoint } => *endpoint == call.endpoint && failure == Kind::SignInRequired,
        Cause::Lane { kind, endpoint, rule } | Cause::Request { kind, endpoint, rule, .. } => {
            let same = failure == *kind || failure == Kind::DeadlineTooShort;
            same && *endpoint == call.endpoint && *rule == call.rule
        }
        _ => false,
    }
}

/// What a watcher of the screen remembers.
#[derive(Default)]
struct Watch {
    visible: HashMap<u32, (u64, State)>,
    /// Failures in order: when, which call, what.
    failures: Vec<(u64, u32, Kind)>,
    /// Successes: how many failures there were before, and which call.
    successes: Vec<(usize, Call<'static>)>,
    /// Whether the last thing said of a notice was its end.
    ended: HashMap<u32, bool>,
    /// What was said of a notice last, as far as that makes a difference; gone once it was out of sight.
    words: HashMap<u32, String>,
    closed_by_hand: Vec<u32>,
    /// Nobody looks: nothing is said.
    hidden: bool,
}

/// What makes it news that is worth another word.
fn words(announcement: &Announcement, view: &View) -> String {
    let about = match &view.subject {
        Subject::Fault { .. } => String::new(),
        // That more came up is news, however many that makes.
        Subject::App { .. } if view.cause == Cause::Summary => format!("{}", view.count),
        Subject::App { message, .. } => message.clone(),
    };
    format!("{:?} {:?} {} {about}", announcement.said, view.severity, announcement.assertive)
}

impl Watch {
    fn look(&mut self, notices: &mut Notices, now: u64) {
        let frame = notices.render().clone();
        let mut ended = Vec::new();
        for (at, view) in frame.views.iter().enumerate() {
            let same = |other: &View| other.cause == view.cause || other.id == view.id;
            assert!(!frame.views[..at].iter().any(same), "one cause, two notices: {view:?}");
            assert!(matches!(view.state, State::Shown | State::Resolved));
            let before = self.visible.get(&view.id).copied();
            let turned = before.is_none_or(|(_, state)| state == State::Resolved);
            if let (true, State::Shown, Subject::Fault { .. }) = (turned, view.state, &view.subject) {
                self.assert_lasted(&view.cause, now);
            }
            let since = before.map_or(now, |(since, _)| since);
            self.visible.insert(view.id, (since, view.state));
            if view.state == State::Resolved && self.ended.contains_key(&view.id) && !self.hidden {
                // In words, or by closing while another one says it for all.
                ended.push(view.id);
            }
        }
        let here = |id: &u32| frame.views.iter().any(|view| view.id == *id);
        let gone: Vec<u32> = self.visible.keys().filter(|id| !here(id)).copied().collect();
        for id in gone {
            let (since, _) = self.visible.remove(&id).unwrap();
            let by_hand = self.closed_by_hand.contains(&id);
            assert!(
                by_hand || self.hidden || now >= since + LEAST,
                "notice {id} was there for {} ms only",
                now - since
            );
        }
        // Once it is over, also where another one says so for all, that it came back is news.
        let over = |id: &u32| frame.views.iter().any(|view| view.id == *id && view.state == State::Resolved);
        self.words.retain(|id, words| here(id) && !(over(id) && words.starts_with("Shown")));
        for announcement in notices.announcements() {
            let recovered = announcement.said == Said::Recovered;
            let last = self.ended.insert(announcement.notice, recovered);
            let closed = self.closed_by_hand.contains(&announcement.notice);
            // What gets graver is said again; an end, only of what was said.
            assert!(!recovered || last == Some(false) || closed, "said out of turn");
            let view = frame.views.iter().find(|view| view.id == announcement.notice);
            let words = words(&announcement, view.expect("only what is seen is spoken of"));
            let before = self.words.insert(announcement.notice, words.clone());
            assert!(before != Some(words), "said twice: {announcement:?}");
        }
        for id in ended {
            self.ended.insert(id, true);
        }
        Self::assert_summary(notices, now);
        let list = notices.list();
        let living = |view: &&View| matches!(view.state, State::Pending | State::Shown);
        for view in list.iter().filter(living) {
            let twins = list.iter().filter(living).filter(|other| other.cause == view.cause);
            assert_eq!(twins.count(), 1);
        }
    }

    /// There is a summary where it stands for something, and only there, but for the moment that it must be seen.
    fn assert_summary(notices: &Notices, now: u64) {
        let living = |view: &&View| matches!(view.state, State::Pending | State::Shown);
        let pending = |notices: &Notices| {
            let waits = |view: &&View| view.state == State::Pending && view.cause != Cause::Summary;
            notices.list().iter().filter(waits).count()
        };
        let mut opened = notices.clone();
        opened.expand(now);
        let folded = pending(notices) - pending(&opened);
        let list = notices.list();
        let summary = list.iter().filter(living).find(|view| view.cause == Cause::Summary);
        assert_eq!(folded > 0, folded > 0 && summary.is_some(), "{folded} notices are lost");
        let Some(summary) = summary else { return };
        assert_eq!(summary.count as usize, folded.max(1));
        // It was said a moment ago, if for another one, and must be seen.
        let goes = notices.next_timer().is_some_and(|at| at <= now + LEAST);
        assert!(folded > 0 || goes, "a summary of nothing");
    }

    /// Its cause has been failing for the delay at least, and nothing disproved it since.
    fn assert_lasted(&self, cause: &Cause, now: u64) {
        let proof = self.successes.iter().rev().find(|(_, call)| over(cause, call));
        let from = proof.map_or(0, |(before, _)| *before);
        let first = self.failures[from..].iter().find(|(_, id, kind)| behind(cause, &place(*id), *kind));
        assert!(first.is_some_and(|(met, ..)| now >= met + DELAY), "a flash at {now}: {cause:?}, {first:?}");
    }
}

/// What another page says of what this call met there.
fn record(id: u32, kind: Kind, over: bool, now: u64) -> Record {
    let call = place(id);
    Record {
        family: "",
        urgent: false,
        kind,
        impact: Impact::Blocked,
        endpoint: call.endpoint,
        rule: call.rule,
        intent: call.intent.map(str::to_owned),
        count: 2,
        waiting: id % 3,
        retry_at: Some(now + 3_000),
        available_at: None,
        since: now,
        write: false,
        over,
    }
}

fn run(steps: &[Step]) {
    let mut notices = Notices::new(Config { max_visible: 100, ..Config::default() });
    notices.mounted(true, 0);
    let mut watch = Watch::default();
    let mut now = 0;
    for step in steps {
        let pick = |at: usize, notices: &mut Notices| notices.render().views.get(at).map(|view| view.id);
        if let Step::Failing(..) | Step::Failed(..) = step {
            // A feature's card goes where the endpoint's says it all.
            let feature = |view: &&View| matches!(view.cause, Cause::Feature { .. });
            let merging = notices.render().views.iter().filter(feature).map(|view| view.id);
            watch.closed_by_hand.extend(merging);
        }
        match step {
            Step::Failing(id, kind, wait) => {
                watch.failures.push((now, *id, KINDS[*kind]));
                notices.failing(&place(*id), &fault(KINDS[*kind]), Some(now + wait), now);
            }
            Step::Failed(id, kind) => {
                watch.failures.push((now, *id, KINDS[*kind]));
                notices.failed(&place(*id), &fault(KINDS[*kind]), now);
            }
            Step::Attempting(id) => notices.attempting(*id),
            Step::Succeeded(id) => {
                let call = Call { write: true, ..place(*id) };
                watch.successes.push((watch.failures.len(), call));
                notices.succeeded(&call, true, now);
                for view in notices.render().views.iter().filter(|view| view.state == State::Shown) {
                    assert!(view.settling || !over(&view.cause, &call), "it outlived its cause: {view:?}");
                }
            }
            Step::Cancelled(id) => notices.cancelled(*id, now),
            Step::Online => {
                notices.online(now);
                let offline = |view: &View| {
                    view.cause == Cause::Offline && view.state == State::Shown && !view.settling
                };
                assert!(!notices.render().views.iter().any(offline));
            }
            Step::Dismiss(at) => {
                watch.look(&mut notices, now);
                if let Some(id) = pick(*at, &mut notices) {
                    watch.closed_by_hand.push(id);
                    notices.dismiss(id, now);
                    assert!(!notices.render().views.iter().any(|view| view.id == id));
                }
            }
            Step::Read(at) => {
                watch.look(&mut notices, now);
                let due = pick(*at, &mut notices).filter(|id| now >= watch.visible[id].0 + 6_000);
                if let Some(id) = due {
                    notices.expired(id, now);
                }
            }
            Step::App(n, severity) => {
                notices.show(app("hello", Some(&n.to_string()), *severity), now);
            }
            Step::Resolve(at) => {
                let own = |view: &&View| matches!(view.cause, Cause::App(_));
                let id = notices.render().views.iter().filter(own).nth(*at).map(|view| view.id);
                if let Some(id) = id {
                    notices.resolve(id, None, now);
                }
            }
            Step::Update(at, severity, silent) => {
                let own = |view: &&View| matches!(view.cause, Cause::App(_));
                let id = notices.render().views.iter().filter(own).nth(*at).map(|view| view.id);
                let surface = Some(if *silent { Surface::Silent } else { Surface::Toast });
                if let Some(id) = id {
                    if *silent {
                        watch.closed_by_hand.push(id);
                    }
                    let change = Change { severity: Some(*severity), surface, ..Change::default() };
                    notices.update(id, change, now);
                }
            }
            Step::TakeIn(id, kind, over) => {
                if !over {
                    watch.failures.push((now, *id, KINDS[*kind]));
                }
                notices.take_in(&record(*id, KINDS[*kind], *over, now), now);
            }
            Step::Feature(level, covers, proven) => {
                let covers: Vec<u32> = (0..2).filter(|endpoint| covers & (1 << endpoint) != 0).collect();
                for endpoint in covers.iter().filter(|_| *level != Level::Full) {
                    // What it stands for has been met, by whomever.
                    for id in [0, 2].map(|rule| endpoint + rule) {
                        watch.failures.push((now, id, Kind::Timeout));
                        watch.failures.push((now, id, Kind::ServerError));
                    }
                }
                // Two cards that become one are no loss.
                let one = |view: &&View| {
                    view.cause.endpoint().is_some_and(|endpoint| covers.contains(&endpoint))
                        || (*level != Level::Full && matches!(view.cause, Cause::Feature { .. }))
                };
                let merging: Vec<u32> =
                    notices.render().views.iter().filter(one).map(|view| view.id).collect();
                if watch.hidden {
                    // Whoever comes back hears that it changed, also where it is as it was.
                    merging.iter().for_each(|id| drop(watch.words.remove(id)));
                }
                watch.closed_by_hand.extend(merging);
                notices.feature(FEATURE, "search", *level, covers, *proven, now);
            }
            Step::Unanchor(anchor) => notices.unanchor(*anchor),
            Step::Stored => notices.stored(now),
            Step::Queue(on) => notices.show_queue(*on),
            Step::Incident(on) => {
                let incident = Incident { since: 1, until: None, kinds: vec![], features: vec![] };
                notices.incidents(vec![incident; usize::from(*on)], vec![0]);
            }
            Step::Mount(on) => notices.mounted(*on, now),
            Step::Hidden(hidden) => {
                watch.look(&mut notices, now);
                watch.hidden = *hidden;
                notices.hidden(*hidden, now);
            }
            Step::Expand => {
                watch.closed_by_hand.extend(watch.visible.keys());
                notices.expand(now);
            }
            Step::Quiet(on) => {
                watch.look(&mut notices, now);
                watch.closed_by_hand.extend(watch.visible.keys());
                notices.do_not_disturb(*on, now);
                // What was not seen in the quiet is told anew.
                for (id, ended) in &mut watch.ended {
                    *ended |= !watch.visible.contains_key(id);
                }
            }
            Step::Pass(time) => {
                let until = now + time;
                while let Some(next) = notices.next_timer().filter(|next| *next <= until) {
                    now = now.max(next);
                    notices.tick(now);
                    assert!(notices.next_timer().is_none_or(|later| later > now), "a timer without end");
                    watch.look(&mut notices, now);
                }
                now = until;
            }
        }
        watch.look(&mut notices, now);
        let shares: usize = notices.list().iter().map(|view| notices.affected(view.id).waiting.len()).sum();
        assert!(shares <= 12, "a call has one share at most");
    }
    now = drain(&mut notices, &mut watch, now);
    end(&mut notices, &mut watch, now);
}

/// Lets all timers run out, which they must.
fn drain(notices: &mut Notices, watch: &mut Watch, mut now: u64) -> u64 {
    for _ in 0..1_000 {
        let Some(next) = notices.next_timer() else { return now };
        now = now.max(next);
        notices.tick(now);
        watch.look(notices, now);
    }
    panic!("timers never end");
}

/// All is well again, and whatever is left was read: nothing is left of it.
fn end(notices: &mut Notices, watch: &mut Watch, now: u64) {
    watch.closed_by_hand.extend(notices.list().iter().map(|view| view.id));
    notices.do_not_disturb(false, now);
    notices.hidden(false, now);
    notices.mounted(true, now);
    notices.online(now);
    notices.stored(now);
    notices.feature(FEATURE, "search", Level::Full, vec![], true, now);
    for id in 0..12 {
        notices.succeeded(&Call { write: true, ..place(id) }, true, now);
        notices.cancelled(id, now);
    }
    watch.closed_by_hand.extend(notices.list().iter().map(|view| view.id));
    let mut now = drain(notices, watch, now);
    for _ in 0..2 {
        for view in notices.list() {
            notices.dismiss(view.id, now);
        }
        now = drain(notices, watch, now);
    }
    assert!(notices.is_idle(), "{:#?}", notices.list());
    assert!(notices.render().views.is_empty() && notices.records().is_empty());
    for view in notices.list() {
        assert_eq!(notices.affected(view.id), Affected::default());
        assert!(view.actions.is_empty() && !view.visible);
    }
    assert!(!(0..12).any(|id| notices.keeps(id)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_flashes_doubles_or_outlives_its_cause(steps in prop::collection::vec(step(), 1..120)) {
        run(&steps);
    }
}
