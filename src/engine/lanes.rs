//! Where calls run: a lane is a rule at its endpoints with a method, its policy laid out once.

use crate::fault::Surface;
use crate::policy::options::{CallOptions, Rule, Rules, Target};
use crate::policy::retry::{is_idempotent, repeats};
use crate::policy::settings::Settings;
use crate::policy::url::Url;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::endpoints::Endpoints;

/// What calls of one kind share.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Its rule; `None`: no rule matched.
    pub rule: Option<Rc<Rule>>,
    /// The number of its rule, by which endpoints and bulkheads know it; 0: none.
    number: u32,
    /// The endpoints that its requests may go to.
    pub route: Vec<u32>,
    /// The method, upper-case where it is one of HTTP's.
    pub method: String,
    /// Its complete policy.
    pub policy: Settings,
    /// Whether the method may be sent twice.
    pub repeatable: bool,
    /// Whether the method itself is idempotent, whatever the options name.
    pub idempotent: bool,
    /// Whether looking again does no harm: the person may be offered it.
    pub safe: bool,
    /// Where its failures are shown; `None`: the ladder chooses.
    pub notify: Option<Surface>,
    /// The element of the page that its failures are shown at.
    pub anchor: Option<u32>,
    /// The content type that answers must have.
    pub expect: Option<String>,
    /// Whether progress is asked for.
    pub progress: bool,
    /// What the person is doing.
    pub intent: Option<String>,
    /// The call's own feature, in place of its rule's.
    own_feature: Option<String>,
    /// The number of its feature.
    pub feature: Option<u32>,
    /// It belongs to one call and goes with it.
    single: bool,
    /// The rules have changed since: no new call takes it.
    retired: bool,
}

impl Lane {
    /// The number of its rule; 0: none. No two rules ever share one, also where rules are replaced at run time.
    pub fn rule_number(&self) -> u32 {
        self.number
    }

    /// The name of its feature.
    pub fn feature_name(&self) -> Option<&str> {
        let rule = self.rule.as_ref().and_then(|rule| rule.feature.as_deref());
        self.own_feature.as_deref().or(rule)
    }

    /// What the rule says of each endpoint; empty where the only one is the request's own origin.
    pub fn targets(&self) -> &[Target] {
        self.rule.as_ref().map(|rule| rule.endpoints.as_slice()).unwrap_or_default()
    }

    /// Whether endpoints are chosen by weight.
    pub fn weighted(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.weighted)
    }

    /// The endpoint that its requests go to first.
    pub fn endpoint(&self) -> u32 {
        self.route.first().copied().unwrap_or(0)
    }
}

/// All lanes of a client.
#[derive(Clone, Debug)]
pub struct Lanes {
    rules: Rules,
    /// The number of each rule.
    numbers: Vec<u32>,
    /// Numbers given so far.
    given: u32,
    page_origin: String,
    lanes: Vec<Lane>,
    free: Vec<u32>,
}

impl Lanes {
    /// No lanes yet; `page_origin` is where path patterns are at home.
    pub fn new(rules: Rules, page_origin: &str) -> Self {
        let mut lanes = Lanes {
            rules: Rules::default(),
            numbers: Vec::new(),
            given: 0,
            page_origin: page_origin.into(),
            lanes: Vec::new(),
            free: Vec::new(),
        };
        lanes.configure(rules);
        lanes
    }

    /// New rules. Calls in flight keep their lanes; a rule for the same requests keeps its number, and so its bulkhead and
    /// what servers have said to it.
    pub fn configure(&mut self, rules: Rules) {
        let mut numbers = Vec::new();
        for rule in &rules.rules {
            numbers.push(self.number_of(rule.id()).unwrap_or_else(|| {
                self.given += 1;
                self.given
            }));
        }
        self.numbers = numbers;
        self.rules = rules;
        for lane in &mut self.lanes {
            lane.retired = true;
        }
    }

