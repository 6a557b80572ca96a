//! Copies of answers: what holds whatever servers, rules and clocks say.

use proptest::prelude::*;
use steadfetch::policy::freshness::{Facts, LONGEST, Said, Standing, Terms, may_keep, standing};

/// What such fields are made of, and what breaks them.
fn field() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "max-age=",
        "stale-if-error=",
        "stale-while-revalidate=",
        "no-cache",
        "no-store",
        "must-revalidate",
        "private",
        "60",
        "86400",
        "99999999999999999999",
        ", ",
        ",",
        "=",
        "\"",
        "\\",
        " ",
        "日",
        "*",
        "Mon, 21 Sep 2026 14:13:20 GMT",
        "Sun, 21 Sep 1997 14:13:20 GMT",
    ]);
    prop_oneof![1 => ".{0,20}", 9 => prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())]
}

fn instant() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 1_790_000_000_000..1_800_000_000_000u64, 1 => any::<u64>()]
}

fn terms() -> impl Strategy<Value = Terms> {
    let time = || prop_oneof![4 => 0..100_000_000u64, 1 => any::<u64>()];
    (prop::option::of(time()), time(), time()).prop_map(|(fresh, stale, meanwhile)| Terms {
        fresh,
        stale,
        meanwhile,
    })
}

fn is_usable(found: Standing) -> bool {
    found.fresh || found.stale || found.meanwhile
}

proptest! {
    #[test]
    fn a_copy_only_ever_gets_worse(
        fields in prop::collection::vec(field(), 7),
        terms in terms(),
        came in instant(),
        times in (0..LONGEST * 2, 0..LONGEST * 2),
    ) {
        let said = Said {
            asked: &fields[0],
            cache_control: &fields[1],
            expires: &fields[2],
            date: &fields[3],
            age: &fields[4],
            last_modified: &fields[5],
            pragma: &fields[6],
            vary: "",
        };
        let at = |after: u64| standing(&said, terms, came, came.saturating_add(after));
        let (sooner, later) = (at(times.0.min(times.1)), at(times.0.max(times.1)));
        prop_assert!(sooner.fresh || !later.fresh);
        prop_assert!(is_usable(sooner) || !is_usable(later));
        prop_assert!(sooner.age <= later.age);
        prop_assert_eq!(sooner.useful, later.useful);
        // Nothing is kept for longer than it is of use, or less long.
        prop_assume!(came < u64::MAX - LONGEST);
        prop_assert!(!is_usable(at(sooner.useful)));
        if let Some(last) = sooner.useful.checked_sub(1) {
            let willing = Said { asked: "", ..said };
            prop_assert!(is_usable(standing(&willing, terms, came, came + last)));
        }
        // Of a copy from the future nobody knows that it is fresh.
        prop_assert!(!standing(&said, terms, came, came.saturating_sub(1 + times.0)).fresh || came == 0);
    }

    #[test]
    fn what_is_forbidden_is_neither_kept_nor_served(
        before in field(),
        after in field(),
        word in prop::sample::select(vec!["no-store", "No-Cache"]),
        terms in terms(),
        came in instant(),
    ) {
        let text = format!("{before},{word},{after}");
        let said = Said { cache_control: &text, ..Said::default() };
        let found = standing(&said, terms, came, came);
        let hidden = text.contains('"');
        prop_assert!(hidden || !is_usable(found));
        prop_assert!(hidden || found.useful == 0);
        let facts = Facts { status: 200, get: true, partitioned: true, ..Facts::default() };
        prop_assert!(hidden || word != "no-store" || !may_keep(&said, facts));
    }
}
