//! Users, events and documents for tests.

use bson::Document;
use chrono::{DateTime, Utc};
use mongodb::Collection;

use super::TestEnv;
use crate::{
    api::{OrderId, PaymentId, TicketId, UserId, Version, orders::OrderStatus, tickets::About, users::User},
    events::{
        HeldTicket, OrderCancelled, OrderCompleted, OrderCreated, PaymentCreated, TicketCreated, TicketInOrder,
        TicketUpdated,
    },
    mongo,
};

/// The key that signs tests' sessions.
pub const KEY: &str = "a key for tests of at least thirty-two bytes";

/// A new user.
#[must_use]
pub fn user() -> User {
    let id = UserId::new();
    User { email: format!("{id}@example.com"), id }
}

/// The creation of a ticket by a new seller, at a price in dollars.
#[must_use]
pub fn ticket_created(price: &str) -> TicketCreated {
    TicketCreated {
        id: TicketId::new(),
        version: Version(0),
        title: "Concert".into(),
        price: price.parse().expect("a valid price"),
        user_id: UserId::new(),
        about: About::default(),
    }
}

/// A later version of a ticket, with the version in its title.
#[must_use]
pub fn ticket_updated(ticket: &TicketCreated, version: i64, price: &str) -> TicketUpdated {
    TicketUpdated {
        id: ticket.id.clone(),
        version: Version(version),
        title: format!("Concert, version {version}"),
        price: price.parse().expect("a valid price"),
        user_id: ticket.user_id.clone(),
        order_id: None,
        withdrawn: false,
        about: ticket.about.clone(),
    }
}

/// The creation of an order by a new buyer: the third on its ticket, at a price in
/// dollars.
#[must_use]
pub fn order_created(price: &str, expires_at: DateTime<Utc>) -> OrderCreated {
    let TicketCreated { id, title, price, about, .. } = ticket_created(price);
    OrderCreated {
        id: OrderId::new(),
        version: Version(0),
        status: OrderStatus::Created,
        user_id: UserId::new(),
        expires_at,
        ticket: HeldTicket { id, title, price, sequence: 3, about },
    }
}

/// The cancellation of an order.
#[must_use]
pub fn order_cancelled(order: &OrderCreated) -> OrderCancelled {
    OrderCancelled { id: order.id.clone(), version: Version(1), ticket: ticket_in(order) }
}

/// The completion of an order.
#[must_use]
pub fn order_completed(order: &OrderCreated) -> OrderCompleted {
    let OrderCreated { id, user_id, .. } = order.clone();
    OrderCompleted { id, version: Version(1), user_id, ticket: ticket_in(order) }
}

/// The payment of an order.
#[must_use]
pub fn payment_created(order: &OrderCreated) -> PaymentCreated {
    let id = PaymentId::new();
    PaymentCreated {
        id,
        order_id: order.id.clone(),
        stripe_id: "pi_1".into(),
        ticket: ticket_in(order),
        paid_at: None,
        card: None,
    }
}

fn ticket_in(order: &OrderCreated) -> TicketInOrder {
    TicketInOrder { id: order.ticket.id.clone(), sequence: order.ticket.sequence }
}

impl TestEnv {
    /// A collection of the service's database.
    pub async fn collection(&self, name: &str) -> Collection<Document> {
        let uri = self.env().text("MONGO_URI").expect("the test's own database");
        mongo::connect(uri).await.expect("MongoDB answers").collection(name)
    }
}
