//! The features of a client, by number: what is said of each, what its endpoints say, and what that comes to.

use super::endpoints::Endpoints;
use super::{Engine, Lane, Lanes};
use crate::call::Request;
use crate::list::contains;
use crate::policy::breaker::{Breaker, State, Verdict};
use crate::policy::feature::{Feature, Level, MOST, Seen, is_name};
use crate::policy::settings::Id;
use crate::time::{Instant, Millis, earlier, later};
use alloc::string::String;
use alloc::vec::Vec;

/// Lanes whose endpoints count for one feature; later ones are taken for well.
const MOST_WAYS: usize = 32;

/// Of an endpoint that nobody has asked for so long since its breaker would let a request through, nothing is known any more:
/// an app that hides what is off would otherwise never see it again, ms.
const UNTRIED: Millis = 60_000;

/// Who says how much of a feature there is, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The app, by hand.
    Hand = 0,
    /// The policy document.
    Document = 1,
    /// The feature's flag.
    Flag = 2,
    /// Its breakers, and nobody else.
    Breakers = 3,
}

/// A rule's endpoints, as far as its calls go to them.
#[derive(Clone, Debug)]
struct Way {
    /// The rule's number, and the first endpoint: it is known by both.
    rule: u32,
    route: Vec<u32>,
    /// A stored copy, or the outbox.
    stands_in: bool,
}

/// One feature.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// How much of it there is.
    pub level: Level,
    /// Who says so.
    pub by: By,
    /// Since when.
    pub since: Instant,
    /// By hand, by the policy document, by its flag.
    said: [Option<Level>; 3],
    breakers: Feature,
    ways: Vec<Way>,
    /// Calls of it have brought a fallback.
    stands_in: bool,
    /// Listeners do not know yet.
    changed: bool,
}

impl Named {
    fn new(name: &str) -> Self {
        Named {
            name: name.into(),
            level: Level::Full,
            by: By::Breakers,
            since: 0,
            said: [None; 3],
            breakers: Feature::default(),
            ways: Vec::new(),
            stands_in: false,
            changed: false,
        }
    }

    fn decide(&self) -> (Level, By) {
        let [hand, document, flag] = self.said;
        for (level, by) in [(hand, By::Hand), (document, By::Document), (flag, By::Flag)] {
            if let Some(level) = level {
                return (level, by);
            }
        }
        (self.breakers.level(), By::Breakers)
    }

    /// What its endpoints look like.
    fn seen(&self, endpoints: &Endpoints, now: Instant) -> Seen {
        let mut seen = Seen::default();
        let mut hopeless = !self.stands_in;
        for way in &self.ways {
            let (mut works, mut met) = (false, 0);
            for number in &way.route {
                let Some(endpoint) = endpoints.get(*number) else { continue };
                works |= untried_at(&endpoint.breaker).is_none_or(|at| at <= now);
                met = endpoint.breaker.opened_at().max(met);
            }
            hopeless &= !works && !way.stands_in;
            if !works {
                seen = Seen { level: Level::Reduced, met: met.max(seen.met) };
            }
        }
        if hopeless && seen.level == Level::Reduced {
            seen.level = Level::Off;
        }
        seen
    }

    /// Whether all that it needs answers, as far as is known.
    fn is_proven(&self, endpoints: &Endpoints) -> bool {
        let answers = |way: &Way| {
            let mut states = way.route.iter().filter_map(|number| endpoints.get(*number));
            states.any(|endpoint| endpoint.breaker.state() == State::Closed)
        };
        self.ways.iter().all(answers)
    }
}

/// When nothing is known any more of the endpoint of this breaker; `None`: it is closed.
fn untried_at(breaker: &Breaker) -> Option<Instant> {
    let asked = match breaker.state() {
        State::Closed => return None,
        State::Open { until } => until,
        State::HalfOpen { lease } => lease.unwrap_or(breaker.opened_at()),
    };
    Some(later(asked, UNTRIED))
}

