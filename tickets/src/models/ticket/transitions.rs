use bson::doc;
use common::{
    api::{
        OrderId, TicketId, UserId,
        tickets::{Ticket, TicketDraft},
    },
    events::{OrderCancelled, OrderCreated, PaymentCreated},
    messaging::{Failure, OutboxEvent},
    text,
};
use mongodb::error::Error;

use super::{TicketDocument, Tickets};
use crate::models::standing::{OrderUpdate, Stage, Terms};

/// Why a ticket was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditRefused {
    /// The ticket does not exist.
    #[error("no such ticket")]
    NotFound,
    /// An order holds or has bought the ticket.
    #[error("held by an order")]
    Reserved,
    /// Somebody else sells the ticket.
    #[error("not the seller's")]
    NotSeller,
    /// Too many of the ticket's events are not published yet.
    #[error("too many changes wait to be published")]
    Busy,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why an order's event was not applied to its ticket.
#[derive(Debug, thiserror::Error)]
pub enum FollowRefused {
    /// The ticket does not exist.
    #[error("order {0} is on an unknown ticket {1}")]
    Unknown(OrderId, TicketId),
    /// Too many of the ticket's events are not published yet.
    #[error("too many changes of ticket {0} wait to be published")]
    Busy(TicketId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<FollowRefused> for Failure {
    fn from(error: FollowRefused) -> Self {
        match error {
            FollowRefused::Unknown(..) => Self::permanent(error),
            FollowRefused::Busy(_) => Self::retry(error),
            FollowRefused::Store(error) => error.into(),
        }
    }
}

impl Tickets {
    /// Changes title and price, if the user sells the ticket and no order has it.
    pub async fn edit(&self, id: &TicketId, seller: &UserId, draft: &TicketDraft) -> Result<Ticket, EditRefused> {
        loop {
            let ticket = self.get(id).await?.ok_or(EditRefused::NotFound)?;
            if ticket.standing.order_id.is_some() {
                return Err(EditRefused::Reserved);
            }
            if ticket.user_id != *seller {
                return Err(EditRefused::NotSeller);
            }
            if ticket.is_busy() {
                return Err(EditRefused::Busy);
            }
            let (title, price) = (draft.title.clone(), draft.price);
            let edited = TicketDocument { title, price, ..ticket.clone() };
            if let Some(ticket) = self.write(&ticket, edited).await? {
                return Ok(ticket);
            }
        }
    }

    /// Holds a ticket for an order, unless a later event has been applied.
    pub async fn hold(&self, order: &OrderCreated) -> Result<(), FollowRefused> {
        let (sequence, stage) = (order.ticket.sequence, Stage::Held);
        let terms = Terms { title: order.ticket.title.clone(), price: order.ticket.price, sequence };
        self.follow(&order.ticket.id, OrderUpdate { order: &order.id, sequence, stage, terms: Some(&terms) }).await
    }

    /// Marks a ticket as sold to an order, unless a later event has been applied.
    pub async fn sell(&self, payment: &PaymentCreated) -> Result<(), FollowRefused> {
        let (order, sequence, stage) = (&payment.order_id, payment.ticket.sequence, Stage::Sold);
        self.follow(&payment.ticket.id, OrderUpdate { order, sequence, stage, terms: None }).await
    }

    /// Frees the ticket of a cancelled order, unless a later event has been applied.
    pub async fn release(&self, order: &OrderCancelled) -> Result<(), FollowRefused> {
        let (sequence, stage) = (order.ticket.sequence, Stage::Free);
        self.follow(&order.ticket.id, OrderUpdate { order: &order.id, sequence, stage, terms: None }).await
    }

    /// Applies an order's event to its ticket, unless it is stale.
    async fn follow(&self, id: &TicketId, update: OrderUpdate<'_>) -> Result<(), FollowRefused> {
        loop {
            let ticket = self.get(id).await?;
            let ticket = ticket.ok_or_else(|| FollowRefused::Unknown(update.order.clone(), id.clone()))?;
            let Some(standing) = ticket.standing.after(update) else { return Ok(()) };
            if ticket.is_busy() {
                return Err(FollowRefused::Busy(ticket.id));
            }
            let followed = TicketDocument { standing, ..ticket.clone() };
            if self.write(&ticket, followed).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// Writes the next version of a ticket together with its event. `None` if the ticket
    /// has changed since it was read.
    async fn write(&self, from: &TicketDocument, to: TicketDocument) -> Result<Option<Ticket>, Error> {
        let to = TicketDocument { version: from.version.next(), ..to };
        let event = OutboxEvent::new(&to.updated(), self.clock.now());
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let change = doc! {
            "$set": {
                "version": to.version,
                "title": &to.title,
                // Not the words that were read: they may have an outdated form.
                "words": text::index(&to.title),
                "price": to.price.cents(),
                "orderId": to.standing.order_id.as_ref(),
                "sold": to.standing.sold,
                "terms": to.standing.terms.as_ref(),
                "orderSequence": to.standing.order_sequence,
            },
            "$push": { "outbox": event },
        };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then(|| to.into()))
    }
}
