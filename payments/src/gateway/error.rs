//! What Stripe's errors mean for a payment:
//! <https://docs.stripe.com/api/errors>.

use stripe::StripeError;
use stripe_shared::{ApiErrors, ApiErrorsCode, ApiErrorsType};

/// Why Stripe did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The card was declined, in words for the cardholder.
    #[error("declined: {0}")]
    Declined(String),
    /// The payment method or token is none, or is used up, in Stripe's words.
    #[error("unusable payment method: {0}")]
    Unusable(String),
    /// The intent, or its refund, is already in a state that rules this out.
    #[error("unexpected state: {0}")]
    UnexpectedState(String),
    /// The amount is one that Stripe does not take, in Stripe's words.
    #[error("amount refused: {0}")]
    Amount(String),
    /// Stripe has failed. The request's key would repeat this answer for a day:
    /// the next attempt needs another.
    #[error("failed at Stripe: {0}")]
    Failed(String),
    /// It is not known whether it was done: ask, never guess.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// Our fault: a wrong key, a wrong request.
    #[error("refused by Stripe: {0}")]
    Refused(String),
}

impl GatewayError {
    /// Whether the money has been given back before.
    pub(super) fn is_already_refunded(&self) -> bool {
        matches!(self, Self::UnexpectedState(code) if code == ApiErrorsCode::ChargeAlreadyRefunded.as_str())
    }
}

impl From<StripeError> for GatewayError {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Stripe(error, status) => answered(*error, status),
            StripeError::ConfigError(reason) => Self::Refused(reason),
            StripeError::Timeout | StripeError::ClientError(_) | StripeError::JSONDeserialize(_) => {
                Self::Unknown(error.to_string())
            }
        }
    }
}

fn answered(error: ApiErrors, status: u16) -> GatewayError {
    let code = error.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
    let message = error.message.unwrap_or_else(|| format!("status {status}, code {code}"));
    match (error.type_, error.code) {
        (ApiErrorsType::CardError, _) => GatewayError::Declined(message),
        (_, Some(ApiErrorsCode::PaymentIntentUnexpectedState | ApiErrorsCode::ChargeAlreadyRefunded)) => {
            GatewayError::UnexpectedState(code)
        }
        (_, Some(ApiErrorsCode::AmountTooSmall | ApiErrorsCode::AmountTooLarge)) => GatewayError::Amount(message),
        // The same request is under way, or Stripe is busy: it may yet be done.
        _ if matches!(status, 409 | 429) => GatewayError::Unknown(message),
        _ if status >= 500 => GatewayError::Failed(message),
        (ApiErrorsType::InvalidRequestError, _) if status != 401 && about_the_method(error.param.as_deref()) => {
            GatewayError::Unusable(message)
        }
        _ => GatewayError::Refused(format!("status {status}, code {code}: {message}")),
    }
}

/// Whether the parameter at fault is what the buyer's page sent.
fn about_the_method(parameter: Option<&str>) -> bool {
    parameter.is_some_and(|name| name == "payment_method" || name.contains("token"))
}
