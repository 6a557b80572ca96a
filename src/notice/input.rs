//! What the model is told about calls, and how it is set up.

use crate::fault::Kind;
use crate::time::Millis;
use alloc::string::String;
use alloc::vec::Vec;

/// What a call wants its notice to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Notify {
    #[default]
    Auto,
    Silent,
    Toast,
    Banner,
    /// At this element of the page.
    At(u32),
}

impl Notify {
    /// The element that it names.
    pub(super) fn anchor(self) -> Option<u32> {
        if let Notify::At(anchor) = self { Some(anchor) } else { None }
    }
}

/// A call, as far as notices need to know it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'a> {
    /// The call's number.
    pub id: u32,
    /// The endpoint that this attempt went to.
    pub endpoint: u32,
    /// The rule that governs it.
    pub rule: u32,
    /// Whether its method changes something on the server.
    pub write: bool,
    /// What the caller wants shown.
    pub notify: Notify,
    /// What the person was doing.
    pub intent: Option<&'a str>,
    /// Whether the same request may be sent again after it failed.
    pub safe_to_repeat: bool,
    /// When the stored copy that its caller has was the network's answer, on the client's clock: before its start, as a rule.
    pub copy_from: Option<i64>,
    /// The number of its feature.
    pub feature: Option<u32>,
    /// Which attempt would come next, and how many there are at most.
    pub next: (u32, u32),
}

/// How notices behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long trouble must last before it is shown.
    pub delay: Millis,
    /// Toasts visible at once; the others wait.
    pub max_visible: u32,
    /// Somebody listens for actions that only the app can carry out.
    pub app_listens: bool,
    /// There is a status page to look at.
    pub status_page: bool,
    /// People may report problems.
    pub reports: bool,
    /// Nothing is drawn: notices that close by themselves do so by the model's own clock.
    pub headless: bool,
}

impl Config {
    /// Looking at the status page leads somewhere.
    pub(super) fn can_look(&self) -> bool {
        self.app_listens || self.status_page
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            delay: 600,
            max_visible: 3,
            app_listens: false,
            status_page: false,
            reports: false,
            headless: false,
        }
    }
}

/// What a status page says of an incident that goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Since when, epoch ms.
    pub since: i64,
    /// When it is expected to end, epoch ms.
    pub until: Option<i64>,
    /// The kinds of trouble that come of it; none: whatever an outage looks like.
    pub kinds: Vec<Kind>,
    /// The features that it concerns; none: all.
    pub features: Vec<String>,
}

/// The calls that a notice's "try again" means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// Calls that wait: their next attempt can be brought forward.
    pub waiting: Vec<u32>,
    /// The last call that failed for good and may be sent again.
    pub repeat: Option<u32>,
}
