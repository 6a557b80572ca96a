//! The options of a client and of a call: one tree, read in one go, all its problems found at once.

mod policy;
mod shape;
mod value;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
pub(crate) use shape::push_all;
pub use shape::{Member, Problem, Shape};
pub use value::{Value, push_integer};

use super::expect;
use super::feature::{Level, is_name};
use super::inject::{Effect, Injection};
use super::pattern::Pattern;
use super::settings::{Id, Settings};
use super::url::Url;
use crate::fault::{Kind, Surface};
use crate::names::position;
use crate::time::Millis;
use policy::{METHODS, POLICY};

const PATTERN: Shape =
    Shape::Parsed("a URL pattern like \"/api/*\"", |text| Pattern::parse(text).map(|_| ()));

const RULE: Shape = Shape::With(
    &[
        Member::must(
            "match",
            Shape::Either(
                &Shape::Object(&[Member::may("url", PATTERN), Member::may("methods", METHODS)]),
                &PATTERN,
            ),
        ),
        Member::may("endpoints", ENDPOINTS),
        Member::may("feature", FEATURE),
    ],
    POLICY,
);

const FEATURE: Shape = Shape::Parsed("a name like \"search\": letters, digits, - _ ., at most 40", |name| {
    if is_name(name) { Ok(()) } else { Err("") }
});

const ENDPOINTS: Shape = Shape::Object(&[
    Member::must(
        "urls",
        Shape::List(&Shape::Object(&[
            Member::must(
                "url",
                Shape::Parsed("an absolute URL like \"https://api.example.com\"", |text| {
                    Url::split(text).map(|_| ()).ok_or("")
                }),
            ),
            Member::may("weight", Shape::Amount(1000)),
            Member::may("group", Shape::Text),
        ])),
    ),
    Member::may("order", Shape::OneOf("listed|weighted")),
]);

const FAULT: Shape = Shape::Object(&[
    Member::must("match", PATTERN),
    Member::must("rate", Shape::Ratio),
    Member::must("kind", Shape::OneOf(Effect::NAMES)),
    Member::may("status", Shape::Whole(200, 599, "a status")),
    Member::may("delay", Shape::Millis(0)),
    Member::may("retryAfter", Shape::Whole(0, 1_000_000_000, "seconds")),
    Member::may("from", Shape::Millis(0)),
    Member::may("until", Shape::Millis(0)),
]);

const SURFACES: Shape = Shape::Object(&[
    Member::may("position", Shape::OneOf("top-start|top|top-end|bottom-start|bottom|bottom-end")),
    Member::may("maxVisible", Shape::Whole(1, 10, "a whole number")),
    Member::may("hotkey", Shape::OrFalse(&Shape::Text)),
    Member::may("density", Shape::OneOf("comfortable|compact")),
    Member::may("theme", Shape::OneOf("auto|light|dark")),
    Member::may("delay", Shape::Millis(0)),
    Member::may("headless", Shape::Flag),
    Member::may("help", Shape::Text),
]);

const AUTO_OR_FLAG: Shape = Shape::Either(&Shape::OneOf("auto"), &Shape::Flag);

const PREFERENCES: Shape = Shape::Object(&[
    Member::may("autoClose", Shape::Flag),
    Member::may("readingTime", Shape::Amount(10)),
    Member::may("doNotDisturb", Shape::Flag),
    Member::may("reducedMotion", AUTO_OR_FLAG),
    Member::may("saveData", AUTO_OR_FLAG),
]);

/// Where a page has them, a part of its own reads them: what is wrong with a message is no reason to refuse all options.
#[cfg(not(feature = "standalone"))]
const CATALOG: Shape = Shape::Object(&[
    Member::must("locale", Shape::Text),
    Member::may("voice", Shape::Text),
    Member::must("messages", Shape::Members(&Shape::Members(&Shape::Text))),
]);

/// What leaves the page, and how much; a part of its own carries it out.
const TELEMETRY: Shape = Shape::Object(&[
    Member::may(
        "otlp",
        Shape::Object(&[
            Member::must("url", Shape::Text),
            Member::may("headers", Shape::Members(&Shape::Text)),
            Member::may("service", Shape::Text),
        ]),
    ),
    Member::may(
        "traceparent",
        Shape::OrFalse(&Shape::Either(&Shape::OneOf("same-origin"), &Shape::List(&ORIGIN))),
    ),
    Member::may("sample", Shape::Ratio),
    Member::may("log", Shape::OrFalse(&Shape::OneOf("console"))),
]);

