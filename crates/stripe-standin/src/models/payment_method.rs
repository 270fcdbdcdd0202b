use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::with_nulls;
use crate::{
    cards::{self, CardDetails, TestCard},
    clock, ids,
};

/// A card to confirm intents with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) card: CardDetails,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) created: i64,
    /// It has paid. Without a customer, it can't pay again.
    pub(crate) spent: bool,
}

impl PaymentMethod {
    pub(crate) fn new(card: CardDetails) -> Self {
        Self {
            id: ids::fresh("pm"),
            card,
            name: None,
            email: None,
            metadata: BTreeMap::new(),
            created: clock::now(),
            spent: false,
        }
    }

    /// Its test card; other cards are declined before they become payment methods.
    pub(crate) fn test_card(&self) -> Option<&'static TestCard> {
        cards::numbered(&self.card.number)
    }

    pub(crate) fn brand(&self) -> &'static str {
        self.test_card().map_or("unknown", |card| card.brand)
    }

    pub(crate) fn last4(&self) -> &str {
        self.card.number.get(self.card.number.len().saturating_sub(4)..).unwrap_or_default()
    }

    pub(crate) fn billing_details(&self) -> Value {
        let address = json!({
            "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
        });
        json!({ "address": address, "email": self.email, "name": self.name, "phone": null, "tax_id": null })
    }

    /// The card as a charge shows it.
    pub(crate) fn charge_details(&self) -> Value {
        let card = json!({
            "brand": self.brand(),
            "country": "US",
            "exp_month": self.card.exp_month,
            "exp_year": self.card.exp_year,
            "fingerprint": format!("standin{}", self.last4()),
            "funding": "credit",
            "last4": self.last4(),
            "network": self.brand(),
        });
        let absent = "amount_authorized authorization_code capture_before checks description \
            electronic_commerce_indicator extended_authorization iin incremental_authorization installments issuer \
            mandate moto multicapture network_token network_transaction_id overcapture regulated_status \
            three_d_secure transaction_link_id wallet";
        json!({ "type": "card", "card": with_nulls(card, absent) })
    }

    pub(crate) fn show(&self) -> Value {
        json!({
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": self.billing_details(),
            "card": {
                "brand": self.brand(),
                "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "unchecked" },
                "country": "US",
                "display_brand": self.brand(),
                "exp_month": self.card.exp_month,
                "exp_year": self.card.exp_year,
                "fingerprint": format!("standin{}", self.last4()),
                "funding": "credit",
                "generated_from": null,
                "last4": self.last4(),
                "networks": { "available": [self.brand()], "preferred": null },
                "three_d_secure_usage": { "supported": true },
                "wallet": null,
            },
            "created": self.created,
            "customer": null,
            "livemode": false,
            "metadata": self.metadata,
            "type": "card",
        })
    }
}
