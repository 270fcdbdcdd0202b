use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{PaymentMethod, with_nulls};

/// An attempt to charge a card, paid or declined.
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
    /// The dispute about it, open or closed.
    #[serde(default)]
    pub(crate) dispute: Option<String>,
}

/// Why a charge was declined.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Charge {
    pub(crate) fn captured(&self) -> i64 {
        if self.failure.is_none() { self.amount } else { 0 }
    }

    /// The amount that can still be refunded.
    pub(crate) fn refundable(&self) -> i64 {
        self.captured() - self.refunded
    }

    pub(crate) fn show(&self) -> Value {
        let paid = self.failure.is_none();
        let object = json!({
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.captured(),
            "amount_refunded": self.refunded,
            "billing_details": self.payment_method.billing_details(),
            "captured": paid,
            "created": self.created,
            "currency": self.currency,
            "disputed": self.dispute.is_some(),
            "failure_code": self.failure.as_ref().map(|failure| &failure.code),
            "failure_message": self.failure.as_ref().map(|failure| &failure.message),
            "fraud_details": {},
            "livemode": false,
            "metadata": self.metadata,
            "paid": paid,
            "payment_intent": self.intent,
            "payment_method": self.payment_method.id,
            "payment_method_details": self.payment_method.charge_details(),
            "refunded": paid && self.refundable() == 0,
            "status": if paid { "succeeded" } else { "failed" },
        });
        let absent = "application application_fee application_fee_amount balance_transaction customer description \
            receipt_url";
        with_nulls(object, absent)
    }
}
