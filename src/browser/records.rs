//! What notices hear from elsewhere: other pages, this one before a reload, a status page.

use alloc::string::String;

use super::core::{Core, clocks, instant};
use super::json::Json;
use super::shown::decimal;
use crate::fault::{Impact, Kind};
use crate::notice::{Incident, Record};
use crate::policy::options::Value;
use crate::time::Instant;

impl Core {
    /// Numbers notices from behind this one: a core that follows another one names none of its own by a former one's number.
    pub fn number_from(&mut self, id: u32) {
        self.engine.notices.number_from(id);
    }

    /// The notices that other pages, or this one after a reload, may take in: `[{ id, key, kind, impact, url, rule, intent, count,
    /// waiting, retryAt, availableAt, since, urgent, write, over }]`. The key is the same for the same cause wherever it is met.
    pub fn records(&self, now: f64, wall: f64) -> String {
        let clocks = clocks(now, wall);
        let mut json = Json::new();
        json.open("", "[");
        for (id, record) in self.engine.notices.records() {
            let url = self.engine.endpoints().url(record.endpoint);
            let rule = self.engine.lanes().id_of(record.rule).unwrap_or_default();
            json.open("", "{");
            json.text("id", &decimal(id));
            let mut key = String::from(record.family);
            for part in [url, &decimal(rule), record.intent_of_cause().unwrap_or_default()] {
                key.push(' ');
                key.push_str(part);
            }
            json.text("key", &key);
            json.text("kind", record.kind.name());
            json.text("impact", record.impact.name());
            json.text("url", url);
            json.number("rule", rule.into());
            json.maybe_text("intent", record.intent.as_deref());
            json.number("count", record.count.into());
            json.number("waiting", record.waiting.into());
            json.maybe_number("retryAt", record.retry_at.map(|at| clocks.epoch(at)));
            json.maybe_number("availableAt", record.available_at.map(|at| clocks.epoch(at)));
            json.number("since", clocks.epoch(record.since));
            json.flag("urgent", record.urgent);
            json.flag("write", record.write);
            json.flag("over", record.over);
            json.close("}");
        }
        json.close("]");
        json.done()
    }

    /// What the status page says: `{ incidents: [{ since, until, kinds, features }], about }`, where `about` are the numbers of the
    /// endpoints that it speaks of; and whether there is a page to look at.
    pub fn incidents(&mut self, told: &Value, page: u32) {
        let read = |incident: &Value| {
            let kinds = incident.member("kinds").read_each(|kind| Kind::named(kind.text()?));
            // Of codes that nobody knows, it is about something else.
            if kinds.is_empty() && !incident.member("kinds").items().is_empty() {
                return None;
            }
            Some(Incident {
                since: incident.member("since").whole()? as i64,
                until: incident.member("until").whole().map(|until| until as i64),
                kinds,
                features: incident.member("features").read_each(|name| name.text().map(Into::into)),
            })
        };
        self.engine.set_status_page(page != 0);
        let about = told.member("about").read_each(|number| number.whole().map(|number| number as u32));
        self.engine.notices.incidents(told.member("incidents").read_each(read), about);
    }

    /// Takes in such a record. What is none is passed over.
    pub fn take_in(&mut self, record: &Value, now: f64, wall: f64) {
        let text = |name| record.member(name).text().unwrap_or_default();
        let number = |name| record.member(name).whole().unwrap_or_default();
        let time = |name| record.member(name).whole().map(|at| instant(at as f64, now, wall));
        let Some(kind) = Kind::named(text("kind")) else { return };
        let impacts = [Impact::None, Impact::Degraded, Impact::Blocked, Impact::DataAtRisk];
        let Some(impact) = impacts.into_iter().find(|impact| impact.name() == text("impact")) else { return };
        let url = text("url");
        let gone = record.member("gone").flag() == Some(true);
        let record = Record {
            family: "",
            urgent: record.member("urgent").flag() == Some(true),
            kind,
            impact,
            endpoint: if url.is_empty() { 0 } else { self.engine.endpoint(url) },
            rule: self.engine.lanes().number_of(number("rule") as u32).unwrap_or_default(),
            intent: record.member("intent").text().map(Into::into),
            count: number("count") as u32,
            waiting: number("waiting") as u32,
            retry_at: time("retryAt"),
            available_at: time("availableAt"),
            since: instant(number("since") as f64, now, wall).min(now as Instant),
            write: record.member("write").flag() == Some(true),
            over: record.member("over").flag() == Some(true),
        };
        if gone {
            self.engine.notices.lose(&record, now as Instant);
        } else {
            self.engine.notices.take_in(&record, now as Instant);
        }
    }
}
