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
    pub(super) outbox: Vec<Bson>,
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
    pub(super) refunded: bool,
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
    pub(super) outbox: Vec<Bson>,
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
