//! What holds whatever the options, the servers, the callers, the person and the other tabs do.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use steadfetch::call::{Found, Input, Level, Rejection, Request};
use steadfetch::engine::Told;
use steadfetch::fault::Kind;
use steadfetch::policy::breaker::State;
use steadfetch::policy::endpoint::Gate;
use steadfetch::policy::options::Options;
use steadfetch::policy::settings::Id;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, Sent, World, offline, reset, silence, status, tree};

/// A look-up, an outbox and a fallback take so long at most here, ms.
const SLOWEST: u64 = 2000;

/// Beyond its deadline a call takes so long at most: one look-up, the outbox, a fallback.
const ROOM: u64 = 3 * SLOWEST;

/// So late that every pause, lease and ejection is over.
const FAR: u64 = 1 << 50;

fn reply() -> impl Strategy<Value = Reply> {
    let codes = vec![200, 200, 200, 206, 304, 401, 404, 408, 409, 413, 425, 429, 500, 502, 503, 529];
    let answer = (
        prop::sample::select(codes),
        0..4000u64,
        prop::option::weighted(0.3, 0..20_000u64),
        prop::option::weighted(0.1, (0..5u64, 0..10_000u64)),
        prop::option::weighted(0.1, 0..3u64),
        any::<bool>(),
    );
    prop_oneof![
        8 => answer.prop_map(|(code, after, wait, quota, concurrent, resumable)| {
            let mut reply = status(code).after(after);
            reply = wait.map_or(reply, |wait| reply.wait(wait));
            reply = quota.map_or(reply, |(left, reset)| reply.quota(left, reset));
            reply = concurrent.map_or(reply, |most| reply.concurrent(most));
            if resumable { reply.resumable() } else { reply }
        }),
        2 => (0..4000u64).prop_map(|after| reset().after(after)),
        1 => (0..100u64).prop_map(|after| offline().after(after)),
        2 => Just(silence()),
    ]
}

fn or_false(object: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![1 => Just("false".to_owned()), 4 => object]
}

