use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{clock, ids, models::Charge};

/// The time to respond, in seconds.
const DUE: i64 = 7 * 24 * 60 * 60;

/// The status of a dispute. Inquiries (`warning_…`) never occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// Open: the bank has taken the amount back.
    NeedsResponse,
    /// Closed in favour of the shop.
    Won,
    /// Closed in favour of the cardholder.
    Lost,
}

impl DisputeStatus {
    /// Whether the bank has decided.
    pub(crate) fn is_final(self) -> bool {
        self != Self::NeedsResponse
    }
}

/// A dispute about a charge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) intent: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) brand: String,
    pub(crate) status: DisputeStatus,
    pub(crate) created: i64,
}

impl Dispute {
    /// A dispute about the amount of a charge that is not refunded.
    pub(crate) fn about(charge: &Charge) -> Self {
        Self {
            id: ids::fresh("dp"),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            amount: charge.refundable(),
            currency: charge.currency.clone(),
            brand: charge.payment_method.brand().to_owned(),
            status: DisputeStatus::NeedsResponse,
            created: clock::now(),
        }
    }

    /// Whether the charge may be refunded.
    pub(crate) fn is_refundable(&self) -> bool {
        self.status == DisputeStatus::Won
    }

    /// The dispute as Stripe shows it. Its two card fields say what Visa calls
    /// "other fraud, card absent".
    pub(crate) fn show(&self) -> Value {
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transactions": [],
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": { "enhanced_evidence": {} },
            "evidence_details": {
                "due_by": self.created + DUE,
                "enhanced_eligibility": {},
                "has_evidence": false,
                "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": self.is_refundable(),
            "livemode": false,
            "metadata": {},
            "payment_intent": self.intent,
            "payment_method_details": {
                "card": {
                    "brand": self.brand,
                    "case_type": "chargeback",
                    "network": self.brand,
                    "network_reason_code": "10.4",
                },
                "type": "card",
            },
            "reason": "fraudulent",
            "status": self.status,
        })
    }
}
