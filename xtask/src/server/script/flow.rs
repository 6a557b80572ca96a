//! Reads the faults of the connection out of a step: what happens in place of headers, how the body travels and ends.

use std::time::Duration;

use serde_json::Value;

use super::reader::Fields;
use super::step::{LONGEST_MS, MOST_BYTES};
use super::{Content, End, Flow, LONGEST_SILENCE, Pace, Stall, Start, Step};

/// Reads them into the step.
pub(super) fn read(fields: &Fields<'_>, step: &mut Step) {
    let flow = &mut step.flow;
    flow.chunked = fields.flag("chunked").unwrap_or(false);
    match fields.value("silence") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => flow.start = Start::Silence(LONGEST_SILENCE),
        Some(_) => {
            let lasts = fields.number("silence", 0..=LONGEST_MS).unwrap_or(0);
            flow.start = Start::Silence(Duration::from_millis(lasts));
        }
    }
    if fields.flag("closeBeforeHeaders") == Some(true) {
        flow.start = Start::Close;
    }
    match fields.value("reset") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => flow.start = Start::Reset,
        Some(_) => flow.end = fields.number("reset", 0..=MOST_BYTES).map_or(End::Whole, End::Reset),
    }
    if let Some(pace) = fields.object("pace") {
        let size = pace.number("size", 1..=MOST_BYTES).unwrap_or(1);
        let delay = Duration::from_millis(pace.number("delay", 0..=LONGEST_MS).unwrap_or(0));
        flow.pace = Pace::Every { size, delay };
        pace.finish();
    }
    let lasts = fields.number("stallFor", 0..=LONGEST_MS);
    if let Some(after) = fields.number("stallAfter", 0..=MOST_BYTES) {
        let time = Duration::from_millis(lasts.unwrap_or(LONGEST_MS));
        flow.stall = Some(Stall { after, lasts: time, resumes: lasts.is_some() });
    } else if lasts.is_some() {
        fields.wrong("stallFor", "means nothing without `stallAfter`");
    }
    if let Some(after) = fields.number("truncateAfter", 0..=MOST_BYTES) {
        flow.end = End::Truncated(after);
    }
    if let Some(extra) = fields.number("oversize", 1..=1 << 20) {
        flow.end = End::Oversized(extra);
    }
    contradictions(fields, step);
}

/// A fault that cannot happen would make a test pass for the wrong reason.
fn contradictions(fields: &Fields<'_>, step: &Step) {
    let Flow { start, end, stall, chunked, .. } = &step.flow;
    let ends = ["truncateAfter", "oversize", "reset"].into_iter().filter(|name| fields.has(name));
    let starts = ["silence", "closeBeforeHeaders"].into_iter().filter(|name| fields.has(name));
    if ends.clone().count() > 1
        || starts.clone().count() > 1
        || (*start != Start::Headers && *end != End::Whole)
    {
        let names: Vec<_> = starts.chain(ends).collect();
        fields.wrong_here(format!("only one of these can happen: {}", names.join(", ")));
    }
    let length = match &step.body {
        Content::Empty => 0,
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::Generated(count) => *count,
        Content::Echo | Content::Pass => return,
    };
    let too_late = |after: u64| after > length || (after == length && !chunked);
    match end {
        End::Truncated(after) if too_late(*after) => {
            fields.wrong("truncateAfter", format!("the body has only {length} bytes"));
        }
        End::Reset(after) if *after > length => {
            fields.wrong("reset", format!("the body has only {length} bytes"));
        }
        End::Oversized(_) if *chunked => {
            fields.wrong("oversize", "needs a Content-Length: leave out `chunked`")
        }
        _ => {}
    }
    if stall.is_some_and(|stall| too_late(stall.after)) {
        fields.wrong("stallAfter", format!("the body has only {length} bytes"));
    }
}
