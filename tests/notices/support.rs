//! Short ways to say what happens to calls.

use steadfetch::fault::{Action, Fault, Kind, Surface};
use steadfetch::notice::{
    Announcement, AppNotice, Call, Config, Frame, Notices, Offer, Said, Severity, View,
};

pub(crate) const DELAY: u64 = 600;

pub(crate) fn call(id: u32) -> Call<'static> {
    Call { id, endpoint: 1, ..Call::default() }
}

pub(crate) fn write(id: u32) -> Call<'static> {
    Call { write: true, ..call(id) }
}

pub(crate) fn fault(kind: Kind) -> Fault {
    Fault::blocking(kind)
}

pub(crate) fn on_screen() -> Notices {
    let mut notices = Notices::new(Config::default());
    notices.mounted(true, 0);
    notices
}

/// Lets time pass the way a host timer would, and gives what is seen then.
pub(crate) fn at(notices: &mut Notices, now: u64) -> Frame {
    while let Some(next) = notices.next_timer().filter(|next| *next <= now) {
        notices.tick(next);
    }
    notices.tick(now);
    notices.render().clone()
}

pub(crate) fn only(frame: &Frame) -> View {
    assert_eq!(frame.views.len(), 1, "{frame:#?}");
    frame.views[0].clone()
}

pub(crate) fn steps(view: &View) -> Vec<Action> {
    let step = |offer: &Offer| match offer {
        Offer::Step(action) => *action,
        Offer::Own(own) => panic!("{own:?}"),
    };
    view.actions.iter().map(step).collect()
}

pub(crate) fn said(announcements: &[Announcement]) -> Vec<Said> {
    announcements.iter().map(|announcement| announcement.said).collect()
}

pub(crate) fn app(message: &str, cause: Option<&str>, severity: Severity) -> AppNotice {
    AppNotice {
        message: message.to_owned(),
        cause: cause.map(str::to_owned),
        severity,
        surface: Surface::Toast,
        anchor: None,
        args: Vec::new().into(),
        actions: Vec::new().into(),
        until: None,
    }
}