const ORIGIN: Shape =
    Shape::Parsed("an origin like \"https://api.example.com\"", |text| match Url::split(text) {
        Some(url) if url.origin == text => Ok(()),
        _ => Err(""),
    });

const PRIVACY: Shape = Shape::Object(&[
    Member::may("fields", Shape::List(&Shape::Text)),
    Member::may("routes", Shape::List(&PATTERN)),
    Member::may("trustServerText", Shape::List(&ORIGIN)),
]);

/// Where problem reports go; a part of its own sends them.
const REPORT: Shape = Shape::OrFalse(&Shape::Object(&[
    Member::may("url", Shape::Text),
    Member::may("send", Shape::Function),
    Member::may("contact", Shape::Text),
    Member::may("version", Shape::Text),
]));

const RULES: Member = Member::may("rules", Shape::List(&RULE));
const DEFAULTS: Member = Member::may("defaults", Shape::Object(POLICY));

const CLIENT: Shape = Shape::Object(&[
    RULES,
    DEFAULTS,
    Member::may("surfaces", Shape::OrFalse(&SURFACES)),
    Member::may("seed", Shape::Whole(0, 1 << 53, "a whole number")),
    Member::may(
        "remotePolicy",
        Shape::Object(&[Member::must("url", Shape::Text), Member::may("refresh", Shape::Millis(1000))]),
    ),
    Member::may(
        "auth",
        Shape::Object(&[
            Member::must("refresh", Shape::Function),
            Member::may("headers", Shape::Function),
            Member::may("statuses", Shape::List(&Shape::Whole(400, 499, "an error status"))),
        ]),
    ),
    Member::may("preferences", PREFERENCES),
    Member::may("faults", Shape::List(&FAULT)),
    Member::may("locale", Shape::Either(&Shape::Text, &Shape::List(&Shape::Text))),
    Member::may("voice", Shape::Text),
    #[cfg(not(feature = "standalone"))]
    Member::may("catalog", Shape::Either(&CATALOG, &Shape::List(&CATALOG))),
    Member::may("partition", Shape::Either(&Shape::Text, &Shape::Function)),
    Member::may("telemetry", TELEMETRY),
    Member::may("privacy", PRIVACY),
    Member::may("report", REPORT),
    Member::may("storage", Shape::Object(&[Member::may("encrypt", Shape::Flag)])),
    Member::may("onConflict", Shape::Function),
    Member::may("problems", Shape::Members(&Shape::OneOf(Kind::NAMES))),
    Member::may(
        "status",
        Shape::Object(&[
            Member::must("url", Shape::Text),
            Member::may("format", Shape::OneOf("statuspage|steadfetch")),
            Member::may("page", Shape::Text),
            Member::may("refresh", Shape::Millis(10_000)),
            Member::may("origins", Shape::List(&ORIGIN)),
        ]),
    ),
    Member::may(
        "flags",
        Shape::Object(&[
            Member::must(
                "client",
                Shape::Object(&[
                    Member::must("getStringValue", Shape::Function),
                    Member::may("addHandler", Shape::Function),
                ]),
            ),
            Member::must("keys", Shape::Members(&Shape::Text)),
        ]),
    ),
]);

/// A policy document, as `remotePolicy` loads it.
const DOCUMENT: Shape = Shape::Object(&[
    Member::must("version", Shape::Whole(1, 1, "the version,")),
    Member::may("enabled", Shape::Flag),
    DEFAULTS,
    RULES,
    Member::may("features", Shape::Members(&Shape::OneOf(Level::NAMES))),
]);

const CONTENT_TYPE: Shape =
    Shape::Parsed("a content type like \"application/json\" or \"image/*\"", |text| {
        expect::essence(text).map(|_| ()).ok_or("")
    });

const CALL: Shape = Shape::With(
    &[
        Member::may("notify", Shape::Either(&Shape::OneOf("auto|silent|toast|banner"), &Shape::Element)),
        Member::may("expect", CONTENT_TYPE),
        Member::may("feature", FEATURE),
        Member::may("onProgress", Shape::Function),
        Member::may("intent", Shape::Text),
        Member::may("actionId", Shape::Text),
        Member::may("idempotencyKey", Shape::Either(&Shape::Text, &Shape::Flag)),
        Member::may("fallback", Shape::Answer),
    ],
    POLICY,
);

