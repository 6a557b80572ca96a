//! Conditional and partial answers (RFC 9110, sections 13 and 14): If-None-Match, Range, If-Range.

use std::ops::Range;

use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::body::Source;
use super::script::Etag;

/// Turns a whole 200 into what the request asked for: 304, 206 or 416. `ranges` says whether parts are served.
pub(super) fn apply(answer: &mut Answer, request: &HeaderMap, etag: Option<&Etag>, ranges: bool) {
    let tag = etag.and_then(|etag| match etag {
        Etag::Text(value) => Some(value.clone()),
        Etag::Content => HeaderValue::from_str(&digest(&answer.source)).ok(),
    });
    if let Some(tag) = &tag {
        answer.headers.push((ETAG, tag.clone()));
    }
    if answer.status != StatusCode::OK {
        return;
    }
    if tag.as_ref().is_some_and(|tag| none_match(request, tag)) {
        answer.status = StatusCode::NOT_MODIFIED;
        answer.source = Source::empty();
        return;
    }
    if !ranges {
        return;
    }
    answer.headers.push((ACCEPT_RANGES, HeaderValue::from_static("bytes")));
    let Some(wanted) = request.get(RANGE).and_then(|value| value.to_str().ok()) else { return };
    // A condition that no longer holds means: the whole, please.
    if let Some(condition) = request.get(IF_RANGE)
        && !tag.as_ref().is_some_and(|tag| strong(tag) && tag == condition)
    {
        return;
    }
    let length = answer.source.len();
    match range(wanted, length) {
        Asked::Whole => {}
        Asked::Part(part) => {
            answer.status = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            answer.headers.extend(HeaderValue::from_str(&text).ok().map(|value| (CONTENT_RANGE, value)));
            answer.source = answer.source.part(part);
        }
        Asked::Beyond => {
            answer.status = StatusCode::RANGE_NOT_SATISFIABLE;
            let text = format!("bytes */{length}");
            answer.headers.extend(HeaderValue::from_str(&text).ok().map(|value| (CONTENT_RANGE, value)));
            answer.source = Source::empty();
        }
    }
}

/// A strong tag for a content.
fn digest(source: &Source) -> String {
    match source {
        Source::Bytes(bytes) => {
            let sum = Sha256::digest(bytes);
            let hex: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("\"{hex}\"")
        }
        Source::Generated(range) => format!("\"generated-{}-{}\"", range.start, range.end),
    }
}

fn strong(tag: &HeaderValue) -> bool {
    tag.as_bytes().starts_with(b"\"")
}

/// If-None-Match compares weakly, and `*` matches anything that exists.
fn none_match(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(bare) else { return false };
    let listed = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|list| list.split(',')).any(|entry| entry.trim() == "*" || bare(entry) == tag)
}

#[derive(Debug, PartialEq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Beyond,
}

/// One byte range. Several at once, another unit or nonsense may be ignored, and are.
fn range(text: &str, length: u64) -> Asked {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|spec| spec.split_once('-')) else {
        return Asked::Whole;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let part = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
        _ => return Asked::Whole,
    };
    if part.start < part.end { Asked::Part(part) } else { Asked::Beyond }
}

#[cfg(test)]
mod tests {
    use super::{Asked, range};

    #[test]
    fn ranges() {
        assert_eq!(range("bytes=0-9", 100), Asked::Part(0..10));
        assert_eq!(range("bytes=90-", 100), Asked::Part(90..100));
        assert_eq!(range("bytes=-10", 100), Asked::Part(90..100));
        assert_eq!(range("bytes=-1000", 100), Asked::Part(0..100));
        assert_eq!(range("bytes=50-1000", 100), Asked::Part(50..100));
        assert_eq!(range("bytes=100-", 100), Asked::Beyond);
        assert_eq!(range("bytes=-0", 100), Asked::Beyond);
        assert_eq!(range("bytes=0-18446744073709551615", 100), Asked::Part(0..100));
        for text in
            ["bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=+1-2", ""]
        {
            assert_eq!(range(text, 100), Asked::Whole, "{text}");
        }
    }
}
