//! Orders of a restored backup, brought up to what payments knows of them.

use std::pin::pin;

use bson::{RawDocumentBuf, doc};
use common::{
    api::{OrderId, Price, TicketId, UserId, Version, orders::OrderStatus, price, tickets::About},
    mongo::readable,
    recovery::Recovered,
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, error::Error};
use serde::Deserialize;

use super::document::{OrderDocument, TicketDocument};

/// What of an order payments knows better than an older copy of the order.
const PUBLISHED: [&str; 4] = ["version", "status", "refunded", "refundedCents"];

/// Why orders can't be recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The tickets service does not have an ordered ticket.
    #[error("tickets has no ticket {0}: recover tickets first")]
    UnknownTicket(TicketId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Payments' replica of an order.
#[derive(Deserialize)]
struct Replica {
    #[serde(rename = "_id")]
    id: OrderId,
    cancelled: bool,
    /// Missing while payments knows only of the cancellation.
    terms: Option<Terms>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    user_id: UserId,
    #[serde(with = "price::cents")]
    price: Price,
    expires_at: bson::DateTime,
    ticket: HeldTicket,
}

#[derive(Deserialize)]
struct HeldTicket {
    id: TicketId,
    sequence: i64,
}

/// A payment that succeeded, in payments' database.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    state: String,
    #[serde(default)]
    refunded_cents: i64,
}

/// A ticket, in tickets' database.
#[derive(Deserialize)]
struct Ticket {
    title: String,
    #[serde(default)]
    about: About,
}

/// Brings `orders` up to what `payments` has: orders that are behind and orders
/// that are missing, whose titles and dates `tickets` has. No service may run. Repeating it
/// changes nothing.
pub async fn recover(orders: &Database, payments: &Database, tickets: &Database) -> Result<Recovered, RecoverError> {
    let own = orders.collection::<OrderDocument>("orders");
    let (replicas, payments) = (payments.collection::<RawDocumentBuf>("orders"), payments.collection("payments"));
    let mut replicas = pin!(readable::<Replica>(replicas.find(doc! {}).await?, "orders, payments' replicas"));
    let mut recovered = Recovered::default();
    while let Some(replica) = replicas.try_next().await? {
        let Some(terms) = replica.terms else { continue };
        let ticket = ticket(&tickets.collection("tickets"), &terms.ticket.id).await?;
        let payment = payment(&payments, &replica.id).await?;
        let order = OrderDocument::recovered(replica.id, replica.cancelled, terms, ticket, payment.as_ref());
        let behind = doc! { "_id": &order.id, "status": OrderStatus::Created.as_str() };
        recovered.apply(&own, behind, &order, &PUBLISHED).await?;
    }
    Ok(recovered)
}

async fn ticket(tickets: &Collection<Ticket>, id: &TicketId) -> Result<Ticket, RecoverError> {
    let ticket = tickets.find_one(doc! { "_id": id }).await?;
    ticket.ok_or_else(|| RecoverError::UnknownTicket(id.clone()))
}

async fn payment(payments: &Collection<Payment>, order: &OrderId) -> Result<Option<Payment>, Error> {
    payments.find_one(doc! { "orderId": order, "state": { "$in": ["succeeded", "refunded"] } }).await
}

impl OrderDocument {
    /// An order by its replica and its payment. Of a cancellation and a payment the
    /// cancellation came first; a refund without one was made at Stripe by hand. Why
    /// an order was cancelled is lost.
    fn recovered(id: OrderId, cancelled: bool, terms: Terms, ticket: Ticket, payment: Option<&Payment>) -> Self {
        let status = match (cancelled, payment) {
            (true, _) => OrderStatus::Cancelled,
            (false, Some(_)) => OrderStatus::Complete,
            (false, None) => OrderStatus::Created,
        };
        let in_full = payment.is_some_and(|payment| payment.state == "refunded");
        let in_part = payment.map(|payment| payment.refunded_cents).filter(|cents| *cents > 0 && !in_full);
        let Terms { user_id, price, expires_at, ticket: HeldTicket { id: ticket_id, sequence } } = terms;
        let Ticket { title, about } = ticket;
        Self {
            id,
            version: Version(i64::from(status != OrderStatus::Created)),
            status,
            user_id,
            expires_at,
            ticket: TicketDocument { id: ticket_id, title, price, sequence, about },
            reason: None,
            refunded: in_full || in_part.is_some(),
            refunded_cents: in_part,
            paid_at: None,
            card: None,
            outbox: Vec::new(),
        }
    }
}
