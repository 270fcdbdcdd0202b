//! The parts of pages.

mod announce;
mod answers;
mod card_form;
mod countdown;
mod empty;
mod fields;
mod frame;
mod head;
mod listed;
mod ticket_card;
mod when;

pub use announce::Announce;
pub use answers::{ErrorPage, NotFound, SignedIn, page_for};
pub use card_form::{CardForm, Progress};
pub use countdown::{Clock, Countdown};
pub use empty::Empty;
pub use fields::{Alert, Field, PriceField, Submit};
pub use frame::{FocusAfterNavigation, Footer, Header};
pub use head::Head;
pub use listed::{LIST_PERIOD, Listed};
pub use ticket_card::TicketGrid;
pub use when::When;