/// All features of a client.
#[derive(Clone, Debug, Default)]
pub struct Features {
    all: Vec<Named>,
    /// When their endpoints were last looked at.
    looked: Instant,
}

impl Features {
    /// One of them.
    pub fn get(&self, number: u32) -> Option<&Named> {
        self.all.get(number as usize)
    }

    /// The number of a feature; `None`: it cannot be called so, or there are too many.
    fn number(&mut self, name: &str) -> Option<u32> {
        let known = self.all.iter().position(|feature| feature.name == name);
        if known.is_none() {
            if self.all.len() >= MOST || !is_name(name) {
                return None;
            }
            self.all.push(Named::new(name));
        }
        Some(known.unwrap_or(self.all.len() - 1) as u32)
    }

    /// A lane is of this feature now, and of no other one.
    fn join(&mut self, number: u32, lane: &Lane) {
        if !lane.policy.on(Id::Breaker) {
            return;
        }
        let mut route = Vec::new();
        let home = lane.targets().first();
        for (at, endpoint) in lane.route.iter().enumerate() {
            // Calls stay in the group that they begin in: without weights, that of the first one.
            let group = |at: usize| lane.targets().get(at).map(|target| &target.group);
            if lane.weighted() || home.is_none() || group(at) == group(0) {
                route.push(*endpoint);
            }
        }
        let rule = lane.rule_number();
        let stands_in = lane.policy.on(Id::Cache) || lane.policy.on(Id::Outbox);
        for (at, feature) in self.all.iter_mut().enumerate() {
            let place =
                feature.ways.iter().position(|way| way.rule == rule && way.route.first() == route.first());
            match place {
                Some(place) if at != number as usize => drop(feature.ways.swap_remove(place)),
                Some(place) => {
                    if let Some(way) = feature.ways.get_mut(place) {
                        way.route.clone_from(&route);
                        way.stands_in |= stands_in;
                    }
                }
                None if at == number as usize && feature.ways.len() < MOST_WAYS => {
                    feature.ways.push(Way { rule, route: route.clone(), stands_in });
                }
                None => {}
            }
        }
    }
}

impl Features {
    /// Rules were replaced: what they were of this feature, and are not any more, says nothing about it.
    pub(super) fn leave(&mut self, lanes: &Lanes) {
        for feature in &mut self.all {
            let Named { name, ways, .. } = feature;
            ways.retain(|way| way.rule == 0 || lanes.feature_of(way.rule) == Some(name.as_str()));
        }
    }
}

impl Engine {
    /// Somebody says how much of a feature there is; `None`: they leave it to whoever comes next.
    pub fn say_feature(&mut self, name: &str, by: By, level: Option<Level>, now: Instant) {
        let Some(number) = self.features.number(name) else { return };
        self.say_of(number, by, level, now);
    }

    fn say_of(&mut self, number: u32, by: By, level: Option<Level>, now: Instant) {
        let feature = self.features.all.get_mut(number as usize);
        if let Some(said) = feature.and_then(|feature| feature.said.get_mut(by as usize)) {
            *said = level;
        }
        self.decide_feature(number, now);
    }

    /// What the policy document says, in place of what it said before.
    pub fn say_document(&mut self, named: &[(String, Level)], now: Instant) {
        for (name, _) in named {
            self.features.number(name);
        }
        for number in 0..self.features.all.len() as u32 {
            let name = self.features.get(number).map(|feature| feature.name.clone()).unwrap_or_default();
            let found = named.iter().find(|(known, _)| *known == name);
            self.say_of(number, By::Document, found.map(|(_, level)| *level), now);
        }
    }

    /// Gives a lane its feature, where it has one.
    pub(super) fn join_feature(&mut self, lane: u32) {
        let Some(own) = self.lanes.get(lane) else { return };
        let Some(name) = own.feature_name() else { return };
        let Some(number) = self.features.number(name) else { return };
        self.features.join(number, own);
        self.lanes.set_feature(lane, number);
    }