/// The members of a policy, each of them named.
fn policy() -> impl Strategy<Value = String> {
    let limits = (
        prop::option::weighted(0.7, 1..5000u64),
        prop::option::weighted(0.7, 0..15_000u64),
        prop::option::weighted(0.3, 1..3000u64),
        any::<bool>(),
    );
    let retry = or_false((1..6u32, 0..500u64, 0..3000u64, any::<bool>()).prop_map(
        |(attempts, base, more, timeouts)| {
            let cap = base + more;
            format!(r#"{{ "attempts": {attempts}, "base": {base}, "cap": {cap}, "timeouts": {timeouts} }}"#)
        },
    ));
    let budget = or_false((0..20u32, 0..30u32).prop_map(|(capacity, tenths)| {
        format!(r#"{{ "capacity": {capacity}, "refill": {} }}"#, f64::from(tenths) / 10.0)
    }));
    let breaker = or_false(
        (1..6u32, 1..8u32, 0..10u32, 10_000..40_000u64, (1..5000u64, 0..9000u64), (any::<bool>(), any::<bool>()), prop::option::weighted(0.2, 1..3000u64))
            .prop_map(|(consecutive, minimum, tenths, window, (open, more), (hold, queue), slow)| {
                let (while_open, half_open) = (if hold { "hold" } else { "refuse" }, if queue { "queue" } else { "refuse" });
                let slow = slow.map_or(String::new(), |slow| format!(r#""slow": {slow},"#));
                format!(
                    r#"{{ "consecutive": {consecutive}, "minimum": {minimum}, "failureRatio": {}, "window": {window}, {slow}
                        "open": {open}, "openCap": {}, "whileOpen": "{while_open}", "halfOpen": "{half_open}" }}"#,
                    f64::from(tenths) / 10.0,
                    open + more
                )
            }),
    );
    let bulkhead = prop_oneof![
        Just("false".to_owned()),
        (1..4u32, 0..4u32)
            .prop_map(|(most, queue)| format!(r#"{{ "concurrent": {most}, "queue": {queue} }}"#)),
    ];
    let hedge = prop_oneof![
        Just("false".to_owned()),
        (1..1500u64, 1..4u32)
            .prop_map(|(delay, max)| format!(r#"{{ "delay": {delay}, "max": {max}, "budget": 1 }}"#)),
    ];
    let strategy = prop::sample::select(vec!["network-first", "cache-first", "stale-while-revalidate"]);
    let cache = or_false((strategy, prop::option::of(0..3000u64)).prop_map(|(strategy, head_start)| {
        let head_start = head_start.map_or(String::new(), |wait| format!(r#", "headStart": {wait}"#));
        format!(r#"{{ "strategy": "{strategy}"{head_start} }}"#)
    }));
    let outbox = or_false(Just("{}".to_owned()));
    (limits, retry, budget, breaker, (bulkhead, hedge), (any::<bool>(), cache, outbox)).prop_map(
        |((attempt, more, idle, body), retry, budget, breaker, (bulkhead, hedge), (pacing, cache, outbox))| {
            let limit = |limit: Option<u64>| limit.map_or("false".to_owned(), |limit| limit.to_string());
            let total = more.map(|more| attempt.unwrap_or(1) + more);
            let deadline = total.map_or("false".to_owned(), |total| format!(r#"{{ "total": {total}, "body": {body} }}"#));
            format!(
                r#""attemptTimeout": {}, "deadline": {deadline}, "idleTimeout": {}, "retry": {retry}, "budget": {budget},
                    "breaker": {breaker}, "bulkhead": {bulkhead}, "hedge": {hedge}, "pacing": {pacing}, "cache": {cache}, "outbox": {outbox}"#,
                limit(attempt),
                limit(idle)
            )
        },
    )
}

fn options() -> impl Strategy<Value = String> {
    let order = prop::sample::select(vec!["listed", "weighted"]);
    (policy(), policy(), policy(), order).prop_map(|(defaults, a, b, order)| {
        format!(
            r#"{{ "defaults": {{ {defaults} }}, "rules": [
                {{ "match": "/a/*", {a}, "endpoints": {{ "order": "{order}", "urls": [
                    {{ "url": "https://one.example", "group": "eu" }}, {{ "url": "https://two.example", "group": "eu" }},
                    {{ "url": "https://three.example", "group": "us", "weight": 2 }} ] }} }},
                {{ "match": "/b/*", {b} }} ] }}"#
        )
    })
}

const URLS: [&str; 4] = ["/a/x", "/b/x", "/c", "https://other.example/"];
const METHODS: [&str; 4] = ["GET", "GET", "POST", "PUT"];

#[derive(Clone, Debug)]
enum Event {
    Call(usize, usize, Request),
    Abort(prop::sample::Index),
    RetryNow(prop::sample::Index),
    Online,
    Slept(u64),
    /// The clock jumps, and nobody noticed that the machine slept.
    Jump(u64),
    Hear(usize, Told),
    HearOfRule(usize, u32, u64),
    Body(prop::sample::Index, u8),
    SaveData(bool),
    Configure(String),
    /// What else there is, for so long.
    Pass(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let level = prop::sample::select(vec![Level::Full, Level::Full, Level::Full, Level::Reduced, Level::Off]);
    let sent = prop::bool::weighted(0.1);
    let stands_in = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), level, sent);
    let request = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), stands_in).prop_map(
        |(slow_body, streamed, keyed, integrity, (looks, fallback, behind, level, sent))| Request {
            looks,
            fallback,
            behind,
            level,
            slow_body,
            streamed,
            keyed,
            integrity,
            sent,
            ..Request::default()
        },
    );
    let number = prop_oneof![Just(0), 1_700_000_000_000..1_700_000_100_000u64, any::<u64>()];
    let told = (number.clone(), number.clone(), number.clone(), number.clone(), 0..30_000u64).prop_map(
        |(opened_at, open_until, closed_at, cool_down, spent)| Told {
            opened_at,
            open_until,
            closed_at,
            cool_down,
            spent,
        },
    );
    let index = any::<prop::sample::Index>;
    prop_oneof![
        12 => (0..URLS.len(), 0..METHODS.len(), request).prop_map(|(url, method, request)| Event::Call(url, method, request)),
        4 => index().prop_map(Event::Abort),
        2 => index().prop_map(Event::RetryNow),
        1 => Just(Event::Online),
        1 => (1..10_000_000u64).prop_map(Event::Slept),
        1 => (1..10_000_000u64).prop_map(Event::Jump),
        1 => (0..5usize, told).prop_map(|(url, told)| Event::Hear(url, told)),
        1 => (0..5usize, 0..4u32, number).prop_map(|(url, rule, until)| Event::HearOfRule(url, rule, until)),
        4 => (index(), 0..4u8).prop_map(|(call, what)| Event::Body(call, what)),
        1 => any::<bool>().prop_map(Event::SaveData),
        1 => options().prop_map(Event::Configure),
        8 => (0..5000u64).prop_map(Event::Pass),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    options: String,
    auth: bool,
    seed: u64,
    replies: Vec<Reply>,
    refreshes: Vec<(u64, bool)>,
    copy: (u64, Found),
    stand_ins: Vec<(u64, bool)>,
    events: Vec<Event>,
}

fn case() -> impl Strategy<Value = Case> {
    let refreshes = prop::collection::vec((0..5000u64, any::<bool>()), 1..4);
    let replies = prop::collection::vec(reply(), 1..12);
    let events = prop::collection::vec(event(), 1..60);
    let found = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(fresh, stale, meanwhile)| Found {
        fresh,
        stale,
        meanwhile,
        age: Some(9),
    });
    let stand_ins = prop::collection::vec((0..SLOWEST, any::<bool>()), 1..6);
    let apart = ((0..SLOWEST, found), stand_ins);
    (options(), any::<bool>(), 0..1000u64, replies, refreshes, apart, events).prop_map(
        |(options, auth, seed, replies, refreshes, (copy, stand_ins), events)| Case {
            copy,
            stand_ins,
            options,
            auth,
            seed,
            replies,
            refreshes,
            events,
        },
    )
}

/// What was promised to one call when it began.
struct Promise {
    attempts: u32,
    hedges: u32,
    /// Its deadline, put off by sleep; `None`: it has none.
    deadline: Option<u64>,
}

struct Run {
    world: World,
    auth: bool,
    promises: Vec<Promise>,
    breakers: HashMap<String, State>,
    /// The largest budget of any call so far.
    capacity: f64,
    /// Endpoints that other tabs have told of.
    heard: HashSet<String>,
}

const ENDPOINTS: [&str; 5] = [
    "https://one.example",
    "https://two.example",
    "https://three.example",
    "https://app.example",
    "https://other.example",
];

impl Run {
    fn new(case: &Case) -> Self {
        let world = match case.auth {
            true => World::with_auth(&case.options, &case.replies, case.seed),
            false => World::seeded(&case.options, &case.replies, case.seed),
        };
        let mut run = Run {
            world,
            auth: case.auth,
            promises: vec![],
            breakers: HashMap::new(),
            capacity: 0.0,
            heard: HashSet::new(),
        };
        run.world.refreshes = case.refreshes.iter().copied().collect();
        run.world.copy = case.copy;
        run.world.stand_ins = case.stand_ins.iter().copied().collect();
        run
    }

    fn happen(&mut self, event: &Event) {
        let world = &mut self.world;
        let now = world.now;
        let clocks = world.clocks();
        let pick = |index: &prop::sample::Index, of: usize| (of > 0).then(|| index.index(of));
        match event {
            Event::Call(url, method, request) => {
                let url = URLS[*url];
                let href =
                    if url.starts_with('/') { format!("https://app.example{url}") } else { url.to_owned() };
                let lane = world.engine.lane(METHODS[*method], &href).unwrap();
                let policy = &world.engine.lanes().get(lane).unwrap().policy;
                if policy.on(Id::Budget) {
                    self.capacity = self.capacity.max(policy.number(Id::BudgetCapacity));
                }
                self.promises.push(Promise {
                    attempts: if policy.on(Id::Retry) { policy.whole(Id::RetryAttempts) } else { 1 },
                    hedges: if policy.on(Id::Hedge) { policy.whole(Id::HedgeMax) } else { 0 },
                    // Beyond it, something may still stand in; what could not go behind others begins anew.
                    deadline: policy
                        .limit(Id::Deadline, request.slow_body)
                        .filter(|_| !request.behind)
                        .map(|total| now + total + ROOM),
                });
                world.call(METHODS[*method], url, *request, "null");
            }
            Event::Abort(index) => {
                if let Some(call) = pick(index, world.calls.len()).filter(|call| world.end(*call).is_none()) {
                    world.abort(call);
                }
            }
            Event::RetryNow(index) => {
                if let Some(call) = pick(index, world.calls.len()) {
                    world.retry_now(&[call]);
                }
            }
            Event::Online => world.tell(|engine, now| engine.online(now)),
            Event::Slept(time) => {
                for (call, promise) in self.promises.iter_mut().enumerate() {
                    if world.calls[call].end.is_none() && !world.calls[call].reading {
                        promise.deadline = promise.deadline.map(|at| at + time);
                    }
                }
                world.now += time;
                world.tell(|engine, now| engine.slept(*time, now));
            }
            Event::Jump(time) => {
                world.now += time;
                let after = world.now;
                // Whatever ends now could not end earlier.
                for promise in &mut self.promises {
                    promise.deadline =
                        promise.deadline.map(|at| if at > now { at.max(after + ROOM) } else { at });
                }
                world.tell(|engine, now| engine.tick(now));
            }
            Event::Hear(url, told) => {
                world.tell(|engine, _| engine.hear(ENDPOINTS[*url], *told, clocks));
                self.heard.insert(ENDPOINTS[*url].to_owned());
                // A success or a failure elsewhere explains any state.
                self.breakers.remove(ENDPOINTS[*url]);
            }
            Event::HearOfRule(url, rule, until) => {
                world.tell(|engine, _| engine.hear_of_rule(ENDPOINTS[*url], *rule, *until, clocks));
            }
            Event::Body(index, what) => {
                if let Some(call) = pick(index, world.calls.len())
                    && world.calls[call].reading
                    && !world.calls[call].recovering
                    && world.end(call).is_none()
                {
                    let inputs = [Input::BodyWait, Input::BodyChunk, Input::BodyEnd, Input::BodyFailed];
                    world.body(call, inputs[*what as usize]);
                }
            }
            Event::SaveData(saves) => world.engine.set_save_data(*saves),
            Event::Configure(options) => {
                let rules = Options::read(&tree(options)).unwrap().rules;
                world.tell(|engine, _| engine.configure(rules));
            }
            Event::Pass(time) => {
                let end = now + time;
                while let Some(next) = self.world.next_event().filter(|next| *next <= end) {
                    self.world.step(next);
                    self.check();
                }
                self.world.now = end;
            }
        }
        self.check();
    }

    /// What holds at every moment.
    fn check(&mut self) {
        let world = &self.world;
        for number in 0..world.engine.endpoints().len() as u32 {
            let endpoint = world.engine.endpoints().get(number).unwrap();
            // What another tab says is bounded only when the next token is taken.
            let heard = self.heard.contains(&endpoint.url);
            assert!(
                heard || endpoint.budget.spent() <= self.capacity,
                "overspent: {}",
                endpoint.budget.spent()
            );
            let state = endpoint.breaker.state();
            let before = self.breakers.insert(endpoint.url.clone(), state).unwrap_or(state);
            let legal = match (before, state) {
                (State::Closed, State::HalfOpen { .. }) => false,
                (State::Open { until }, State::HalfOpen { .. }) => until <= world.now,
                (State::Open { until }, State::Open { until: next }) => next == until || until <= world.now,
                _ => true,
            };
            assert!(legal, "{before:?} → {state:?}");
            for slot in &endpoint.held {
                assert!(
                    world.calls.iter().any(|call| call.slot == *slot && call.end.is_none()),
                    "a stale entry"
                );
            }
        }
        for (call, seen) in world.calls.iter().enumerate() {
            let refused = seen.end == Some(End::Rejected(Rejection::Refused));
            assert!(!refused || seen.attempts == 0, "it was sent, and ends as if it had not been: {seen:?}");
            let promise = &self.promises[call];
            assert!(seen.hedges <= promise.hedges);
            let most = promise.attempts + u32::from(self.auth);
            assert!(seen.attempts - seen.hedges <= most, "{} attempts: {seen:?}", seen.attempts);
            let until = if seen.end.is_some() || seen.reading { seen.ended } else { world.now };
            assert!(promise.deadline.is_none_or(|at| until <= at), "{:?}: {seen:?}", promise.deadline);
        }
    }

    /// Servers recover, readers read to the end: every call must end, and nothing may be left behind.
    fn end(&mut self) {
        self.world.recover();
        for _ in 0..50 {
            self.world.run();
            // Nobody has looked at what breakers did on the way.
            self.breakers.clear();
            self.check();
            let reading: Vec<_> =
                (0..self.world.calls.len()).filter(|call| self.world.end(*call).is_none()).collect();
            if reading.is_empty() {
                break;
            }
            reading.into_iter().for_each(|call| self.world.body(call, Input::BodyEnd));
        }
        let world = &mut self.world;
        assert!(world.calls.iter().all(|call| call.end.is_some()));
        for url in URLS {
            let href =
                if url.starts_with('/') { format!("https://app.example{url}") } else { url.to_owned() };
            let lane = world.engine.lane("GET", &href).unwrap();
            let lane = world.engine.lanes().get(lane).unwrap();
            for number in &lane.route {
                let endpoint = world.engine.endpoints().get(*number).unwrap();
                assert!(endpoint.held.is_empty(), "held for ever");
                assert!(endpoint.doubt.taken_until(FAR).is_none(), "an attempt is counted for ever");
                assert_eq!(endpoint.gate(lane.rule_number(), &lane.policy, false, FAR), Gate::Go);
                let tokens = endpoint.budget.tokens(&lane.policy);
                assert!(
                    (0.0..=lane.policy.number(Id::BudgetCapacity).max(10.0)).contains(&tokens),
                    "{tokens}"
                );
            }
        }
        self.places_are_free();
    }

    /// As many calls as a bulkhead allows find a place at once, no more and no fewer.
    fn places_are_free(&mut self) {
        let world = &mut self.world;
        world.now = FAR;
        world.serve_all(&[silence()]);
        for url in ["/a/x", "/b/x"] {
            let lane = world.engine.lane("GET", &format!("https://app.example{url}")).unwrap();
            let policy = world.engine.lanes().get(lane).unwrap().policy.clone();
            if !policy.on(Id::Bulkhead) {
                continue;
            }
            let (most, queue) = (policy.whole(Id::BulkheadConcurrent), policy.whole(Id::BulkheadQueue));
            for number in 0..=most + queue {
                let call = world.get(url);
                let busy = world.calls[call].fault == Some(Kind::BusyHere);
                assert_eq!(busy, number == most + queue, "{number} of {most} + {queue}");
                if !busy && world.end(call).is_none() {
                    let queued = world.entries(call).iter().any(|entry| entry.why == Why::Queued);
                    assert_eq!(queued, number >= most);
                } else if !busy {
                    return;
                }
            }
        }
    }
}

fn tell(case: &Case) -> (Vec<Sent>, Vec<(Option<End>, u64)>) {
    let mut run = Run::new(case);
    case.events.iter().for_each(|event| run.happen(event));
    run.end();
    let ends = run.world.calls.iter().map(|call| (call.end, call.ended)).collect();
    (run.world.sent, ends)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn every_call_ends_and_nothing_is_left_behind(case in case()) {
        tell(&case);
    }

    #[test]
    fn equal_seeds_tell_equal_stories(case in case()) {
        prop_assert_eq!(tell(&case), tell(&case));
    }

    #[test]
    fn nobody_is_refused_while_an_endpoint_of_the_group_would_take_it(case in case()) {
        let mut run = Run::new(&case);
        for event in &case.events {
            run.happen(event);
            let Event::Call(0, ..) = event else { continue };
            let world = &mut run.world;
            let seen = world.calls.last().unwrap().clone();
            let off = seen.says(What::Refused, Why::FeatureOff);
            if seen.end != Some(End::Rejected(Rejection::Refused)) || seen.fault == Some(Kind::BusyHere) || off {
                continue;
            }
            let lane = world.engine.lane("GET", "https://app.example/a/x").unwrap();
            let lane = world.engine.lanes().get(lane).unwrap();
            for (target, number) in lane.targets().iter().zip(&lane.route) {
                let endpoint = world.engine.endpoints().get(*number).unwrap();
                let free = endpoint.gate(lane.rule_number(), &lane.policy, false, world.now) == Gate::Go;
                let home = lane.weighted() || target.group == "eu";
                prop_assert!(!free || !home, "{} would take it", endpoint.url);
            }
        }
    }
}
