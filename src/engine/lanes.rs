//! Where calls run: a lane is a rule at an endpoint with a method, its policy laid out once.

use crate::fault::Surface;
use crate::policy::options::{CallOptions, Rule};
use crate::policy::retry::Retry;
use crate::policy::url::Url;
use crate::policy::{Policy, PolicyPatch};
use alloc::string::String;
use alloc::vec::Vec;

/// At most so many origins are told apart; what comes later shares one endpoint, so that memory stays bounded.
const MAX_ENDPOINTS: usize = 256;

/// What calls of one kind share.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Index of its rule; `None`: no rule matched.
    pub rule: Option<usize>,
    /// Index of its endpoint.
    pub endpoint: u32,
    /// The method, upper-case where it is one of HTTP's.
    pub method: String,
    /// Its complete policy.
    pub policy: Policy,
    /// Whether the method may be sent twice.
    pub repeatable: bool,
    /// Whether looking again does no harm: the person may be offered it.
    pub safe: bool,
    /// Where its failures are shown; `None`: the ladder chooses.
    pub notify: Option<Surface>,
    /// The content type that answers must have.
    pub expect: Option<String>,
    /// Whether progress is asked for.
    pub progress: bool,
    /// It belongs to one call and goes with it.
    single: bool,
}

/// All lanes of a client.
#[derive(Clone, Debug)]
pub struct Lanes {
    rules: Vec<Rule>,
    defaults: PolicyPatch,
    page_origin: String,
    endpoints: Vec<String>,
    lanes: Vec<Lane>,
    free: Vec<u32>,
}

impl Lanes {
    /// No lanes yet; `page_origin` is where path patterns are at home.
    pub fn new(rules: Vec<Rule>, defaults: PolicyPatch, page_origin: &str) -> Self {
        Lanes {
            rules,
            defaults,
            page_origin: page_origin.into(),
            endpoints: Vec::new(),
            lanes: Vec::new(),
            free: Vec::new(),
        }
    }

    /// The lane of a request; `None` for URLs that are not http(s): they go straight through.
    pub fn find(&mut self, method: &str, href: &str) -> Option<u32> {
        let url = Url::split(href)?;
        let rule = self.rules.iter().position(|rule| {
            (rule.methods.is_empty() || rule.methods.iter().any(|named| named.eq_ignore_ascii_case(method)))
                && rule.pattern.matches(url, &self.page_origin)
        });
        let endpoint = self.endpoint(url.origin);
        let known = self.lanes.iter().position(|lane| {
            !lane.single && lane.rule == rule && lane.endpoint == endpoint && lane.method == method
        });
        if let Some(known) = known {
            return Some(known as u32);
        }
        let mut policy = Policy::built_in();
        policy.apply(&self.defaults);
        if let Some(rule) = rule.and_then(|index| self.rules.get(index)) {
            policy.apply(&rule.policy);
        }
        let mut lane = Lane { rule, endpoint, method: method.into(), policy, ..Lane::default() };
        lane.safe = matches!(method, "GET" | "HEAD");
        lane.repeatable = repeats(&lane);
        Some(self.add(lane))
    }

    /// A lane for one call with options of its own.
    pub fn single(&mut self, base: u32, options: CallOptions) -> u32 {
        let mut lane = self.get(base).cloned().unwrap_or_default();
        lane.policy.apply(&options.policy);
        lane.repeatable = repeats(&lane);
        lane.notify = options.notify;
        lane.expect = options.expect;
        lane.progress = options.progress;
        lane.single = true;
        self.add(lane)
    }

    /// The layers of options under a call on this lane.
    pub fn layers(&self, lane: u32) -> Vec<&PolicyPatch> {
        let rule = self.get(lane).and_then(|lane| self.rules.get(lane.rule?));
        core::iter::once(&self.defaults).chain(rule.map(|rule| &rule.policy)).collect()
    }

    /// A lane by its number.
    pub fn get(&self, lane: u32) -> Option<&Lane> {
        self.lanes.get(lane as usize)
    }

