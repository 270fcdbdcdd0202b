//! What pages are made of.

mod announce;
mod answers;
mod card_form;
mod countdown;
mod fields;
mod frame;
mod head;
mod pager;
mod ticket_card;
mod when;

pub use announce::Announce;
pub use answers::{Loading, NoSuchPage, SignedIn, SomebodyElses, shown};
pub use card_form::{CardForm, Progress};
pub use countdown::{Clock, Countdown};
pub use fields::{Alert, Field, PriceField, Submit};
pub use frame::{FocusAfterNavigation, Footer, Header};
pub use head::Head;
pub use pager::Pager;
pub use ticket_card::TicketGrid;
pub use when::When;
