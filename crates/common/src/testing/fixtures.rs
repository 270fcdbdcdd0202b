//! People and things for tests.

use crate::{
    api::{TicketId, UserId, Version, users::User},
    events::{TicketCreated, TicketUpdated},
};

/// The key that signs tests' sessions.
pub const KEY: &str = "a key for tests of at least thirty-two bytes";

/// Somebody new.
#[must_use]
pub fn user() -> User {
    let id = UserId::new();
    User { email: format!("{id}@example.com"), id }
}

/// A ticket's creation by somebody new.
#[must_use]
pub fn ticket_created(price: &str) -> TicketCreated {
    TicketCreated {
        id: TicketId::new(),
        version: Version(0),
        title: "Concert".into(),
        price: price.parse().expect("a valid price"),
        user_id: UserId::new(),
    }
}

/// A later version of a ticket, whose title tells the version.
#[must_use]
pub fn ticket_updated(ticket: &TicketCreated, version: i64, price: &str) -> TicketUpdated {
    TicketUpdated {
        id: ticket.id.clone(),
        version: Version(version),
        title: format!("Concert, version {version}"),
        price: price.parse().expect("a valid price"),
        user_id: ticket.user_id.clone(),
        order_id: None,
    }
}