    /// The lane of a request; `None` for URLs that are not http(s): they go straight through.
    pub fn find(&mut self, method: &str, href: &str, endpoints: &mut Endpoints) -> Option<u32> {
        let url = Url::split(href)?;
        let index = self.rules.rules.iter().position(|rule| {
            (rule.methods.is_empty() || rule.methods.iter().any(|named| named.eq_ignore_ascii_case(method)))
                && rule.pattern.matches(url, &self.page_origin)
        });
        let rule = index.and_then(|index| self.rules.rules.get(index)).cloned();
        let number = index.and_then(|index| self.numbers.get(index)).copied().unwrap_or(0);
        let mut lane = Lane { rule, number, method: method.into(), ..Lane::default() };
        let mut route = Vec::new();
        for target in lane.targets() {
            route.push(endpoints.number(&target.url));
        }
        if route.is_empty() {
            route.push(endpoints.number(url.origin));
        }
        lane.route = route;
        let known = self.lanes.iter().position(|known| {
            !known.single
                && !known.retired
                && known.number == number
                && known.endpoint() == lane.endpoint()
                && known.method == method
        });
        if let Some(known) = known {
            return Some(known as u32);
        }
        lane.policy = Settings::complete(&self.layers_of(lane.rule.as_ref()));
        lane.safe = matches!(method, "GET" | "HEAD");
        lane.idempotent = is_idempotent(method);
        lane.repeatable = repeats(&lane.policy, method);
        Some(self.add(lane))
    }

    /// A lane for one call with options of its own.
    pub fn single(&mut self, base: u32, options: CallOptions) -> u32 {
        let mut lane = self.get(base).cloned().unwrap_or_default();
        let mut layers = self.layers_of(lane.rule.as_ref());
        layers.apply(&options.policy);
        lane.policy = Settings::complete(&layers);
        lane.repeatable = repeats(&lane.policy, &lane.method);
        lane.notify = options.notify;
        lane.anchor = options.anchor;
        lane.expect = options.expect;
        lane.progress = options.progress;
        lane.own_feature = options.feature;
        lane.intent = options.intent;
        lane.single = true;
        self.add(lane)
    }

    /// The layers of options under a call on this lane, laid over each other.
    pub fn layers(&self, lane: u32) -> Settings {
        self.layers_of(self.get(lane).and_then(|lane| lane.rule.as_ref()))
    }

