//! What holds for every call, whatever the options and the server do.

use proptest::prelude::*;
use steadfetch::call::{Rejection, Request};

use crate::world::{End, Reply, Story, World};

fn reply() -> impl Strategy<Value = Reply> {
    let status = prop::sample::select(vec![200, 204, 304, 400, 404, 408, 413, 429, 500, 501, 502, 503, 529]);
    prop_oneof![
        4 => (status, 0..3000u64, prop::option::of(0..100_000u64))
            .prop_map(|(status, after, server_wait)| Reply::Answer { status, after, server_wait }),
        1 => (0..3000u64).prop_map(|after| Reply::Reset { after }),
        1 => Just(Reply::Silence),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    attempts: u32,
    base: u64,
    extra: u64,
    attempt_timeout: u64,
    deadline: u64,
    seed: u64,
    method: &'static str,
    request: Request,
    replies: Vec<Reply>,
    abort_at: Option<u64>,
}

fn case() -> impl Strategy<Value = Case> {
    let options = (1..=20u32, 0..2000u64, 0..5000u64, 1..2000u64, 0..20_000u64, 0..1000u64);
    let method = prop::sample::select(vec!["GET", "PUT", "POST", "QUERY", "PURGE"]);
    let facts = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let script = (prop::collection::vec(reply(), 1..8), prop::option::of(1000..30_000u64));
    (options, method, facts, script).prop_map(|(options, method, facts, (replies, abort_at))| {
        let (attempts, base, extra, attempt_timeout, beyond, seed) = options;
        let (slow_body, streamed, keyed, integrity, sent) = facts;
        let request = Request { slow_body, streamed, keyed, integrity, sent, ..Request::default() };
        let deadline = attempt_timeout + beyond;
        Case { attempts, base, extra, attempt_timeout, deadline, seed, method, request, replies, abort_at }
    })
}

fn tell(case: &Case) -> Story {
    let Case { attempts, base, extra, attempt_timeout, deadline, seed, .. } = case;
    let cap = base + extra;
    let options = format!(
        r#"{{ "seed": {seed}, "defaults": {{ "attemptTimeout": {attempt_timeout}, "deadline": {deadline},
            "retry": {{ "attempts": {attempts}, "base": {base}, "cap": {cap} }} }} }}"#
    );
    let mut world = World::new(&options, &case.replies);
    (world.method, world.request, world.abort_at) = (case.method, case.request, case.abort_at);
    world.run()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn every_call_ends_within_its_limits(case in case()) {
        let story = tell(&case);
        prop_assert!(story.requests() <= case.attempts as usize);
        prop_assert!(story.ended <= 1000 + case.deadline, "ended at {}", story.ended);
        prop_assert!(story.sent.iter().all(|at| *at < 1000 + case.deadline || *at == 1000));
        prop_assert!(story.sent.iter().all(|at| case.abort_at.is_none_or(|abort| *at <= abort || *at == 1000)));
        prop_assert!(story.entries.windows(2).all(|pair| pair[0].at <= pair[1].at), "in order");
    }

    #[test]
    fn a_request_that_may_have_had_an_effect_is_not_sent_twice(case in case()) {
        let story = tell(&case);
        let repeatable = !matches!(case.method, "POST" | "PURGE") || case.request.keyed;
        if !repeatable || case.request.streamed {
            prop_assert_eq!(story.requests(), 1);
        }
    }

    #[test]
    fn equal_seeds_tell_equal_stories(case in case()) {
        prop_assert_eq!(tell(&case), tell(&case));
    }

    #[test]
    fn an_error_status_never_becomes_a_browser_error(case in case()) {
        let story = tell(&case);
        if story.end == End::Rejected(Rejection::Native) {
            let broke = case.replies.iter().any(|reply| matches!(reply, Reply::Reset { .. }));
            prop_assert!(broke);
        }
    }
}
