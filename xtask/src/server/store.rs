//! The scenarios: installed, asked for, forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::auth::Session;
use super::log::{Head, Kind, Log};
use super::orders::Orders;
use super::script::{Content, Rule, Script, Step, step_at};

const MOST_SCENARIOS: usize = 512;
/// Sequences per scenario; beyond, paths share one.
const MOST_SEQUENCES: usize = 10_000;

/// One scenario and what has become of it so far.
pub(super) struct Scenario {
    pub(super) id: String,
    pub(super) script: Script,
    pub(super) log: Arc<Log>,
    pub(super) session: Arc<Session>,
    pub(super) orders: Arc<Mutex<Orders>>,
    installed: Instant,
    touched: Mutex<Instant>,
    /// How many requests each sequence has answered.
    progress: Mutex<HashMap<Sequence, u64>>,
}

/// The rule (none: the scenario's own steps) and, where each path counts for itself, method and path.
type Sequence = (Option<usize>, String);

/// What a request is answered with.
pub(super) struct Picked {
    /// For the log.
    pub(super) name: String,
    /// Passing steps, which go over the answer, the upper one first.
    pub(super) over: Vec<Step>,
    pub(super) base: Base,
}

/// The lowest layer of an answer.
pub(super) enum Base {
    Step(Box<Step>),
    /// Credentials are missing.
    Refusal,
    Refresh,
    App,
    Nothing,
}

impl Scenario {
    fn new(id: &str, script: Script, before: Option<&Self>) -> Arc<Self> {
        Arc::new(Self {
            id: id.to_owned(),
            script,
            log: before.map_or_else(Log::new, |before| Arc::clone(&before.log)),
            session: before.map_or_else(|| Arc::new(Session::new()), |before| Arc::clone(&before.session)),
            orders: before.map_or_else(Arc::default, |before| Arc::clone(&before.orders)),
            installed: Instant::now(),
            touched: Mutex::new(Instant::now()),
            progress: Mutex::default(),
        })
    }

    fn expired(&self) -> bool {
        lock(&self.touched).elapsed() > self.script.keep_for
    }

    /// Chooses what answers a request: faults, then credentials, then routes, steps and the built-in API. `None` where
    /// the connection has to be given up first, since the browser would repeat the request by itself.
    pub(super) fn pick(&self, head: &Head) -> Option<Picked> {
        let mut progress = lock(&self.progress);
        let mut choice =
            Choice { scenario: self, head, progress: &mut progress, used: Vec::new(), over: Vec::new() };
        let picked = choice.find();
        let (used, over) = (choice.used, choice.over);
        let base = match &picked.1 {
            Base::Step(step) => Some(step.as_ref()),
            _ => None,
        };
        let breaks = over.iter().chain(base).any(Step::breaks_early);
        if breaks && head.reused && !self.script.break_reused {
            return None;
        }
        for sequence in used {
            *progress.entry(sequence).or_default() += 1;
        }
        let (name, base) = picked;
        Some(Picked { name, over, base })
    }
}

/// The search for an answer; sequences move on only when it is sure to be given.
struct Choice<'a> {
    scenario: &'a Scenario,
    head: &'a Head,
    progress: &'a mut HashMap<Sequence, u64>,
    used: Vec<Sequence>,
    over: Vec<Step>,
}

impl Choice<'_> {
    fn find(&mut self) -> (String, Base) {
        let scenario = self.scenario;
        let script = &scenario.script;
        let refresh = self.head.kind == Kind::Refresh;
        if let Some(found) = self.rules(true) {
            return found;
        }
        if let Some(auth) = script.auth.as_ref().filter(|_| !refresh)
            && !scenario.session.admits(auth, self.head)
        {
            return ("auth".to_owned(), Base::Refusal);
        }
        if let Some(found) = self.rules(false) {
            return found;
        }
        if refresh {
            return ("refresh".to_owned(), Base::Refresh);
        }
        if let Some(found) = self.steps(None, &script.steps, "steps") {
            return found;
        }
        if script.app { ("app".to_owned(), Base::App) } else { ("nothing".to_owned(), Base::Nothing) }
    }

    fn rules(&mut self, fault: bool) -> Option<(String, Base)> {
        let elapsed = self.scenario.installed.elapsed();
        let (method, path, query) = (&self.head.method, &self.head.path, self.head.query.as_deref());
        let applies = |rule: &Rule| {
            rule.fault == fault
                && elapsed >= rule.from
                && rule.until.is_none_or(|until| elapsed < until)
                && rule.pattern.matches(method, path, query)
        };
        let rules = self.scenario.script.rules.iter().enumerate();
        for (index, rule) in rules.filter(|(_, rule)| applies(rule)) {
            let count = self.progress.get(&self.sequence(Some(index))).copied().unwrap_or(0);
            if rule.times.is_some_and(|times| count >= times) {
                continue;
            }
            let found = self.steps(Some(index), &rule.steps, &rule.name);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The step that is due, unless it passes: then it is kept to be laid over what comes further down.
    fn steps(&mut self, rule: Option<usize>, steps: &[Step], name: &str) -> Option<(String, Base)> {
        let sequence = self.sequence(rule);
        let count = self.progress.get(&sequence).copied().unwrap_or(0);
        let (index, step) = step_at(steps, count)?;
        self.used.push(sequence);
        if matches!(step.body, Content::Pass) {
            self.over.push(step.clone());
            return None;
        }
        Some((format!("{name}[{index}]"), Base::Step(Box::new(step.clone()))))
    }

    fn sequence(&self, rule: Option<usize>) -> Sequence {
        let path = if self.scenario.script.per_path && self.progress.len() < MOST_SEQUENCES {
            format!("{} {}", self.head.method, self.head.path)
        } else {
            String::new()
        };
        (rule, path)
    }
}

/// All scenarios.
#[derive(Default)]
pub(super) struct Store(Mutex<HashMap<String, Arc<Scenario>>>);

impl Store {
    /// Installs a script; `keep` takes over log, session and saved orders of the scenario that had the id. `None` when
    /// there are too many.
    pub(super) fn put(&self, id: &str, script: Script, keep: bool) -> Option<Arc<Scenario>> {
        let mut all = lock(&self.0);
        all.retain(|_, scenario| !scenario.expired());
        if all.len() >= MOST_SCENARIOS && !all.contains_key(id) {
            return None;
        }
        let before = all.get(id).filter(|_| keep).cloned();
        let scenario = Scenario::new(id, script, before.as_deref());
        all.insert(id.to_owned(), Arc::clone(&scenario));
        Some(scenario)
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Scenario>> {
        let scenario = lock(&self.0).get(id).filter(|scenario| !scenario.expired()).cloned()?;
        *lock(&scenario.touched) = Instant::now();
        Some(scenario)
    }

    /// Whether there was one to forget.
    pub(super) fn delete(&self, id: &str) -> bool {
        lock(&self.0).remove(id).is_some()
    }

    /// Forgets what nobody has asked for in its time.
    pub(super) fn sweep(&self) {
        lock(&self.0).retain(|_, scenario| !scenario.expired());
    }
}

/// A lock that a panic elsewhere does not close for good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
