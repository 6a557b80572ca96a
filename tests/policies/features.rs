//! Features: who says how far they are on, what that does to calls, and what people are told.

use proptest::prelude::*;
use steadfetch::call::{Level, Rejection, Request};
use steadfetch::engine::By;
use steadfetch::fault::Kind;
use steadfetch::notice::{Cause, State, Subject, View};
use steadfetch::policy::breaker;
use steadfetch::policy::options::Rules;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{APP, End, World, status, tree};

const OPTIONS: &str = r#"{ "defaults": { "retry": false, "deadline": false, "breaker": { "consecutive": 3, "open": 4000, "openCap": 4000,
    "whileOpen": "refuse" } }, "rules": [{ "match": "/search", "feature": "search" }] }"#;

fn world() -> World {
    let mut world = World::new(OPTIONS, &[status(200)]);
    world.tell(|engine, now| engine.notices.mounted(true, now));
    world
}

/// The same, where three failures of the feature's own calls have opened the breaker.
fn down() -> World {
    let mut world = world();
    world.serve_all(&[status(500)]);
    fail(&mut world, "/search", 3);
    world
}

fn fail(world: &mut World, path: &str, times: usize) {
    for _ in 0..times {
        world.get(path);
        world.run();
    }
}

/// A feature's level, and who says so.
fn state(world: &World, name: &str) -> (Level, By) {
    let features = world.engine.features();
    let named = (0..).map_while(|number| features.get(number)).find(|feature| feature.name == name);
    named.map_or((Level::Full, By::Breakers), |feature| (feature.level, feature.by))
}

fn level(world: &World) -> Level {
    state(world, "search").0
}

fn say(world: &mut World, by: By, level: Option<Level>) {
    world.tell(|engine, now| engine.say_feature("search", by, level, now));
}

/// Lets time pass, a call every so often.
fn visit(world: &mut World, until: u64, every: u64) {
    while world.now < until {
        let next = world.now + every;
        world.get("/search");
        world.run_until(next);
    }
}

fn seen(world: &mut World) -> Vec<View> {
    world.engine.notices.render().views.clone()
}

fn message(view: &View) -> &str {
    match &view.subject {
        _ if view.state == State::Resolved => view.resolved_as.as_deref().unwrap_or("recovered"),
        Subject::App { message, .. } => message,
        Subject::Fault { kind, .. } => kind.name(),
    }
}

#[test]
fn the_strongest_word_holds_and_auto_takes_it_back() {
    let mut world = down();
    assert_eq!(state(&world, "search"), (Level::Reduced, By::Breakers));
    say(&mut world, By::Flag, Some(Level::Off));
    assert_eq!(state(&world, "search"), (Level::Off, By::Flag));
    world.tell(|engine, now| engine.say_document(&[("search".into(), Level::Full)], now));
    assert_eq!(state(&world, "search"), (Level::Full, By::Document));
    say(&mut world, By::Hand, Some(Level::Reduced));
    assert_eq!(state(&world, "search"), (Level::Reduced, By::Hand));
    world.tell(|engine, now| engine.say_document(&[("other".into(), Level::Off)], now));
    say(&mut world, By::Hand, None);
    assert_eq!(state(&world, "search"), (Level::Off, By::Flag), "the later document says nothing of it");
    say(&mut world, By::Flag, None);
    assert_eq!(state(&world, "search"), (Level::Reduced, By::Breakers));
    assert_eq!(state(&world, "other"), (Level::Off, By::Document));
}

#[test]
fn listeners_hear_of_every_change_once() {
    let mut world = world();
    assert_eq!(world.engine.next_feature(), None);
    say(&mut world, By::Hand, Some(Level::Off));
    say(&mut world, By::Hand, Some(Level::Off));
    let number = world.engine.next_feature().expect("it changed");
    assert_eq!(world.engine.features().get(number).map(|feature| feature.since), Some(world.now));
    assert_eq!(world.engine.next_feature(), None);
}

#[test]
fn a_feature_is_reduced_while_nothing_works_and_full_once_it_has_been_well() {
    let mut world = down();
    let breaker::State::Open { until } = world.breaker(APP) else { panic!("open") };
    world.serve_all(&[status(200)]);
    world.run_until(until);
    let probe = world.get("/search");
    world.run();
    assert_eq!(world.end(probe), Some(End::Resolved(200)), "nothing else would find out");
    let well = world.now;
    world.run_until(well + 14_999);
    assert_eq!(level(&world), Level::Reduced);
    // By the engine's own clock.
    assert_eq!(world.engine.next_timer(), Some(well + 15_000));
    world.run_until(well + 15_000);
    assert_eq!(level(&world), Level::Full);
}

