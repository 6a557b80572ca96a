//! `--drill FILE`: a drill of the repository (drills/schema.json) as a trigger, and what people of the fleet would have seen.
//!
//! The fleet asks one address of one server: what strikes it is the drill's first fault that names one, and all others that fit it. A fault
//! happens at the server, so that its attempts count: a status is a refusal, latency a slow answer, a broken or truncated
//! answer an error in the place of one; a stalled body never comes. Offline is the whole fleet's network.

mod judged;
mod schema;
mod told;

use serde_json::{Value as Json, json};

use crate::queue::Time;
use crate::scenario::SECOND;

pub use told::{Seen, report};

/// When a drill begins, s: queues and budgets are as on any day by then.
pub const WARM_UP: u32 = 60;
/// Before the name of a feature, in the cause of its notice.
const FEATURE: &str = "feature.";
/// How much longer than the drill a run is: a relapse counts, s.
const AFTERWARDS: u32 = 120;
const SHORTEST: u32 = 300;

/// What happens to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Answered with it, and with seconds of Retry-After (0: none).
    Status(u16, u16),
    /// Answered so much later, ms.
    Latency(u32),
    Broken,
    Silent,
    Offline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// From the beginning of the run.
    pub at: Time,
    pub until: Time,
    /// The share of the attempts that it strikes, of a million.
    pub rate: u32,
    pub fault: Fault,
}

/// A notice that a drill expects; times are s from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    pub cause: String,
    /// Empty: anywhere.
    pub surface: String,
    pub after: u32,
    pub by: u32,
    pub over: Option<u32>,
}

/// A drill, laid out for a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plan {
    pub title: String,
    pub summary: String,
    /// The path that the fleet asks.
    pub path: String,
    /// The app's features, and the paths that make them up.
    pub features: Vec<(String, String)>,
    /// Options of its clients, as JSON: their features, and no screen that closes notices, so that the model does.
    pub options: String,
    pub steps: Vec<Step>,
    /// Steps that do not strike it.
    pub left_out: usize,
    /// The notices that people are expected to see.
    pub expected: Vec<Expected>,
    /// When it is to be well again, s from the beginning of the drill.
    pub recovered_by: u32,
    length: u32,
}

impl Plan {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(file: &str) -> Result<Plan, String> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("--drill: {file}: {error}"))?;
        Plan::parse(&text).map_err(|problems| format!("--drill: {file}: {}", problems.join("; ")))
    }

    fn parse(text: &str) -> Result<Plan, Vec<String>> {
        let json: Json = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
        schema::check(&json)?;
        let steps: &[Json] = json["steps"].as_array().map_or(&[], Vec::as_slice);
        let wide = |step: &Json| fault(step) == Fault::Offline;
        let names = |step: &&Json| !wide(step) && step["match"].is_string();
        let path = steps.iter().find(names).map_or("/*", |step| pattern(step));
        let path = path.replace("/*", "/orders");
        let strikes = |step: &&Json| wide(step) || fits(pattern(step), &path);
        let laid: Vec<Step> = steps.iter().filter(strikes).map(laid_out).collect();
        let odd: Vec<String> = laid
            .iter()
            .filter(|step| step.until <= step.at)
            .map(|step| {
                format!("a step ends at {} s, no later than it begins", step.until / SECOND - WARM_UP)
            })
            .collect();
        if !odd.is_empty() {
            return Err(odd);
        }
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let features = features(&json);
        let rules: Vec<Json> =
            features.iter().map(|(name, path)| json!({ "match": path, "feature": name })).collect();
        Ok(Plan {
            title: text("title"),
            summary: text("summary"),
            left_out: steps.len() - laid.len(),
            path,
            options: json!({ "surfaces": { "headless": true }, "rules": rules }).to_string(),
            features,
            steps: laid,
            expected: json["expect"]["notices"].as_array().into_iter().flatten().map(expected).collect(),
            recovered_by: json["expect"]["recovery"]["by"].as_f64().unwrap_or_default().ceil() as u32,
            length: json["length"].as_f64().unwrap_or_default().ceil() as u32,
        })
    }

    /// How long a run is, s.
    pub fn seconds(&self) -> u32 {
        (WARM_UP + self.length + AFTERWARDS).max(SHORTEST)
    }

    /// When its first fault begins, s.
    pub fn begin(&self) -> u32 {
        self.steps.iter().map(|step| step.at / SECOND).min().unwrap_or(WARM_UP)
    }

    /// When its last one ends, s.
    pub fn end(&self) -> u32 {
        self.steps.iter().map(|step| step.until.div_ceil(SECOND)).max().unwrap_or(WARM_UP)
    }

    /// The steps in force, in the file's order.
    pub fn now(&self, now: Time) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.at <= now && now < step.until)
    }

    /// Whether the fleet uses a feature, and a fault strikes it there.
    pub fn strikes(&self, feature: &str) -> bool {
        self.features.iter().any(|(name, path)| name == feature && fits(path, &self.path))
    }

    /// Whether there is no network.
    pub fn is_offline(&self, now: Time) -> bool {
        self.now(now).any(|step| step.fault == Fault::Offline)
    }
}

fn pattern(step: &Json) -> &str {
    step["match"].as_str().unwrap_or("/*")
}