    /// Lets go of a lane that served one call; others stay.
    pub fn release(&mut self, lane: u32) {
        if let Some(own) = self.lanes.get_mut(lane as usize)
            && own.single
        {
            *own = Lane { single: true, ..Lane::default() };
            self.free.push(lane);
        }
    }

    /// The origin of a lane's endpoint.
    pub fn origin(&self, lane: u32) -> &str {
        let endpoint = self.get(lane).and_then(|lane| self.endpoints.get(lane.endpoint as usize));
        endpoint.map_or("", String::as_str)
    }

    /// The pattern of a lane's rule: a route that is safe to show.
    pub fn route(&self, lane: u32) -> Option<&str> {
        let rule = self.get(lane)?.rule?;
        self.rules.get(rule).map(|rule| rule.pattern.source())
    }

    fn add(&mut self, lane: Lane) -> u32 {
        if let Some(free) = self.free.pop()
            && let Some(slot) = self.lanes.get_mut(free as usize)
        {
            *slot = lane;
            return free;
        }
        self.lanes.push(lane);
        (self.lanes.len() - 1) as u32
    }

    fn endpoint(&mut self, origin: &str) -> u32 {
        let known = self.endpoints.iter().position(|known| known == origin);
        let index = known.unwrap_or_else(|| {
            if self.endpoints.len() < MAX_ENDPOINTS {
                self.endpoints.push(origin.into());
            } else if self.endpoints.len() == MAX_ENDPOINTS {
                self.endpoints.push("(other)".into());
            }
            self.endpoints.len() - 1
        });
        index as u32
    }
}

fn repeats(lane: &Lane) -> bool {
    let fallback = Retry::default();
    lane.policy.retry.as_ref().unwrap_or(&fallback).repeats(&lane.method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::options::{Options, Value};

    fn lanes(rules: &[&str]) -> Lanes {
        let rules = rules
            .iter()
            .map(|pattern| {
                let attempts = Value::Map(vec![("attempts".into(), Value::Number(7.0))]);
                Value::Map(vec![("match".into(), Value::Text((*pattern).into())), ("retry".into(), attempts)])
            })
            .collect();
        let options = Options::read(&Value::Map(vec![("rules".into(), Value::List(rules))]));
        let options = options.unwrap_or_else(|problems| panic!("{problems:?}"));
        Lanes::new(options.rules, options.defaults, "https://app.example")
    }

    #[test]
    fn equal_requests_share_a_lane_and_the_first_rule_wins() {
        let mut lanes = lanes(&["/api/*", "/api/orders"]);
        let a = lanes.find("GET", "https://app.example/api/orders?a");
        assert_eq!(a, lanes.find("GET", "https://app.example/api/other"));
        assert_ne!(a, lanes.find("POST", "https://app.example/api/orders"));
        assert_ne!(a, lanes.find("GET", "https://app.example/"));
        let lane = lanes.get(a.unwrap_or(99)).cloned().unwrap_or_default();
        assert_eq!((lane.rule, lane.repeatable), (Some(0), true));
        assert_eq!(lane.policy.retry.map(|retry| retry.attempts), Some(7));
        assert_eq!(lanes.find("GET", "data:,x"), None);
    }

    #[test]
    fn a_lane_of_one_call_is_used_again_after_its_release() {
        let mut lanes = lanes(&[]);
        let base = lanes.find("GET", "https://app.example/").unwrap_or(99);
        let first = lanes.single(base, CallOptions::default());
        lanes.release(first);
        assert_eq!(lanes.single(base, CallOptions::default()), first);
        lanes.release(base);
        assert_eq!(lanes.find("GET", "https://app.example/"), Some(base));
    }

    #[test]
    fn endless_origins_do_not_grow_memory_without_end() {
        let mut lanes = lanes(&[]);
        for number in 0..2000 {
            lanes.find("GET", &format!("https://a{number}.example/"));
        }
        assert_eq!(lanes.endpoints.len(), MAX_ENDPOINTS + 1);
        assert_eq!(lanes.lanes.len(), MAX_ENDPOINTS + 1);
    }
}