#[test]
fn an_endpoint_that_alternates_does_not_make_it_flap() {
    let mut world = down();
    let mut changes = 0;
    for _ in 0..30 {
        world.serve_all(&[status(200)]);
        let until = world.now + 12_000;
        visit(&mut world, until, 1_000);
        world.serve_all(&[status(500)]);
        let until = world.now + 6_000;
        visit(&mut world, until, 1_000);
        changes += usize::from(level(&world) != Level::Reduced);
    }
    assert_eq!(changes, 0);
}

#[test]
fn another_endpoint_that_works_keeps_it_full() {
    let endpoints = |group: &str| {
        format!(
            r#"{{ "defaults": {{ "retry": {{ "attempts": 2, "base": 1, "cap": 1 }}, "breaker": {{ "consecutive": 2, "whileOpen": "refuse" }} }},
                "rules": [{{ "match": "/search", "feature": "search", "endpoints": {{ "urls":
                    [{{ "url": "https://a.example", "group": "eu" }}, {{ "url": "https://b.example", "group": "{group}" }}] }} }}] }}"#
        )
    };
    for (group, expected) in [("eu", Level::Full), ("us", Level::Reduced)] {
        let mut world = World::new(&endpoints(group), &[status(200)]);
        world.serve("https://a.example", &[status(503)]);
        fail(&mut world, "/search", 3);
        assert!(matches!(world.breaker("https://a.example"), breaker::State::Open { .. }));
        assert_eq!(level(&world), expected, "{group}");
    }
}

#[test]
fn it_is_off_where_trouble_lasts_and_nothing_stands_in() {
    let mut world = down();
    let began = world.now;
    visit(&mut world, began + 55_000, 1_000);
    assert_eq!(level(&world), Level::Reduced);
    visit(&mut world, began + 70_000, 1_000);
    assert_eq!(level(&world), Level::Off);
    // Nothing is sent, but a probe whenever the breaker would let one through.
    let sent = world.sent.len();
    let until = world.now + 40_000;
    visit(&mut world, until, 1_000);
    assert!((world.sent.len() - sent) <= 20, "{}", world.sent.len() - sent);
    // It comes back by steps.
    world.serve_all(&[status(200)]);
    while world.breaker(APP) != breaker::State::Closed {
        let soon = world.now + 500;
        visit(&mut world, soon, 500);
    }
    let well = world.now;
    let refused = world.get("/search");
    assert!(world.calls[refused].says(What::Refused, Why::FeatureOff));
    world.run_until(well + 15_000);
    assert_eq!(level(&world), Level::Reduced);
    world.run_until(well + 30_000);
    assert_eq!(level(&world), Level::Full);
}

