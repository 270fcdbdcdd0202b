//! What the audit reads of the services' documents. The services' own types are
//! theirs alone: an auditor who shared them would share their mistakes.

use bson::{Bson, DateTime};
use serde::Deserialize;

/// A ticket, in tickets' database or as orders' copy of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticket {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) title: String,
    pub(super) price: i64,
    #[serde(default)]
    pub(super) order_id: Option<String>,
    #[serde(default)]
    pub(super) sold: bool,
    #[serde(default)]
    pub(super) terms: Option<Terms>,
    #[serde(default)]
    pub(super) order_sequence: i64,
    #[serde(default)]
    pub(super) outbox: Vec<Bson>,
}

/// What a held or sold ticket shows of its order.
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
    pub(super) expires_at: DateTime,
    /// Missing in orders of before it was kept.
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

    /// How many cents it says have been given back.
    pub(super) fn given_back(&self) -> i64 {
        if self.refunded { self.refunded_cents.unwrap_or(self.ticket.price) } else { 0 }
    }

    /// The version of the last event about it: completing tells nobody.
    pub(super) fn published_version(&self) -> i64 {
        if self.is_complete() { self.version - 1 } else { self.version }
    }
}

/// Payments' copy of an order.
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
    /// How many cents it says have been given back.
    pub(super) fn given_back(&self) -> i64 {
        if self.state == "refunded" { self.amount } else { self.refunded_cents }
    }

    /// Whether money came, be it given back since.
    pub(super) fn was_paid(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "refunded")
    }
}

/// Stripe's ledger, as far as the stand-in tells it.
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