    /// Tells a call on this lane how much of its feature there is. Where only breakers hold it back, a request that one of them
    /// would let through as its probe goes the usual way: nothing else would ever find out that the endpoint is back.
    pub(super) fn meet_feature(&mut self, lane: u32, request: &mut Request, now: Instant) {
        let Some(lane) = self.lanes.get(lane) else { return };
        let Some(number) = lane.feature else { return };
        if let Some(feature) = self.features.all.get_mut(number as usize) {
            feature.stands_in |= request.fallback;
        }
        let probes = lane.route.iter().any(|number| {
            let endpoint = self.endpoints.get(*number);
            endpoint.is_some_and(|endpoint| endpoint.breaker.verdict(now) == Verdict::Probe)
        });
        self.look_at_features(now);
        let Some(feature) = self.features.get(number) else { return };
        if feature.by != By::Breakers || !probes {
            request.level = feature.level;
        }
    }

    /// Looks at what the endpoints of features say.
    pub(super) fn look_at_features(&mut self, now: Instant) {
        self.features.looked = now;
        for number in 0..self.features.all.len() {
            let Some(feature) = self.features.all.get_mut(number) else { continue };
            let seen = feature.seen(&self.endpoints, now);
            if feature.breakers.observe(seen, now) {
                self.decide_feature(number as u32, now);
            }
        }
    }

    fn decide_feature(&mut self, number: u32, now: Instant) {
        let Some(feature) = self.features.all.get_mut(number as usize) else { return };
        let decided = feature.decide();
        if decided == (feature.level, feature.by) {
            return;
        }
        feature.changed = true;
        feature.by = decided.1;
        if feature.level != decided.0 {
            feature.level = decided.0;
            feature.since = now;
        }
        let proven = feature.by != By::Breakers || feature.is_proven(&self.endpoints);
        let mut covers = Vec::new();
        if feature.by == By::Breakers {
            // Those that are down; where none is any more, all that may have been.
            for all in [false, true] {
                for way in &feature.ways {
                    let works = |number: &u32| {
                        let endpoint = self.endpoints.get(*number);
                        endpoint.and_then(|endpoint| untried_at(&endpoint.breaker)).is_none_or(|at| at <= now)
                    };
                    // One that works is enough.
                    if !all && way.route.iter().any(works) {
                        continue;
                    }
                    for number in &way.route {
                        if !contains(&covers, *number) {
                            covers.push(*number);
                        }
                    }
                }
                if !covers.is_empty() {
                    break;
                }
            }
        }
        self.notices.feature(number, &feature.name, feature.level, covers, proven, now);
    }

    /// The machine slept for so long.
    pub(super) fn features_slept(&mut self, slept: Millis) {
        for feature in &mut self.features.all {
            feature.breakers.slept(slept);
        }
    }

    /// When time does something to a feature.
    pub(super) fn feature_timer(&self) -> Option<Instant> {
        let mut next = None;
        for feature in &self.features.all {
            next = earlier(next, feature.breakers.next_timer());
            if feature.breakers.level() == Level::Full || feature.breakers.next_timer().is_some() {
                continue;
            }
            for number in feature.ways.iter().flat_map(|way| &way.route) {
                let untried = self.endpoints.get(*number).and_then(|endpoint| untried_at(&endpoint.breaker));
                next = earlier(next, untried.filter(|at| *at > self.features.looked));
            }
        }
        next
    }

    /// The next feature of which listeners do not know.
    pub fn next_feature(&mut self) -> Option<u32> {
        let at = self.features.all.iter().position(|feature| feature.changed)?;
        if let Some(feature) = self.features.all.get_mut(at) {
            feature.changed = false;
        }
        Some(at as u32)
    }

    /// The features.
    pub fn features(&self) -> &Features {
        &self.features
    }
}