#[test]
fn what_stands_in_keeps_it_from_going_off() {
    let cached = OPTIONS.replace(r#""feature":"#, r#""cache": { "strategy": "network-first" }, "feature":"#);
    for (options, request) in
        [(cached.as_str(), Request::default()), (OPTIONS, Request { fallback: true, ..Request::default() })]
    {
        let mut world = World::new(options, &[status(500)]);
        let until = world.now + 200_000;
        while world.now < until {
            let next = world.now + 1_000;
            world.call("GET", "/search", request, "null");
            world.run_until(next);
        }
        assert_eq!(level(&world), Level::Reduced);
    }
}

#[test]
fn a_feature_that_nobody_uses_any_more_comes_back_by_itself_and_says_nothing() {
    let mut world = down();
    world.run_until(world.now + 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["feature-reduced"]);
    world.run_until(world.now + 60_000);
    assert_eq!(level(&world), Level::Reduced);
    world.run_until(world.now + 20_000);
    assert_eq!(level(&world), Level::Full, "an app that hides it would never see it again");
    assert!(seen(&mut world).is_empty(), "nobody knows that it works again");
    assert_eq!(world.next_event(), None);
}

#[test]
fn what_is_off_by_hand_sends_nothing_and_its_fallback_stands_in() {
    let mut world = world();
    say(&mut world, By::Hand, Some(Level::Off));
    let refused = world.get("/search");
    let other = world.get("/other");
    let fallback = world.call("GET", "/search", Request { fallback: true, ..Request::default() }, "null");
    world.run();
    assert_eq!(world.end(refused), Some(End::Rejected(Rejection::Refused)));
    assert_eq!(world.calls[refused].fault, Some(Kind::CircuitOpen));
    assert_eq!((world.end(other), world.sent.len()), (Some(End::Resolved(200)), 1));
    assert_eq!(world.calls[fallback].source, "fallback");
    // A call may name another feature, or bring the only one.
    let own = world.call("GET", "/search", Request::default(), r#"{ "feature": "suggestions" }"#);
    let named = world.call("GET", "/other", Request::default(), r#"{ "feature": "search" }"#);
    world.run();
    assert_eq!(world.end(own), Some(End::Resolved(200)));
    assert_eq!(world.end(named), Some(End::Rejected(Rejection::Refused)));
}

#[test]
fn one_card_stands_for_the_feature_and_its_endpoint_and_recovers_once() {
    let mut world = world();
    world.serve_all(&[status(500)]);
    // The endpoint's card is there before the breaker opens.
    fail(&mut world, "/search", 2);
    world.run_until(world.now + 1_000);
    let before = seen(&mut world);
    assert_eq!(before.iter().map(message).collect::<Vec<_>>(), ["server-error"]);
    fail(&mut world, "/search", 4);
    let card = seen(&mut world);
    assert_eq!(card.iter().map(message).collect::<Vec<_>>(), ["feature-reduced"]);
    assert_eq!(card[0].id, before[0].id, "in place");
    assert!(matches!(&card[0].cause, Cause::Feature { name, .. } if name == "search"));
    world.engine.notices.announcements();
    world.serve_all(&[status(200)]);
    let until = world.now + 10_000;
    visit(&mut world, until, 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["feature-reduced"], "not yet");
    let until = world.now + 12_000;
    visit(&mut world, until, 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["feature-full"]);
    assert_eq!(world.engine.notices.announcements().len(), 1, "said once");
}

#[test]
fn where_others_meet_the_trouble_too_the_endpoints_card_stands_alone() {
    // They did before.
    let mut world = world();
    world.serve_all(&[status(503)]);
    fail(&mut world, "/other", 1);
    fail(&mut world, "/search", 3);
    world.run_until(world.now + 1_000);
    assert_eq!(level(&world), Level::Reduced);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["overloaded"]);
    // Or they do so after it.
    let mut world = down();
    world.run_until(world.now + 1_000);
    let feature = seen(&mut world);
    assert_eq!(feature.iter().map(message).collect::<Vec<_>>(), ["feature-reduced"]);
    fail(&mut world, "/other", 1);
    let endpoint = seen(&mut world);
    assert_eq!(endpoint.iter().map(message).collect::<Vec<_>>(), ["circuit-open"]);
    assert_eq!(endpoint[0].id, feature[0].id, "in place");
}

#[test]
fn its_card_stands_for_the_endpoints_that_are_down_alone() {
    const OTHER: &str = "https://other.example";
    let rules = r#""rules": [{ "match": "/search", "feature": "search" },
        { "match": "https://other.example/**", "feature": "search" }] }"#;
    let options = OPTIONS.replace(r#""rules": [{ "match": "/search", "feature": "search" }] }"#, rules);
    let mut world = World::new(&options, &[status(200)]);
    world.tell(|engine, now| engine.notices.mounted(true, now));
    world.serve(OTHER, &[status(500)]);
    // It has both ways.
    fail(&mut world, "/search", 1);
    fail(&mut world, "https://other.example/a", 3);
    world.run_until(world.now + 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["feature-reduced"]);
    // Somebody else has trouble with the one that is well, for a moment.
    world.serve(APP, &[status(503), status(200)]);
    fail(&mut world, "/page", 1);
    world.run_until(world.now + 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["feature-reduced", "overloaded"]);
    fail(&mut world, "/page", 1);
    world.run_until(world.now + 20_000);
    assert!(seen(&mut world).iter().map(message).any(|message| message == "feature-reduced"));
}

#[test]
fn a_write_that_is_lost_is_said_whatever_the_feature_does() {
    let mut world = down();
    world.run_until(world.now + 1_000);
    world.call("POST", "/search", Request::default(), "null");
    world.run();
    world.run_until(world.now + 1_000);
    assert_eq!(seen(&mut world).iter().map(message).collect::<Vec<_>>(), ["circuit-open"]);
}

#[test]
fn a_card_that_was_closed_stays_closed_until_the_feature_was_full() {
    let mut world = world();
    say(&mut world, By::Hand, Some(Level::Reduced));
    world.run_until(world.now + 1_000);
    let id = seen(&mut world)[0].id;
    world.tell(|engine, now| engine.notices.dismiss(id, now));
    say(&mut world, By::Hand, Some(Level::Off));
    world.run_until(world.now + 900_000);
    assert!(seen(&mut world).is_empty());
    say(&mut world, By::Hand, Some(Level::Full));
    assert!(seen(&mut world).is_empty(), "and its end is no news");
    say(&mut world, By::Hand, Some(Level::Reduced));
    world.run_until(world.now + 1_000);
    assert_eq!(seen(&mut world).len(), 1);
}

#[test]
fn a_level_that_lasts_for_a_moment_is_not_shown() {
    let mut world = world();
    say(&mut world, By::Flag, Some(Level::Reduced));
    world.run_until(world.now + 500);
    say(&mut world, By::Flag, None);
    world.run_until(world.now + 5_000);
    assert!(seen(&mut world).is_empty());
}

#[test]
fn a_rule_that_changes_its_feature_takes_its_endpoints_along() {
    let mut world = down();
    let rules = Rules::document(
        &tree(r#"{ "version": 1, "rules": [{ "match": "/search", "feature": "find" }] }"#),
        &Rules::default(),
    );
    let rules = rules.unwrap().unwrap();
    world.tell(|engine, _| engine.configure(rules));
    world.get("/search");
    assert_eq!(state(&world, "find"), (Level::Reduced, By::Breakers));
    world.run_until(world.now + 15_000);
    assert_eq!(state(&world, "search"), (Level::Full, By::Breakers), "nothing of it is in trouble");
}

#[test]
fn endless_names_do_not_grow_memory_without_end() {
    let mut world = world();
    for number in 0..1_000 {
        world.tell(|engine, now| {
            engine.say_feature(&format!("f{number}"), By::Hand, Some(Level::Off), now);
            engine.say_feature("<b>", By::Hand, Some(Level::Off), now);
        });
        world.call("GET", "/x", Request::default(), &format!(r#"{{ "feature": "c{number}" }}"#));
    }
    assert!(world.engine.features().get(99).is_some() && world.engine.features().get(100).is_none());
    world.run();
}

#[test]
fn a_sleep_turns_nothing_off() {
    let mut world = down();
    world.now += 3_600_000;
    world.tell(|engine, now| engine.slept(3_600_000, now));
    fail(&mut world, "/search", 1);
    assert_eq!(level(&world), Level::Reduced);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the server did and people said: once it is well, and everybody leaves it to the breakers, the feature is full
    /// again, no card stands, and the clock comes to rest.
    #[test]
    fn it_always_comes_back(steps in prop::collection::vec((0..6usize, 0..20_000u64), 1..60)) {
        let mut world = world();
        for (what, wait) in steps {
            match what {
                0 => world.serve_all(&[status(503)]),
                1 => world.serve_all(&[status(200)]),
                2 => say(&mut world, By::Hand, [None, Some(Level::Off)][(wait % 2) as usize]),
                3 => say(&mut world, By::Flag, [None, Some(Level::Reduced)][(wait % 2) as usize]),
                4 => drop(world.get("/other")),
                _ => drop(world.get("/search")),
            }
            let until = world.now + wait;
            world.run_until(until);
            let views = seen(&mut world);
            let stands = views.iter().filter(|view| view.state == State::Shown).count();
            let another_cause = state(&world, "search").1 != By::Breakers;
            prop_assert!(stands <= 1 || another_cause, "one cause, one notice: {:?}", views);
        }
        world.serve_all(&[status(200)]);
        say(&mut world, By::Hand, None);
        say(&mut world, By::Flag, None);
        let until = world.now + 600_000;
        visit(&mut world, until, 5_000);
        prop_assert_eq!(state(&world, "search"), (Level::Full, By::Breakers));
        let of_feature = |view: &View| matches!(view.cause, Cause::Feature { .. }) && view.state == State::Shown;
        prop_assert!(!seen(&mut world).iter().any(of_feature));
    }
}
