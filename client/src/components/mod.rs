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
mod stub;
mod ticket_card;
mod ticket_fields;
mod when;

pub use announce::Announce;
pub use answers::{ErrorPage, NotFound, SignedIn, page_for};
pub use card_form::{CardForm, Progress};
pub use countdown::{Clock, Countdown};
pub use empty::Empty;
pub use fields::{Alert, Choice, Field, PriceField, Submit};
pub use frame::{FocusAfterNavigation, Footer, Header};
pub use head::Head;
pub use listed::Listed;
pub use stub::{AboutRows, Stub, Sum, WhenWhere};
#[cfg(feature = "ssr")]
pub use stub::{HUES, hue, initial};
pub use ticket_card::{Own, TicketGrid};
pub use ticket_fields::{FIELDS, TicketFields};
pub use when::When;
