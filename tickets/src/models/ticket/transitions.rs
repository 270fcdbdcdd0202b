use bson::doc;
use common::{
    api::{
        TicketId, UserId,
        tickets::{Ticket, TicketDraft},
    },
    events::{HeldTicket, OrderCancelled, OrderCompleted, OrderCreated},
    messaging::OutboxEvent,
    text,
};

use super::{TicketDocument, TicketError, Tickets, begins};
use crate::models::standing::{Change, OrderUpdate, Terms};

impl Tickets {
    /// Changes what the seller says of a ticket that no order has and that is at the version
    /// that the change is based on.
    pub async fn edit(&self, id: &TicketId, seller: &UserId, draft: &TicketDraft) -> Result<Ticket, TicketError> {
        let handover = self.sealed(id, draft.handover.as_ref())?;
        let edited = self.change(id, |ticket| {
            if ticket.standing.order_id.is_some() {
                return Err(TicketError::Reserved);
            }
            if ticket.user_id != *seller {
                return Err(TicketError::NotYours);
            }
            if ticket.withdrawn {
                return Err(TicketError::Withdrawn);
            }
            if draft.version.is_some_and(|version| version != ticket.version) {
                return Err(TicketError::Stale);
            }
            let (title, price, about) = (draft.title.clone(), draft.price, draft.about(&ticket.about));
            let handover = handover.clone().or_else(|| ticket.handover.clone());
            Ok(Some(TicketDocument { title, price, begins: begins(&about), about, handover, ..ticket.clone() }))
        });
        Ok(edited.await?.into())
    }

    /// Takes a ticket that no order has off the market. Withdrawing again changes nothing.
    pub async fn withdraw(&self, id: &TicketId, seller: &UserId) -> Result<(), TicketError> {
        let withdrawn = self.change(id, |ticket| {
            if ticket.user_id != *seller {
                return Err(TicketError::NotYours);
            }
            if ticket.standing.order_id.is_some() {
                return Err(TicketError::Reserved);
            }
            Ok((!ticket.withdrawn).then(|| TicketDocument { withdrawn: true, ..ticket.clone() }))
        });
        withdrawn.await.map(drop)
    }

    /// Holds a ticket for an order, unless a later event has been applied.
    pub async fn hold(&self, order: &OrderCreated) -> Result<(), TicketError> {
        let HeldTicket { id, title, price, about, sequence } = &order.ticket;
        let (sequence, title, about) = (*sequence, title.clone(), about.clone());
        let terms = Terms { title, price: *price, about, buyer: Some(order.user_id.clone()), sequence };
        self.follow(id, OrderUpdate { order: &order.id, sequence, change: Change::Held(&terms) }).await
    }

    /// Sells a ticket to the buyer of a complete order, unless a later event has been applied.
    pub async fn sell(&self, order: &OrderCompleted) -> Result<(), TicketError> {
        let (sequence, change) = (order.ticket.sequence, Change::Sold(&order.user_id));
        self.follow(&order.ticket.id, OrderUpdate { order: &order.id, sequence, change }).await
    }

    /// Frees the ticket of a cancelled order, unless a later event has been applied.
    pub async fn release(&self, order: &OrderCancelled) -> Result<(), TicketError> {
        let (sequence, change) = (order.ticket.sequence, Change::Freed);
        self.follow(&order.ticket.id, OrderUpdate { order: &order.id, sequence, change }).await
    }

    /// Applies an order's event to its ticket, unless it is stale.
    async fn follow(&self, id: &TicketId, update: OrderUpdate<'_>) -> Result<(), TicketError> {
        let followed = self.change(id, |ticket| {
            Ok(ticket.standing.after(update).map(|standing| TicketDocument { standing, ..ticket.clone() }))
        });
        followed.await.map(drop)
    }

    /// Writes what `change` makes of a ticket, decided anew if another change comes between;
    /// `None` changes nothing. Returns the ticket after it.
    pub(super) async fn change(
        &self,
        id: &TicketId,
        change: impl Fn(&TicketDocument) -> Result<Option<TicketDocument>, TicketError>,
    ) -> Result<TicketDocument, TicketError> {
        loop {
            let ticket = self.existing(id).await?;
            let Some(changed) = change(&ticket)? else { return Ok(ticket) };
            if let Some(ticket) = self.write(&ticket, changed).await? {
                return Ok(ticket);
            }
        }
    }

    pub(super) async fn existing(&self, id: &TicketId) -> Result<TicketDocument, TicketError> {
        self.get(id).await?.ok_or_else(|| TicketError::Unknown(id.clone()))
    }

    /// Writes the next version of a ticket together with its event. `None` if the ticket
    /// has changed since it was read.
    async fn write(&self, from: &TicketDocument, to: TicketDocument) -> Result<Option<TicketDocument>, TicketError> {
        if from.outbox.len() >= OutboxEvent::LIMIT {
            return Err(TicketError::Busy(from.id.clone()));
        }
        let to = TicketDocument { version: from.version.next(), ..to };
        let now = self.clock.now();
        let is_taken_back = to.withdrawn && !from.withdrawn;
        let event =
            if is_taken_back { OutboxEvent::new(&to.taken_back(), now) } else { OutboxEvent::new(&to.updated(), now) };
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let change = doc! {
            "$set": {
                "version": to.version,
                "title": &to.title,
                // Not the words that were read: they may have an outdated form.
                "words": text::index(&to.title),
                "price": to.price.cents(),
                "about": &to.about,
                "begins": to.begins,
                "withdrawn": to.withdrawn,
                "handover": to.handover.as_ref(),
                "orderId": to.standing.order_id.as_ref(),
                "sold": to.standing.sold,
                "buyer": to.standing.buyer.as_ref(),
                "terms": to.standing.terms.as_ref(),
                "orderSequence": to.standing.order_sequence,
            },
            "$push": { "outbox": event },
        };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then_some(to))
    }
}
