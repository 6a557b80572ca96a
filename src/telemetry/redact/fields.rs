//! Every field that can leave the page: the one list, from which docs/privacy.md is written.

/// In what form a field leaves. What has not that form does not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A whole number from 0 to 2⁵³.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of our own names, or an HTTP method: small letters and `-`, at most 24; capitals, at most 10.
    Name,
    /// The number of a call: a few letters and digits that the client drew, `-`, a count.
    Call,
    /// 16 or 32 hexadecimal digits, drawn at random.
    Trace,
    /// Scheme, host, port and base path, as [`super::place::address`] leaves them.
    Origin,
    /// A path as [`super::place::path`] leaves it, or the pattern that the app has written for it.
    Route,
    /// A name that the app has chosen: masked like text, at most 40 characters.
    Label,
    /// Masked text, at most 200 characters.
    Text,
    /// The same, of a server that the app trusts.
    ServerText,
    /// As the person wrote it, at most 200 characters: they have seen it before it was sent.
    Own,
    /// The same, at most [`super::MOST_WORDS`] characters.
    Words,
    /// A problem report's reference: two groups of three, drawn at random, joined by `-`.
    Reference,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its place in a record; items of a list have that of the list. `*`: any name of ours.
    pub path: &'static str,
    /// Its form.
    pub form: Form,
    /// It leaves only where `privacy.fields` names it.
    pub named: bool,
    /// What it says.
    pub says: &'static str,
}

macro_rules! fields {
    ($($path:literal $form:ident $($named:ident)? $says:literal;)*) => {
        /// All of them.
        pub const FIELDS: &[Field] = &[$(Field {
            path: $path,
            form: Form::$form,
            named: fields!(@ $($named)?),
            says: $says,
        }),*];
    };
    (@) => { false };
    (@ named) => { true };
}

fields! {
    "type" Name "what the record is about: call, breaker, feature, outbox, notice, state, health, report";
    "at" Number "when: epoch ms; in a timeline or of an attempt, ms since the call began";
    "callId" Call "the call, among those of one client";
    "actionId" Label named "the app's own word for what the person did";
    "traceId" Trace "W3C trace id";
    "spanId" Trace "W3C span id";
    "parentId" Trace "the span of the app's own that a call belongs to";
    "route" Route "which URL, without what may identify a person or thing";
    "method" Name "HTTP method";
    "origin" Origin "which server";
    "endpoint" Origin "where the last attempt went";
    "source" Name "where the answer came from";
    "age" Number "age of a stored copy, ms";
    "attempts" Number "requests sent for it";
    "duration" Number "how long it took, ms";
    "kind" Name "kind of failure";
    "status" Number "HTTP status";
    "fault.kind" Name "kind of failure";
    "fault.code" Name "its stable code";
    "fault.impact" Name "what it meant for the person's task";
    "fault.recovery" Name "who can make it work again";
    "fault.action" Name "the person's first action";
    "fault.status" Number "HTTP status behind it";
    "fault.retryAt" Number "when trying again may work, epoch ms";
    "fault.problem.type" Origin named "problem type, a URI";
    "fault.problem.status" Number "status in the problem document";
    "fault.problem.title" ServerText named "the server's own words";
    "fault.problem.detail" ServerText named "the server's own words";
    "timeline.at" Number "ms since the call began";
    "timeline.what" Name "the step";
    "timeline.why" Text "why, in words of Steadfetch's own";
    "timeline.status" Number "HTTP status";
    "timeline.delay" Number "length of a wait, ms";
    "timeline.endpoint" Origin "where an attempt went";
    "tries.attempt" Number "number of the attempt, from 1";
    "tries.spanId" Trace "its span id";
    "tries.at" Number "when it began, ms since the call did";
    "tries.duration" Number "how long it took, ms";
    "tries.status" Number "HTTP status";
    "tries.kind" Name "kind of failure";
    "tries.endpoint" Origin "where it went";
    "from" Name "former state of a breaker";
    "to" Name "its state now";
    "why" Text "why, in words of Steadfetch's own; of the engine, the error that ended it";
    "word" Label named "why, in the app's own words";
    "name" Label "a feature's name";
    "level" Name "how far a feature is on";
    "state" Name "state of the client, of a write, of a notice";
    "change" Name "what became of a write";
    "lane" Label "a write's lane";
    "surface" Name "where a notice was shown";
    "severity" Name "how grave it was";
    "code" Name "code of a fault";
    "count" Number "calls that a notice stood for";
    "action" Name "what the person pressed on it";
    "since" Number "when counting began, or a state did, epoch ms";
    "until" Number "when it ended, epoch ms";
    "origins.origin" Origin "which server";
    "origins.state" Name "how it fares";
    "origins.breaker" Name "its circuit breaker";
    "origins.calls" Number "calls that began with it";
    "origins.attempts" Number "requests sent to it";
    "origins.failures.*" Number "how many failed, by kind";
    "origins.p50" Number "latency that half of the answers stay below, ms";
    "origins.p95" Number "the same of 95 %";
    "origins.p99" Number "the same of 99 %";
    "origins.budget" Number "retry tokens left";
    "origins.retryAt" Number "when it will be asked again, epoch ms";
    "durations.method" Name "attempts by HTTP method";
    "durations.origin" Origin "by server";
    "durations.status" Number "by HTTP status";
    "durations.kind" Name "by kind of failure";
    "durations.count" Number "how many there were";
    "durations.sum" Number "how long they took together, ms";
    "durations.counts" Number "how many took so long, by the buckets of OpenTelemetry's histogram";
    "people.helped" Number "calls that got what they asked for with our help";
    "people.waited" Number "calls that got it after a wait";
    "people.failed" Number "calls that did not get it";
    "people.noticesShown" Number "notices that were seen";
    "people.noticesDismissed" Number "notices that the person closed";
    "people.noticesActed" Number "actions of notices that were pressed";
    "cache.fresh" Number "stored copies that were served while fresh";
    "cache.stale" Number "the same past that";
    "cache.misses" Number "copies that were looked for in vain";
    "cache.evicted" Number "copies that had to go for want of room";
    "writes.queued" Number "writes that the outbox took in";
    "writes.sent" Number "writes that it sent";
    "writes.dead" Number "writes that it gave up";
    "writes.discarded" Number "writes that were thrown away";
    "features.name" Label "a feature's name";
    "features.level" Name "how far it is on";
    "features.since" Number "since when, epoch ms";
    "outbox" Number "writes that wait";
    "online" Flag "what the browser says";
    "page" Route "which page, by its path";
    "sdk" Text "name and version of Steadfetch";
    "app" Label "the app's own version, where `report.version` says it";
    "reference" Reference "a problem report's reference";
    "words" Words "what the person wrote in a report";
    "contact" Own "how to reach them, where they gave it";
}
