//! What people are told: causes, the surface ladder and the notice model, without a screen.
//!
//! The engine says what happens to calls, the app raises its own notices, the screen says what was closed or read.
//! [`Notices`] keeps one living card per [`Cause`] and hands out a [`Frame`] of what is to be seen, plus what is to
//! be spoken. It stores message ids and arguments, never text: words come from the catalog at the last moment, so that
//! a change of locale or voice redraws everything.
//!
//! | file | idea |
//! |---|---|
//! | `cause` | what counts as the same trouble, and what proves that it is over |
//! | `ladder` | how loudly, how soon and how gravely a fault speaks |
//! | `offers` | the next steps that a notice holds out |
//! | `trouble` | the calls behind a card: what they met, and what it means for people |
//! | `card` | one living notice |
//! | `input` | what the model is told about calls, and how it is set up |
//! | `model` | all of them, and what is said to them of calls |
//! | `meet` | what a failing call does to its card |
//! | `shares` | which calls still wait behind which card |
//! | `proof` | what says that a cause is over, and what becomes of its card then |
//! | `clock` | what time does to them |
//! | `past` | those that are over, and all of them as one list |
//! | `app` | notices that the app raises, and what the person does with any of them |
//! | `feature` | the card of a feature that is reduced or off, which stands for its endpoints' |
//! | `known` | what a status page says of them |
//! | `pace` | how many at a time: a budget per minute, a hidden page |
//! | `summary` | one notice that stands for many |
//! | `frame` | which cards have a place on the screen, and what is spoken |
//! | `read` | an app's notice from its untyped tree |
//! | `record` | a notice as another page can take it in |
//! | `view` | what comes out |

mod app;
mod card;
mod cause;
mod clock;
mod feature;
mod frame;
mod input;
mod known;
mod ladder;
mod meet;
mod model;
mod offers;
mod pace;
mod past;
mod proof;
mod read;
mod record;
mod shares;
mod summary;
mod trouble;
mod view;

pub use app::{AppNotice, Change};
pub use cause::Cause;
pub use input::{Affected, Call, Config, Incident, Notify};
pub use ladder::{LASTS, OFFLINE_DELAY};
pub use model::Notices;
pub use pace::{BUDGET, FLOOD, MINUTE};
pub use record::Record;
pub use view::{Announcement, Arg, Frame, Offer, OwnAction, Said, Severity, State, Subject, View};