/// Whether a pattern takes a path: `*` stands for any text, `:name` for one segment.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.find(['*', ':']) {
        None => pattern == path,
        Some(at) => {
            let (head, rest) = pattern.split_at(at);
            let Some(left) = path.strip_prefix(head) else { return false };
            if let Some(tail) = rest.strip_prefix('*') {
                return (0..=left.len())
                    .filter(|at| left.is_char_boundary(*at))
                    .any(|at| fits(tail, left.split_at(at).1));
            }
            let tail = rest.trim_start_matches(|c: char| c == ':' || c == '_' || c.is_alphanumeric());
            let end = left.find('/').unwrap_or(left.len());
            end > 0 && fits(tail, left.split_at(end).1)
        }
    }
}

fn features(json: &Json) -> Vec<(String, String)> {
    let text = |feature: &Json, name: &str| feature[name].as_str().unwrap_or_default().to_owned();
    let all = json["features"].as_array().into_iter().flatten();
    all.map(|feature| (text(feature, "name"), text(feature, "match"))).collect()
}

fn laid_out(step: &Json) -> Step {
    let time = |name: &str| {
        let seconds = step[name].as_f64().unwrap_or_default();
        WARM_UP * SECOND + (seconds * f64::from(SECOND)) as Time
    };
    let rate = (step["rate"].as_f64().unwrap_or(1.0) * 1e6) as u32;
    Step { at: time("at"), until: time("until"), rate, fault: fault(step) }
}

fn expected(notice: &Json) -> Expected {
    let text = |name: &str| notice[name].as_str().unwrap_or_default().to_owned();
    let time = |name: &str| notice[name].as_f64();
    Expected {
        cause: text("cause"),
        surface: text("surface"),
        after: time("after").unwrap_or_default().floor() as u32,
        by: time("by").unwrap_or_default().ceil() as u32,
        over: time("over").map(|over| over.ceil() as u32),
    }
}

fn fault(step: &Json) -> Fault {
    let fault = &step["fault"];
    let number = |name: &str, or: u64| fault[name].as_u64().unwrap_or(or);
    match fault["kind"].as_str().unwrap_or_default() {
        "status" => Fault::Status(number("status", 503) as u16, number("retryAfter", 0) as u16),
        "latency" => Fault::Latency(number("delay", 1000) as u32),
        "offline" => Fault::Offline,
        "stall" => Fault::Silent,
        _ => Fault::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRILL: &str = r#"{
        "version": 3, "title": "T", "summary": "S", "rehearses": "R", "length": 60,
        "features": [{ "name": "orders", "match": "/api/orders*" }, { "name": "carrier", "match": "/carrier/*" }],
        "steps": [
            { "at": 1.5, "until": 9, "match": "/api/*", "rate": 0.5, "fault": { "kind": "status", "status": 429, "retryAfter": 6 } },
            { "at": 2, "until": 20, "match": "/carrier/*", "fault": { "kind": "network" } },
            { "at": 4, "until": 12, "fault": { "kind": "offline" } }
        ],
        "expect": { "notices": [], "recovery": { "by": 40 } }
    }"#;

    #[test]
    fn a_drill_is_laid_out_for_the_address_that_its_first_fault_strikes() {
        let plan = Plan::parse(DRILL).unwrap();
        assert_eq!((plan.path.as_str(), plan.left_out, plan.steps.len()), ("/api/orders", 1, 2));
        let first = Step { at: 61_500_000, until: 69_000_000, rate: 500_000, fault: Fault::Status(429, 6) };
        assert_eq!(plan.steps.first(), Some(&first));
        assert_eq!((plan.begin(), plan.end(), plan.seconds(), plan.recovered_by), (61, 72, 300, 40));
        assert!(plan.is_offline(64_000_000) && !plan.is_offline(72_000_000));
        assert!(plan.strikes("orders") && !plan.strikes("carrier") && !plan.strikes("search"));
    }

    #[test]
    fn patterns_are_those_of_rules() {
        for (pattern, path, expected) in [
            ("/*", "/api/orders", true),
            ("/api/*", "/api/orders", true),
            ("/api/:kind", "/api/orders", true),
            ("/api/:kind", "/api/orders/1", false),
            ("/api/*/lines", "/api/orders/lines", true),
            ("/api/search", "/api/orders", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_path() {
        let wrong = DRILL.replace("\"rate\": 0.5", "\"rate\": 7").replace("\"title\": \"T\", ", "");
        let problems = Plan::parse(&wrong).unwrap_err();
        assert!(problems.iter().any(|line| line.starts_with("title: expected a text")), "{problems:?}");
        assert!(
            problems
                .iter()
                .any(|line| line.starts_with("steps[0].rate: expected a number from 0 to 1, got 7"))
        );
        let upside_down = DRILL.replace("\"until\": 12", "\"until\": 3");
        assert!(Plan::parse(&upside_down).is_err());
    }

    #[test]
    fn every_drill_of_the_repository_can_be_played() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../drills");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("schema.json") {
                continue;
            }
            let plan = Plan::read(path.to_str().unwrap()).unwrap();
            assert!(plan.end() > plan.begin() && !plan.steps.is_empty(), "{}", path.display());
            count += 1;
        }
        assert!(count >= 15);
    }
}
