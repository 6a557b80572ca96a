//! What the notice model hears of calls.

use super::Engine;
use crate::call::{Request, Source};
use crate::fault::{Kind, Surface};
use crate::list::swap_remove;
use crate::notice::{Call, Config, Notify};
use crate::policy::options::Surfaces;
use crate::policy::settings::Id;
use crate::time::Instant;

/// The notice model's settings from the client's options.
pub(super) fn config(surfaces: Option<Surfaces>, reports: bool) -> Config {
    let mut config = Config { reports, ..Config::default() };
    if let Some(surfaces) = surfaces {
        config.delay = surfaces.delay;
        config.max_visible = surfaces.max_visible as u32;
        config.headless = surfaces.headless;
    }
    config
}

impl Engine {
    /// Tells the notice model how a call fares after an input.
    ///
    /// A call that ends well without having failed before says something only while there is a notice that it can close.
    pub(super) fn tell(&mut self, slot: u32, now: Instant) {
        let Some(entry) = self.calls.get_mut(slot) else { return };
        let fault = entry.call.fault();
        if fault.is_none() && !entry.noticed && self.notices.is_idle() {
            return;
        }
        let Some(lane) = self.lanes.get(entry.lane) else { return };
        let Request { keyed, streamed, .. } = entry.call.request();
        let call = Call {
            id: entry.serial,
            endpoint: entry.call.endpoint(),
            rule: lane.rule_number(),
            write: !lane.safe,
            notify: match lane.notify {
                None | Some(Surface::Inline) => lane.anchor.map_or(Notify::Auto, Notify::At),
                Some(Surface::Silent) => Notify::Silent,
                Some(Surface::Toast) => Notify::Toast,
                Some(Surface::Banner) => Notify::Banner,
            },
            intent: lane.intent.as_deref(),
            next: (entry.call.attempts() + 1, lane.policy.number(Id::RetryAttempts) as u32),
            feature: lane.feature,
            safe_to_repeat: !streamed && (lane.safe || keyed),
            copy_from: entry.call.age().map(|age| now as i64 - age as i64),
        };
        let denied = self.denied.iter().position(|lane| *lane == (call.endpoint, call.rule));
        match fault {
            // A timer that fires in mid-call is no success.
            // Nor is a copy, which proves nothing.
            None if entry.call.source() == Source::Outbox => return self.notices.stored(now),
            None if entry.call.source() != Source::Network => return,
            None => {
                // Whoever was refused here before and is served now has signed in.
                let allowed = denied.and_then(|at| swap_remove(&mut self.denied, at)).is_some();
                self.notices.succeeded(&call, allowed, now);
            }
            Some(fault) if fault.kind == Kind::Cancelled => self.notices.cancelled(entry.serial, now),
            // It is kept, and what keeps it tells of it.
            Some(_) if entry.call.source() == Source::Outbox => {
                self.notices.cancelled(entry.serial, now);
                self.notices.stored(now);
            }
            Some(fault) if entry.call.is_done() => {
                if fault.kind == Kind::SignInRequired && denied.is_none() {
                    self.denied.push((call.endpoint, call.rule));
                }
                self.notices.failed(&call, fault, now);
            }
            Some(fault) => {
                let retry_at = entry.call.waits_until();
                if retry_at.is_some() {
                    self.notices.failing(&call, fault, retry_at, now);
                }
            }
        }
        entry.noticed = true;
    }
}
