//! The header fields of a Response that policies look at.

use crate::call::Answer;
use crate::fault::Kind;
use crate::policy::server_time::TimingHeaders;

/// On the facts of an answer: its headers are those of another origin, and Retry-After cannot be read.
const HIDDEN: u32 = 1;
/// Its body can go on by Range.
const RESUMABLE: u32 = 2;
/// It comes out of a cache: what it says about quota is old.
const CACHED: u32 = 4;

/// No server means more than ten years, ms: JavaScript's dates have an end.
const LONGEST: u64 = 315_360_000_000;

/// Takes down what decides how a call goes on. `fields`, in this order, empty where absent: content type, Retry-After,
/// RateLimit, RateLimit-Policy, remaining and reset of the legacy triple, Date; then the kind that the app says its problem
/// document means. `wall`: the client's clock, epoch ms.
pub(super) fn read<'a>(
    status: u16,
    facts: u32,
    mut fields: impl Iterator<Item = &'a str>,
    wall: u64,
) -> (Answer, Option<&'a str>) {
    // A field that is there but empty is malformed, and so is its stand-in for "absent": neither says anything. Only an
    // empty Retry-After hides lesser fields; JavaScript hands it over as one space.
    let mut next = || fields.next().filter(|text| !text.is_empty());
    let content_type = next();
    let mut timing = TimingHeaders { retry_after: next(), rate_limit: next(), ..TimingHeaders::default() };
    let policy = next();
    timing.rate_limit_remaining = next();
    timing.rate_limit_reset = next();
    timing.date = next();
    let named = next().and_then(Kind::named);
    let mut answer = Answer { status, resumable: facts & RESUMABLE != 0, named, ..Answer::default() };
    if matches!(status, 413 | 429 | 503) {
        answer.server_wait = timing.wait(wall).map(|wait| wait.min(LONGEST));
        answer.timing_hidden = timing.retry_after.is_none() && facts & HIDDEN != 0;
    }
    if facts & CACHED == 0 {
        answer.quota = timing.quota(policy);
        // Retry-After wins, and hides lesser fields even where it is malformed.
        if timing.retry_after.is_some() && matches!(status, 413 | 429 | 503) {
            answer.quota.left = None;
        }
    }
    (answer, content_type)
}