/// Rules, and what holds beside them: what a client's options and a policy document have in common.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Rules {
    /// The first one that matches decides.
    pub rules: Vec<Rc<Rule>>,
    /// So many of them, the first ones, come from a policy document.
    pub remote: usize,
    /// What holds for every call.
    pub defaults: Settings,
    /// What a policy document says of features.
    pub features: Vec<(String, Level)>,
}

/// The options of a client.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Options {
    /// How calls are carried out.
    pub rules: Rules,
    /// How notices are shown; `None`: not at all.
    pub surfaces: Option<Surfaces>,
    /// Seeds jitter.
    pub seed: Option<u64>,
    /// Statuses that ask for a refresh of who is signed in; empty: there is no `auth`.
    pub auth_statuses: Vec<u16>,
    /// Faults for drills.
    pub faults: Vec<Injection>,
    /// People may report problems.
    pub reports: bool,
}

/// Requests that are treated in a way of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which URLs.
    pub pattern: Pattern,
    /// Which methods, upper-case; empty: all.
    pub methods: Vec<String>,
    /// How.
    pub policy: Settings,
    /// Where; empty: where the request says.
    pub endpoints: Vec<Target>,
    /// By weight, not in the order of the list.
    pub weighted: bool,
    /// The feature that its requests belong to.
    pub feature: Option<String>,
}

impl Rule {
    /// What tabs know it by, whatever other rules they have: a hash of the requests that it is for (FNV-1a); never 0.
    pub fn id(&self) -> u32 {
        let mut hash: u32 = 0x811c_9dc5;
        let mut add = |text: &str| {
            for byte in text.bytes() {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        };
        add(self.pattern.source());
        add("\0");
        for method in &self.methods {
            add(method);
            add(" ");
        }
        hash.max(1)
    }
}

/// One of a rule's endpoints.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// What the request's path and query go behind, without a `/` at its end.
    pub url: String,
    /// Its share where endpoints are chosen by weight.
    pub weight: f64,
    /// Its residency group: requests never leave the group that they began in.
    pub group: String,
}

/// What the notice model needs to know of `surfaces`.
#[derive(Clone, Debug, PartialEq)]
pub struct Surfaces {
    /// Cards shown at once; 1 to 10, default 3.
    pub max_visible: usize,
    /// How long a failure must last before it is shown, ms; default 600.
    pub delay: Millis,
    /// Nothing is drawn.
    pub headless: bool,
}

impl Default for Surfaces {
    fn default() -> Self {
        Surfaces { max_visible: 3, delay: 600, headless: false }
    }
}

/// The options of one call.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CallOptions {
    /// Over the rule's.
    pub policy: Settings,
    /// Where its failure is shown; `None`: the ladder chooses.
    pub notify: Option<Surface>,
    /// The element of the page that its notice is about.
    pub anchor: Option<u32>,
    /// The content type that the answer must have.
    pub expect: Option<String>,
    /// Whether the body's progress is asked for.
    pub progress: bool,
    /// The feature that it belongs to, in place of its rule's.
    pub feature: Option<String>,
    /// What the person is doing, as a message id.
    pub intent: Option<String>,
}

impl Options {
    /// Reads a client's options.
    ///
    /// # Errors
    /// Every problem of the tree, each with its path.
    pub fn read(value: &Value) -> Result<Self, Vec<Problem>> {
        let mut problems = if value.is_absent() { Vec::new() } else { CLIENT.problems(value) };
        let rules = rules(value, &Settings::default(), &mut problems);
        check_names("flags.keys", value.member("flags").member("keys"), &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let auth = value.member("auth");
        Ok(Options {
            rules,
            surfaces: surfaces(value.member("surfaces")),
            seed: value.member("seed").whole(),
            auth_statuses: match (auth, auth.member("statuses")) {
                (Value::Absent, _) => Vec::new(),
                (_, Value::Absent) => [401].into(),
                (_, statuses) => statuses_of(statuses),
            },
            faults: value.member("faults").read_each(|fault| Some(injection(fault))),
            reports: matches!(value.member("report"), Value::Map(_)),
        })
    }
}

impl Rules {
    /// Reads a policy document that is to be laid over the options' own rules; `None`: its kill switch is on, and calls pass
    /// through.
    ///
    /// # Errors
    /// Every problem of the document, each with its path.
    pub fn document(value: &Value, own: &Rules) -> Result<Option<Self>, Vec<Problem>> {
        let mut problems = DOCUMENT.problems(value);
        let mut rules = rules(value, &own.defaults, &mut problems);
        let features = value.member("features");
        check_names("features", features, &mut problems);
        rules.features = levels(features);
        let enabled = value.member("enabled").flag() != Some(false);
        if problems.is_empty() { Ok(enabled.then_some(rules)) } else { Err(problems) }
    }

