use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Charge, with_nulls};
use crate::{error::ApiError, ids};

/// The status of an intent. `processing` and `requires_capture` never occur
/// with cards that are captured at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has no card yet, or the last one was declined.
    RequiresPaymentMethod,
    /// It has a card that was not charged yet.
    RequiresConfirmation,
    /// It waits for 3-D Secure.
    RequiresAction,
    /// Paid.
    Succeeded,
    /// Canceled; it can never be paid.
    Canceled,
}

impl Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Status {
    /// Succeeded and canceled intents never change again.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled)
    }
}

/// `automatic_payment_methods`, which is also the default.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AutomaticMethods {
    pub(crate) enabled: bool,
    pub(crate) allow_redirects: String,
}

/// A payment of an amount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: Status,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) description: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) automatic: Option<AutomaticMethods>,
    pub(crate) last_payment_error: Option<Value>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) created: i64,
    pub(crate) canceled_at: Option<i64>,
    pub(crate) cancellation_reason: Option<String>,
    /// The number of confirmations, without replays.
    pub(crate) confirms: u32,
}

impl PaymentIntent {
    /// Whether `automatic_payment_methods` allows redirects, which need a `return_url`.
    pub(crate) fn may_redirect(&self) -> bool {
        self.automatic.as_ref().is_some_and(|methods| methods.allow_redirects != "never")
    }

    /// The error for an action that the status does not allow.
    pub(crate) fn unexpected_state(&self, message: impl Into<String>) -> ApiError {
        ApiError::invalid(message)
            .code("payment_intent_unexpected_state")
            .with("payment_intent", self.show())
            .executed()
    }

    fn next_action(&self) -> Value {
        if self.status != Status::RequiresAction {
            return Value::Null;
        }
        json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "source": ids::fresh("payatt") },
        })
    }

    /// The intent as rendered for a secret key.
    pub(crate) fn show(&self) -> Value {
        let received = if self.status == Status::Succeeded { self.amount } else { 0 };
        let object = json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_details": { "tip": {} },
            "amount_received": received,
            "automatic_payment_methods": self.automatic,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": "automatic_async",
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": self.next_action(),
            "payment_method": self.payment_method,
            "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
            "payment_method_types": self.payment_method_types,
            "status": self.status,
        });
        let absent = "application application_fee_amount customer on_behalf_of payment_method_configuration_details \
            processing receipt_email review setup_future_usage shipping source statement_descriptor \
            statement_descriptor_suffix transfer_data transfer_group";
        with_nulls(object, absent)
    }

    /// The same with its latest charge in place of the id: `expand[]=latest_charge`.
    pub(crate) fn show_with_charge(&self, charge: Option<&Charge>) -> Value {
        let mut shown = self.show();
        shown["latest_charge"] = charge.map_or(Value::Null, Charge::show);
        shown
    }

    /// The intent as rendered for a page, without metadata.
    pub(crate) fn show_to_page(&self) -> Value {
        let mut shown = self.show();
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("metadata");
            fields.remove("latest_charge");
        }
        shown
    }
}
