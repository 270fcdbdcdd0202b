//! Who gets what lets one in.

use bson::doc;
use common::{
    api::{TicketId, UserId, tickets::HandoverDraft},
    events::OrderRefunded,
};

use super::{TicketDocument, TicketError, Tickets};
use crate::{
    handover::{HandoverError, Sealed},
    models::standing::Standing,
};

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

    /// What lets one in, encrypted for its ticket.
    pub(super) fn sealed(&self, id: &TicketId, draft: Option<&HandoverDraft>) -> Result<Option<Sealed>, HandoverError> {
        draft.map(|draft| self.keys.seal(id, &draft.text)).transpose()
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
    /// event may come before those of its creation and completion.
    pub async fn refund(&self, order: &OrderRefunded) -> Result<(), TicketError> {
        if order.amount.is_some() {
            // Only a part was refunded: the ticket is the buyer's.
            return Ok(());
        }
        let closed = doc! { "$addToSet": { "refunded": &order.id } };
        let closed = self.collection.update_one(doc! { "_id": &order.ticket.id }, closed).await?;
        if closed.matched_count == 0 { Err(TicketError::Unknown(order.ticket.id.clone())) } else { Ok(()) }
    }
}

impl TicketDocument {
    /// Whether an order of this user has bought it and is not refunded.
    fn is_bought_by(&self, user: &UserId) -> bool {
        let Standing { sold, buyer, terms, .. } = &self.standing;
        // An older program that has sold it named the buyer there, until orders' event arrives.
        let named = || terms.as_ref().filter(|_| *sold).and_then(|terms| terms.buyer.as_ref());
        buyer.as_ref().or_else(named) == Some(user) && !self.is_refunded()
    }

    /// Whether the money of the order that has bought it was refunded in full.
    pub(in crate::models) fn is_refunded(&self) -> bool {
        self.standing.order_id.as_ref().is_some_and(|order| self.refunded.contains(order))
    }
}
