//! The members of a policy, as they stand in `defaults`, in a rule and in a call's own options.

use super::shape::{Member, Shape};
use crate::policy::settings::Id;

/// The longest `attempts`: beyond it, retrying is a loop.
const MAX_ATTEMPTS: u64 = 20;

/// A list of HTTP methods.
pub(super) const METHODS: Shape = Shape::List(&Shape::Text);

const LIMIT: Shape = Shape::OrFalse(&Shape::Millis(1));

/// `Policy` of the public API.
pub(super) static POLICY: &[Member] = &[
    Member::set("attemptTimeout", Id::AttemptTimeout, LIMIT),
    Member::set("idleTimeout", Id::IdleTimeout, LIMIT),
    Member::set(
        "deadline",
        Id::Deadline,
        Shape::Either(
            &Shape::Object(&[
                Member::must_set("total", Id::Deadline, Shape::Millis(1)),
                Member::set("body", Id::DeadlineBody, Shape::Flag),
            ]),
            &LIMIT,
        ),
    ),
    Member::set(
        "retry",
        Id::Retry,
        Shape::OrFalse(&Shape::Object(&[
            Member::set(
                "attempts",
                Id::RetryAttempts,
                Shape::Whole(1, MAX_ATTEMPTS, "attempts in all (1 means no retry),"),
            ),
            Member::may("methods", METHODS),
            Member::may("statuses", Shape::List(&Shape::Whole(400, 599, "an error status"))),
            Member::set("base", Id::RetryBase, Shape::Millis(0)),
            Member::set("cap", Id::RetryCap, Shape::Millis(0)),
            Member::set("timeouts", Id::RetryTimeouts, Shape::Flag),
        ])),
    ),
    Member::set(
        "budget",
        Id::Budget,
        Shape::OrFalse(&Shape::Object(&[
            Member::set("capacity", Id::BudgetCapacity, Shape::Amount(1000)),
            Member::set("refill", Id::BudgetRefill, Shape::Amount(1000)),
        ])),
    ),
    Member::set(
        "breaker",
        Id::Breaker,
        Shape::OrFalse(&Shape::Object(&[
            Member::set("failureRatio", Id::BreakerFailureRatio, Shape::Ratio),
            Member::set("consecutive", Id::BreakerConsecutive, Shape::Whole(1, 1000, "failures in a row,")),
            Member::set("minimum", Id::BreakerMinimum, Shape::Whole(1, 10_000, "outcomes,")),
            Member::set("window", Id::BreakerWindow, Shape::Millis(1)),
            Member::set("open", Id::BreakerOpen, Shape::Millis(1)),
            Member::set("openCap", Id::BreakerOpenCap, Shape::Millis(1)),
            Member::set("slow", Id::BreakerSlow, Shape::Millis(1)),
            Member::set("whileOpen", Id::BreakerWhileOpen, Shape::OneOf("hold|refuse")),
            Member::set("halfOpen", Id::BreakerHalfOpen, Shape::OneOf("queue|refuse")),
        ])),
    ),
    Member::set(
        "bulkhead",
        Id::Bulkhead,
        Shape::OrFalse(&Shape::Object(&[
            Member::must_set("concurrent", Id::BulkheadConcurrent, Shape::Whole(1, 10_000, "calls at once,")),
            Member::set("queue", Id::BulkheadQueue, Shape::Whole(0, 10_000, "waiting calls,")),
        ])),
    ),
    Member::set(
        "hedge",
        Id::Hedge,
        Shape::OrFalse(&Shape::Object(&[
            Member::set("delay", Id::HedgeDelay, Shape::Either(&Shape::OneOf("p95"), &Shape::Millis(1))),
            Member::set("max", Id::HedgeMax, Shape::Whole(1, 5, "extra attempts,")),
            Member::set("budget", Id::HedgeBudget, Shape::Ratio),
        ])),
    ),
    Member::set("pacing", Id::Pacing, Shape::Flag),
    Member::set("coalesce", Id::Coalesce, Shape::Flag),
    Member::set(
        "idempotency",
        Id::Idempotency,
        Shape::OrFalse(&Shape::Object(&[
            Member::may("header", Shape::Text),
            Member::set("quoted", Id::IdempotencyQuoted, Shape::Flag),
        ])),
    ),
    Member::set(
        "cache",
        Id::Cache,
        Shape::OrFalse(&Shape::Object(&[
            Member::must_set(
                "strategy",
                Id::CacheStrategy,
                Shape::OneOf("network-first|cache-first|stale-while-revalidate"),
            ),
            Member::set("fresh", Id::CacheFresh, Shape::Millis(0)),
            Member::set("staleIfError", Id::CacheStaleIfError, Shape::Millis(0)),
            Member::set("staleWhileRevalidate", Id::CacheStaleWhileRevalidate, Shape::Millis(0)),
            Member::set("headStart", Id::CacheHeadStart, Shape::Millis(0)),
            Member::set("maxEntries", Id::CacheMaxEntries, Shape::Whole(1, 100_000, "copies,")),
            Member::set("maxBytes", Id::CacheMaxBytes, Shape::Whole(1, 1 << 40, "bytes,")),
            Member::may("vary", Shape::List(&Shape::Text)),
        ])),
    ),
    Member::set(
        "outbox",
        Id::Outbox,
        Shape::OrFalse(&Shape::Object(&[
            Member::may("lane", Shape::Text),
            Member::set("retention", Id::OutboxRetention, Shape::Millis(1000)),
            Member::set("attempts", Id::OutboxAttempts, Shape::Whole(1, 10_000, "attempts in all,")),
            Member::set("respond", Id::OutboxRespond, Shape::OneOf("202|wait")),
        ])),
    ),
    Member::set("throwHttpErrors", Id::ThrowHttpErrors, Shape::Flag),
];
