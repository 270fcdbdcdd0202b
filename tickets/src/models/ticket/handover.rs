//! Who gets what lets one in.

use bson::doc;
use common::{
    api::{OrderId, TicketId, UserId, tickets::HandoverDraft},
    events::PaymentRefunded,
};

use super::{TicketDocument, TicketError, Tickets};

impl Tickets {
    /// What lets one in, for the seller and for the buyer of the paid order; `None` while
    /// none is deposited.
    pub async fn handover(&self, id: &TicketId, user: &UserId) -> Result<Option<String>, TicketError> {
        let ticket = self.existing(id).await?;
        if ticket.user_id != *user && !ticket.is_bought_by(user) {
            return Err(TicketError::NotYours);
        }
        Ok(ticket.handover.map(|sealed| self.keys.open(id, &sealed)).transpose()?)
    }

    /// Deposits what lets one in. Its event tells open pages that the ticket has changed.
    pub async fn deposit(&self, id: &TicketId, seller: &UserId, draft: &HandoverDraft) -> Result<(), TicketError> {
        let sealed = self.keys.seal(id, &draft.text)?;
        let deposited = self.change(id, |ticket| {
            if ticket.user_id != *seller {
                return Err(TicketError::NotYours);
            }
            Ok(Some(TicketDocument { handover: Some(sealed.clone()), ..ticket.clone() }))
        });
        deposited.await.map(drop)
    }

    /// Closes the handover to the buyer of an order whose money was refunded in full. The
    /// event may come before those of the order and its payment.
    pub async fn refund(&self, payment: &PaymentRefunded) -> Result<(), TicketError> {
        // Only a part was refunded: the ticket is the buyer's.
        let (None, Some(ticket)) = (payment.amount, &payment.ticket) else { return Ok(()) };
        let refunded = doc! { "$addToSet": { "refunded": &payment.order_id } };
        let outcome = self.collection.update_one(doc! { "_id": &ticket.id }, refunded).await?;
        if outcome.matched_count == 0 { Err(TicketError::Unknown(ticket.id.clone())) } else { Ok(()) }
    }
}

impl TicketDocument {
    /// Whether an order of this user has bought it and is not refunded.
    fn is_bought_by(&self, user: &UserId) -> bool {
        let standing = &self.standing;
        let is_refunded = |order: &OrderId| self.refunded.contains(order);
        let buyer = standing.terms.as_ref().and_then(|terms| terms.buyer.as_ref());
        standing.sold && buyer == Some(user) && !standing.order_id.as_ref().is_some_and(is_refunded)
    }
}
