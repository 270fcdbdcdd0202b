//! What a seller has for sale, on hold and sold.

use bson::{Document, doc};
use common::api::{
    UserId,
    ids::Id,
    tickets::{Seller, Selling},
};
use futures::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;

use super::Tickets;

/// The states of a seller's tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum SellingState {
    /// No order has it, it is not withdrawn, and its event has not begun.
    ForSale,
    /// A buyer is paying.
    OnHold,
    /// It is paid.
    Sold,
}

impl SellingState {
    pub(super) fn filter(self, now: bson::DateTime) -> Document {
        match self {
            Self::ForSale => doc! { "orderId": null, "withdrawn": { "$ne": true }, "begins": { "$gt": now } },
            Self::OnHold => doc! { "orderId": { "$ne": null }, "sold": false },
            Self::Sold => doc! { "sold": true },
        }
    }
}

/// Tickets in one state.
#[derive(Deserialize)]
struct Group {
    #[serde(rename = "_id")]
    state: State,
    count: u64,
    cents: i64,
}

#[derive(Deserialize)]
struct State {
    held: bool,
    sold: bool,
}

impl Tickets {
    /// How many tickets a seller has in each state, and the price of those sold.
    pub async fn selling(&self, seller: &UserId) -> Result<Selling, Error> {
        let counted = [SellingState::ForSale.filter(self.clock.now().into()), doc! { "orderId": { "$ne": null } }];
        let of_seller = doc! { "$match": { "userId": seller, "$or": counted.to_vec() } };
        let group = doc! { "$group": {
            "_id": { "held": { "$ne": ["$orderId", null] }, "sold": "$sold" },
            "count": { "$sum": 1 },
            "cents": { "$sum": { "$ifNull": ["$terms.price", "$price"] } },
        } };
        let groups = self.collection.aggregate([of_seller, group]).with_type::<Group>().await?;
        let groups: Vec<Group> = groups.try_collect().await?;
        let none = Selling { earned: dollars(0), ..Selling::default() };
        Ok(groups.into_iter().fold(none, |selling, Group { state, count, cents }| match state {
            State { sold: true, .. } => Selling { sold: count, earned: dollars(cents), ..selling },
            State { held: true, .. } => Selling { on_hold: count, ..selling },
            State { .. } => Selling { for_sale: count, ..selling },
        }))
    }

    /// Whether a buyer waits for what lets one in: it is not deposited, the money is not
    /// refunded and the event has not begun.
    pub async fn owes_handover(&self, seller: &UserId) -> Result<bool, Error> {
        let now = bson::DateTime::from(self.clock.now());
        let sold = doc! { "userId": seller, "sold": true, "handover": null, "begins": { "$gt": now } };
        let mut sold = self.collection.find(sold).await?;
        while let Some(ticket) = sold.try_next().await? {
            if !ticket.is_refunded() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What buyers may know of a seller.
    pub async fn seller(&self, id: &UserId) -> Result<Seller, Error> {
        let sold = self.collection.count_documents(doc! { "userId": id, "sold": true }).await?;
        Ok(Seller { member_since: id.created_at(), sold })
    }
}

/// Dollars with two decimals; a sum may be more than any price.
fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
