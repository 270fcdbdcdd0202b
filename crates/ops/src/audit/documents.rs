//! What the audit reads of the services' documents. It has types of its own: with
//! the services' types it would share their mistakes.

use bson::{Bson, DateTime};
use serde::Deserialize;

/// A ticket, in tickets' database or as orders' replica of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) title: String,
    pub(super) price: i64,
    #[serde(default)]
    pub(super) about: About,
    #[serde(default)]
    pub(super) withdrawn: bool,
    #[serde(default)]
    pub(super) order_id: Option<String>,
    #[serde(default)]
    pub(super) sold: bool,
    #[serde(default)]
    pub(super) buyer: Option<String>,
    #[serde(default)]
    pub(super) terms: Option<Terms>,
    #[serde(default)]
    pub(super) order_sequence: i64,
    #[serde(default)]
    pub(super) outbox: Vec<Bson>,
}

/// When, where and what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    pub(super) starts_at: Option<String>,
    pub(super) venue: Option<String>,
    pub(super) category: Option<String>,
    pub(super) details: Option<String>,
}

/// The terms of the order that holds or has bought a ticket.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Terms {
    pub(super) price: i64,
    pub(super) sequence: i64,
}

/// An order, in orders' database.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) status: String,
    pub(super) user_id: String,
    pub(super) expires_at: DateTime,
    #[serde(default)]
    pub(super) reason: Option<String>,
    pub(super) refunded: bool,
    #[serde(default)]
    pub(super) refunded_cents: Option<i64>,
    pub(super) ticket: OrderedTicket,
    pub(super) outbox: Vec<Bson>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OrderedTicket {
    pub(super) id: String,
    pub(super) price: i64,
}

impl Ticket {
    /// In cents: its order's price, if the terms are that order's, else its seller's.
    pub(super) fn shown_price(&self) -> i64 {
        let terms = self.terms.as_ref().filter(|terms| terms.sequence == self.order_sequence);
        terms.map_or(self.price, |terms| terms.price)
    }
}

impl Order {
    pub(super) fn is_live(&self) -> bool {
        matches!(self.status.as_str(), "created" | "awaiting:payment" | "complete")
    }

    pub(super) fn is_complete(&self) -> bool {
        self.status == "complete"
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }

    pub(super) fn is_expired(&self) -> bool {
        self.is_cancelled() && self.reason.as_deref() == Some("expired")
    }

    /// The refunded cents, by the order.
    pub(super) fn given_back(&self) -> i64 {
        if self.refunded { self.refunded_cents.unwrap_or(self.ticket.price) } else { 0 }
    }

    /// The version that payments has: it is not told of the completion, which its own
    /// event has caused.
    pub(super) fn published_version(&self) -> i64 {
        if self.is_complete() { self.version - 1 } else { self.version }
    }
}

/// Payments' replica of an order.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct OrderReplica {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) cancelled: bool,
}

/// A payment, in payments' database.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) order_id: String,
    pub(super) state: String,
    pub(super) amount: i64,
    #[serde(default)]
    pub(super) refunded_cents: i64,
    pub(super) outbox: Vec<Bson>,
}

impl Payment {
    /// The refunded cents, by the payment.
    pub(super) fn given_back(&self) -> i64 {
        if self.state == "refunded" { self.amount } else { self.refunded_cents }
    }

    /// Whether it was paid, even if it was refunded since.
    pub(super) fn was_paid(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "refunded")
    }
}

/// The ledger of the stand-in for Stripe.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Ledger {
    pub(super) intents: Vec<Intent>,
}

/// One intent. Amounts are in cents.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) metadata: std::collections::BTreeMap<String, String>,
    pub(super) captured: i64,
    pub(super) refunded: i64,
}

impl Intent {
    /// Empty if it names none.
    pub(super) fn order_id(&self) -> &str {
        self.metadata.get("order_id").map_or("", String::as_str)
    }
}