    fn layers_of(&self, rule: Option<&Rc<Rule>>) -> Settings {
        let mut layers = self.rules.defaults.clone();
        if let Some(rule) = rule {
            layers.apply(&rule.policy);
        }
        layers
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

    /// The pattern of a lane's rule: a route that is safe to show.
    pub fn route(&self, lane: u32) -> Option<&str> {
        let lane = self.get(lane).filter(|lane| !lane.retired)?;
        Some(lane.rule.as_ref()?.pattern.source())
    }

    /// Gives a lane its feature.
    pub(super) fn set_feature(&mut self, lane: u32, number: u32) {
        if let Some(lane) = self.lanes.get_mut(lane as usize) {
            lane.feature = Some(number);
        }
    }

    /// The name of the feature of the rule with this number.
    pub fn feature_of(&self, number: u32) -> Option<&str> {
        let at = self.numbers.iter().position(|known| *known == number)?;
        self.rules.rules.get(at)?.feature.as_deref()
    }

    /// Where path patterns are at home.
    pub fn page_origin(&self) -> &str {
        &self.page_origin
    }

    /// The rules, and what holds beside them.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The number of the rule that other tabs know by this id.
    pub fn number_of(&self, id: u32) -> Option<u32> {
        let at = self.rules.rules.iter().position(|rule| rule.id() == id)?;
        self.numbers.get(at).copied()
    }

    /// What other tabs know the rule of this number by.
    pub fn id_of(&self, number: u32) -> Option<u32> {
        let at = self.numbers.iter().position(|known| *known == number)?;
        self.rules.rules.get(at).map(|rule| rule.id())
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::options::{Options, Value};
    use crate::policy::settings::Id;

    fn lanes(rules: &[&str]) -> (Lanes, Endpoints) {
        let rules = rules
            .iter()
            .map(|pattern| {
                let attempts = Value::Map(vec![("attempts".into(), Value::Number(7.0))]);
                Value::Map(vec![("match".into(), Value::Text((*pattern).into())), ("retry".into(), attempts)])
            })
            .collect();
        let options = Options::read(&Value::Map(vec![("rules".into(), Value::List(rules))]));
        let options = options.unwrap_or_else(|problems| panic!("{problems:?}"));
        (Lanes::new(options.rules, "https://app.example"), Endpoints::default())
    }

    #[test]
    fn equal_requests_share_a_lane_and_the_first_rule_wins() {
        let (mut lanes, mut endpoints) = lanes(&["/api/*", "/api/orders"]);
        let mut find = |method, href| lanes.find(method, href, &mut endpoints);
        let a = find("GET", "https://app.example/api/orders?a");
        assert_eq!(a, find("GET", "https://app.example/api/other"));
        assert_ne!(a, find("POST", "https://app.example/api/orders"));
        assert_ne!(a, find("GET", "https://app.example/"));
        assert_eq!(find("GET", "data:,x"), None);
        let lane = lanes.get(a.unwrap_or(99)).cloned().unwrap_or_default();
        assert_eq!(lane.rule.map(|rule| rule.pattern.source().to_owned()).as_deref(), Some("/api/*"));
        assert!(lane.repeatable);
        assert_eq!(lane.policy.whole(Id::RetryAttempts), 7);
    }

    #[test]
    fn a_lane_of_one_call_is_used_again_after_its_release() {
        let (mut lanes, mut endpoints) = lanes(&[]);
        let base = lanes.find("GET", "https://app.example/", &mut endpoints).unwrap_or(99);
        let first = lanes.single(base, CallOptions::default());
        lanes.release(first);
        assert_eq!(lanes.single(base, CallOptions::default()), first);
        lanes.release(base);
        assert_eq!(lanes.find("GET", "https://app.example/", &mut endpoints), Some(base));
    }

    #[test]
    fn a_shorter_attempt_timeout_of_one_call_gets_no_deadline_of_its_rules_longer_one() {
        let (mut lanes, mut endpoints) = lanes(&[]);
        let limits = |limit: f64| {
            let mut own = Settings::default();
            own.set(Id::AttemptTimeout, limit);
            own
        };
        lanes.configure(Rules { defaults: limits(60_000.0), ..Rules::default() });
        let base = lanes.find("GET", "https://app.example/", &mut endpoints).unwrap_or(99);
        let deadline =
            |lanes: &Lanes, lane| lanes.get(lane).and_then(|lane| lane.policy.millis(Id::Deadline));
        assert_eq!(deadline(&lanes, base), Some(240_000));
        let options = CallOptions { policy: limits(1000.0), ..CallOptions::default() };
        let call = lanes.single(base, options);
        assert_eq!(deadline(&lanes, call), Settings::built_in().millis(Id::Deadline));
    }

    #[test]
    fn new_rules_get_new_lanes_and_old_ones_stay_for_calls_in_flight() {
        let (mut lanes, mut endpoints) = lanes(&["/api/*"]);
        let old = lanes.find("GET", "https://app.example/api/a", &mut endpoints).unwrap_or(99);
        lanes.configure(Rules::default());
        let new = lanes.find("GET", "https://app.example/api/a", &mut endpoints).unwrap_or(99);
        assert_ne!(old, new);
        assert_eq!(lanes.get(old).map(|lane| lane.policy.whole(Id::RetryAttempts)), Some(7));
        let built_in = Settings::built_in().whole(Id::RetryAttempts);
        assert_ne!(built_in, 7);
        assert_eq!(lanes.get(new).map(|lane| lane.policy.whole(Id::RetryAttempts)), Some(built_in));
    }

    #[test]
    fn endless_origins_do_not_grow_memory_without_end() {
        let (mut lanes, mut endpoints) = lanes(&[]);
        for number in 0..2000 {
            lanes.find("GET", &format!("https://a{number}.example/"), &mut endpoints);
        }
        assert!(endpoints.len() <= 257 && lanes.lanes.len() <= 257);
    }
}