    /// A policy document's rules over the options' own: they are asked first, and its defaults lie over those of the options.
    pub fn over(&self, own: &Rules) -> Self {
        let mut rules = self.rules.clone();
        for rule in &own.rules {
            rules.push(rule.clone());
        }
        let mut defaults = own.defaults.clone();
        defaults.apply(&self.defaults);
        Rules { rules, remote: self.rules.len(), defaults, features: self.features.clone() }
    }
}

impl CallOptions {
    /// Reads one call's options, laid over `below` (all layers under it).
    ///
    /// # Errors
    /// Every problem of the tree, each with its path.
    pub fn read(value: &Value, below: &Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = if value.is_absent() { Vec::new() } else { CALL.problems(value) };
        let options = CallOptions {
            policy: settings(&CALL, value),
            notify: match value.member("notify").text() {
                Some("silent") => Some(Surface::Silent),
                Some("toast") => Some(Surface::Toast),
                Some("banner") => Some(Surface::Banner),
                _ => None,
            },
            anchor: value.member("notify").element(),
            expect: value.member("expect").text().map(Into::into),
            progress: !value.member("onProgress").is_absent(),
            feature: value.member("feature").text().map(Into::into),
            intent: value.member("intent").text().map(Into::into),
        };
        check_relations("", below, &options.policy, &mut problems);
        if problems.is_empty() { Ok(options) } else { Err(problems) }
    }
}

// What follows takes out what the shapes have let through; what they have not comes out as anything, and is not used.

/// `below`: the layer under these defaults.
fn rules(value: &Value, below: &Settings, problems: &mut Vec<Problem>) -> Rules {
    let defaults = settings(&DEFAULTS.shape, value.member("defaults"));
    check_relations("defaults", below, &defaults, problems);
    let mut layers = below.clone();
    layers.apply(&defaults);
    let mut rules = Vec::new();
    for (index, value) in value.member("rules").items().iter().enumerate() {
        let rule = rule(value);
        let mut path = String::from("rules[");
        push_integer(&mut path, index as u64);
        path.push(']');
        check_relations(&path, &layers, &rule.policy, problems);
        rules.push(Rc::new(rule));
    }
    Rules { rules, remote: 0, defaults, features: Vec::new() }
}

fn rule(value: &Value) -> Rule {
    let place = value.member("match");
    let url = place.text().or_else(|| place.member("url").text()).unwrap_or("*://*/*");
    let endpoints = value.member("endpoints");
    Rule {
        pattern: Pattern::parse(url).unwrap_or_default(),
        methods: method_names(place.member("methods")),
        policy: settings(&RULE, value),
        endpoints: endpoints.member("urls").read_each(|url| Some(target(url))),
        weighted: endpoints.member("order").text() == Some("weighted"),
        feature: value.member("feature").text().map(Into::into),
    }
}

fn target(value: &Value) -> Target {
    let text = |name| value.member(name).text().unwrap_or_default();
    let mut url = text("url");
    while let Some(shorter) = url.strip_suffix("/") {
        url = shorter;
    }
    Target {
        url: url.into(),
        weight: if let Value::Number(weight) = value.member("weight") { *weight } else { 1.0 },
        group: text("group").into(),
    }
}

fn settings(shape: &Shape, value: &Value) -> Settings {
    let mut settings = shape.settings(value);
    let retry = value.member("retry");
    let (methods, statuses) = (retry.member("methods"), retry.member("statuses"));
    settings.methods = (!methods.is_absent()).then(|| method_names(methods).into());
    settings.statuses = (!statuses.is_absent()).then(|| statuses_of(statuses).into());
    let header = value.member("idempotency").member("header").text();
    settings.key_header = header.map(|header| Rc::new(header.into()));
    let vary = value.member("cache").member("vary");
    settings.vary =
        (!vary.is_absent()).then(|| vary.read_each(|name| name.text().map(str::to_ascii_lowercase)).into());
    let lane = value.member("outbox").member("lane").text();
    settings.outbox_lane = lane.map(|lane| Rc::new(lane.into()));
    settings
}

/// What a document says of features.
fn levels(value: &Value) -> Vec<(String, Level)> {
    let mut levels = Vec::new();
    if let Value::Map(members) = value {
        for (name, level) in members {
            let place = position(Level::NAMES, level.text().unwrap_or_default());
            if let Some(level) = place.and_then(|place| Level::ALL.get(place)) {
                levels.push((name.clone(), *level));
            }
        }
    }
    levels
}

/// The members of this object must be named as features are.
fn check_names(path: &str, value: &Value, problems: &mut Vec<Problem>) {
    if let Value::Map(members) = value {
        for (name, value) in members {
            if !value.is_absent() {
                let mut found = FEATURE.problems(&Value::Text(name.clone()));
                for problem in &mut found {
                    push_all(&mut problem.path, &[path, ".", name]);
                }
                problems.append(&mut found);
            }
        }
    }
}

fn method_names(value: &Value) -> Vec<String> {
    value.read_each(|name| name.text().map(str::to_ascii_uppercase))
}

fn statuses_of(value: &Value) -> Vec<u16> {
    value.read_each(|status| status.whole().map(|status| status as u16))
}

fn injection(value: &Value) -> Injection {
    let whole = |name| value.member(name).whole();
    Injection {
        pattern: Pattern::parse(value.member("match").text().unwrap_or_default()).unwrap_or_default(),
        rate: if let Value::Number(rate) = value.member("rate") { *rate } else { 0.0 },
        effect: Effect::of(value.member("kind").text().unwrap_or_default()),
        status: whole("status").map(|status| status as u16),
        delay: whole("delay"),
        retry_after: whole("retryAfter"),
        from: whole("from").unwrap_or(0),
        until: whole("until").unwrap_or(Millis::MAX),
    }
}

fn surfaces(value: &Value) -> Option<Surfaces> {
    if let Value::Bool(_) = value {
        return None;
    }
    let usual = Surfaces::default();
    Some(Surfaces {
        max_visible: value.member("maxVisible").whole().map_or(usual.max_visible, |most| most as usize),
        delay: value.member("delay").whole().unwrap_or(usual.delay),
        headless: value.member("headless").flag().unwrap_or(usual.headless),
    })
}

/// What must hold between two settings: the first is at most the second, which is halved so many times.
const RELATIONS: [(Id, &str, Id, &str, u32); 4] = [
    (Id::AttemptTimeout, "attemptTimeout", Id::Deadline, "deadline", 0),
    (Id::RetryBase, "retry.base", Id::RetryCap, "retry.cap", 0),
    (Id::BreakerOpen, "breaker.open", Id::BreakerOpenCap, "breaker.openCap", 0),
    (Id::AttemptTimeout, "attemptTimeout", Id::BreakerWindow, "half of breaker.window", 1),
];

/// What holds between members once a layer is laid over those below it; looked at where the members are in order.
fn check_relations(path: &str, below: &Settings, own: &Settings, problems: &mut Vec<Problem>) {
    // A conflict is reported once, where the innermost layer makes it.
    if problems.iter().any(|problem| problem.path.starts_with(path)) {
        return;
    }
    let mut policy = Settings::built_in();
    policy.apply(below);
    policy.apply(own);
    for (less, less_name, more, more_name, halved) in RELATIONS {
        // What nobody named gives way.
        if !(own.is_named(less) || own.is_named(more)) || !(policy.is_named(less) && policy.is_named(more)) {
            continue;
        }
        let (Some(low), Some(high)) = (policy.millis(less), policy.millis(more)) else { continue };
        let most = high >> halved;
        if low > most {
            problems.push(relation(path, [less_name, more_name], [low, most]));
        }
    }
}

/// The first of two members is greater than the second.
fn relation(path: &str, [less, more]: [&str; 2], [low, high]: [Millis; 2]) -> Problem {
    let mut at = String::from(path);
    push_all(&mut at, &[if path.is_empty() { "" } else { "." }, less]);
    let mut message = String::from("expected at most ");
    push_integer(&mut message, high);
    push_all(&mut message, &[" ms, which is ", more, ", got "]);
    push_integer(&mut message, low);
    push_all(&mut message, &[": lower it, or raise ", more]);
    Problem { path: at, message }
}
