//! Payments.

use serde::{Deserialize, Serialize};

use super::{FieldError, Fields, PaymentId};

/// The body of `POST /api/payments`; whether its token can be one is for
/// [`PaymentRequest::check_token`] to say.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequest {
    /// A Stripe payment method (`pm_…`) or card token (`tok_…`).
    #[cfg_attr(feature = "server", schema(min_length = 1, example = "pm_card_visa"))]
    pub token: String,
    /// The order to pay: any text here, an unknown one is not found.
    #[cfg_attr(feature = "server", schema(min_length = 1, example = "65a000000000000000000003"))]
    pub order_id: String,
}

impl PaymentRequest {
    /// Reads the body; reports every field that is missing. As in the original,
    /// the order is checked before the token's form.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        let token = fields.text("token").map(str::trim).filter(|token| !token.is_empty());
        let order_id = fields.text("orderId").map(str::trim).filter(|id| !id.is_empty());
        match (token, order_id) {
            (Some(token), Some(order_id)) => Ok(Self { token: token.to_owned(), order_id: order_id.to_owned() }),
            (token, order_id) => {
                let wrong = [("token", token.is_none()), ("orderId", order_id.is_none())];
                Err(wrong.into_iter().filter(|(_, wrong)| *wrong).map(|(field, _)| invalid(field)).collect())
            }
        }
    }

    /// Fails if the token is none of Stripe's.
    pub fn check_token(&self) -> Result<(), FieldError> {
        if is_stripe_id(&self.token) { Ok(()) } else { Err(invalid("token")) }
    }
}

fn invalid(field: &str) -> FieldError {
    FieldError::new(field, "Invalid value")
}

/// Stripe's identifiers are a kind, an underscore, letters and digits, at most 255
/// characters (<https://docs.stripe.com/upgrades>); real ones are far shorter, and an
/// idempotency key, itself at most 255, must hold one and more.
fn is_stripe_id(text: &str) -> bool {
    let known_kind = text.starts_with("pm_") || text.starts_with("tok_");
    known_kind && text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// How far a payment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The money is there.
    Succeeded,
    /// The bank wants the cardholder: let Stripe.js ask, then repeat the request.
    RequiresAction,
}

/// The answer to `POST /api/payments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Its identifier.
    pub id: PaymentId,
    /// How far it has come.
    pub status: PaymentStatus,
    /// What Stripe.js needs to ask the cardholder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub client_secret: Option<String>,
}

/// The answer of `GET /api/payments/config`: what a page needs to take cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentConfig {
    /// Stripe's key for pages.
    #[cfg_attr(feature = "server", schema(example = "pk_test_1"))]
    pub publishable_key: String,
    /// Where Stripe.js is.
    #[cfg_attr(feature = "server", schema(example = "https://js.stripe.com/v3/"))]
    pub script_url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_field_is_named() {
        for (body, wrong) in [
            ("{}", vec!["token", "orderId"]),
            (r#"{"token":["pm_a"],"orderId":"x"}"#, vec!["token"]),
            (r#"{"token":"","orderId":"x"}"#, vec!["token"]),
            (r#"{"token":"tok_visa","orderId":" "}"#, vec!["orderId"]),
        ] {
            let errors = PaymentRequest::parse(&Fields::parse(body.as_bytes()).unwrap()).err().unwrap();
            let fields: Vec<_> = errors.iter().filter_map(|error| error.field.as_deref()).collect();
            assert_eq!(fields, wrong, "{body}");
        }
    }

    #[test]
    fn only_what_can_be_a_payment_method_or_card_token_is_sent_to_stripe() {
        let long = format!("pm_{}", "a".repeat(200));
        for (token, good) in [
            ("pm_card_visa", true),
            ("tok_1a", true),
            ("dnm", false),
            ("card_1", false),
            ("pm_a/../b", false),
            (&*long, false),
        ] {
            let request = PaymentRequest { token: token.into(), order_id: "x".into() };
            assert_eq!(request.check_token().is_ok(), good, "{token}");
        }
    }
}
