//! The operations of the API.

use axum::http::Method;
use serde::{Deserialize, Serialize};

/// An operation of the API; a switch may be limited to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `POST /v1/payment_methods` and `POST /v1/tokens`.
    PaymentMethod,
    /// `GET /v1/payment_methods/:id`.
    RetrievePaymentMethod,
    /// `POST /v1/payment_intents`.
    CreateIntent,
    /// `GET /v1/payment_intents/:id`.
    RetrieveIntent,
    /// `POST /v1/payment_intents/:id/confirm`.
    ConfirmIntent,
    /// `POST /v1/payment_intents/:id/cancel`.
    CancelIntent,
    /// `POST /v1/payment_intents/:id/authenticate`: the page's response to a 3DS challenge.
    Authenticate,
    /// `POST /v1/refunds`.
    Refund,
    /// `GET /v1/refunds/:id`.
    RetrieveRefund,
}

impl Operation {
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["payment_methods" | "tokens"]) => Some(Self::PaymentMethod),
            ("GET", ["payment_methods", _]) => Some(Self::RetrievePaymentMethod),
            ("POST", ["payment_intents"]) => Some(Self::CreateIntent),
            ("GET", ["payment_intents", _]) => Some(Self::RetrieveIntent),
            ("POST", ["payment_intents", _, "confirm"]) => Some(Self::ConfirmIntent),
            ("POST", ["payment_intents", _, "cancel"]) => Some(Self::CancelIntent),
            ("POST", ["payment_intents", _, "authenticate"]) => Some(Self::Authenticate),
            ("POST", ["refunds"]) => Some(Self::Refund),
            ("GET", ["refunds", _]) => Some(Self::RetrieveRefund),
            _ => None,
        }
    }

    /// Whether a page may call it with its publishable key.
    pub(crate) fn is_open_to_pages(self) -> bool {
        matches!(self, Self::PaymentMethod | Self::RetrieveIntent | Self::Authenticate)
    }
}
