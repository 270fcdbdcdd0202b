//! Charge: one try to take money from a card.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::models::PaymentMethod;

/// A try at a card, paid or refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) refunded: i64,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) created: i64,
    pub(crate) failure: Option<Failure>,
    /// The dispute about it, whatever became of that.
    #[serde(default)]
    pub(crate) dispute: Option<String>,
}

/// Why a charge was refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Charge {
    pub(crate) fn captured(&self) -> i64 {
        if self.failure.is_none() { self.amount } else { 0 }
    }

    /// What can still be given back.
    pub(crate) fn refundable(&self) -> i64 {
        self.captured() - self.refunded
    }

    pub(crate) fn show(&self) -> Value {
        let paid = self.failure.is_none();
        json!({
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.captured(),
            "amount_refunded": self.refunded,
            "application": null,
            "application_fee": null,
            "application_fee_amount": null,
            "balance_transaction": null,
            "billing_details": self.payment_method.billing_details(),
            "captured": paid,
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "description": null,
            "disputed": self.dispute.is_some(),
            "failure_code": self.failure.as_ref().map(|failure| &failure.code),
            "failure_message": self.failure.as_ref().map(|failure| &failure.message),
            "fraud_details": {},
            "livemode": false,
            "metadata": self.metadata,
            "paid": paid,
            "payment_intent": self.intent,
            "payment_method": self.payment_method.id,
            "receipt_url": null,
            "refunded": paid && self.refundable() == 0,
            "status": if paid { "succeeded" } else { "failed" },
        })
    }
}
