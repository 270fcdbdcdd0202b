use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{cards::CardDetails, clock, ids, models::PaymentMethod};

/// A card entered in a page, for one payment method.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) card: CardDetails,
    pub(crate) created: i64,
    pub(crate) used: bool,
}

impl Token {
    pub(crate) fn new(card: CardDetails) -> Self {
        Self { id: ids::fresh("tok"), card, created: clock::now(), used: false }
    }

    pub(crate) fn show(&self) -> Value {
        let method = PaymentMethod::new(self.card.clone());
        json!({
            "id": self.id,
            "object": "token",
            "card": {
                "id": ids::fresh("card"),
                "object": "card",
                "brand": method.brand(),
                "exp_month": self.card.exp_month,
                "exp_year": self.card.exp_year,
                "funding": "credit",
                "last4": method.last4(),
                "metadata": {},
            },
            "client_ip": null,
            "created": self.created,
            "livemode": false,
            "type": "card",
            "used": self.used,
        })
    }
}
