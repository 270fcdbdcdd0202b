//! Maps Stripe's errors to their meaning for a payment:
//! <https://docs.stripe.com/api/errors>.

use std::error::Error;

use stripe::StripeError;
use stripe_shared::{ApiErrors, ApiErrorsCode, ApiErrorsType};

type Cause = Box<dyn Error + Send + Sync>;

/// Why Stripe did not do as asked. Messages are Stripe's own, written for the buyer.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The card was declined.
    #[error("card declined: {0}")]
    Declined(String),
    /// The payment method or token is unknown or used up.
    #[error("unusable payment method: {0}")]
    Unusable(String),
    /// Stripe does not accept the amount.
    #[error("amount refused: {0}")]
    Amount(String),
    /// The state of the intent or its refund rules this out.
    #[error("the state of the intent rules this out")]
    UnexpectedState(#[source] Answer),
    /// Stripe failed. It would repeat this answer for a day, so the next attempt needs
    /// another idempotency key.
    #[error("Stripe failed")]
    Failed(#[source] Cause),
    /// The outcome is unknown: the intent must be retrieved.
    #[error("the outcome at Stripe is unknown")]
    Unknown(#[source] Cause),
    /// Our fault: a wrong key or a wrong request.
    #[error("Stripe refused the request")]
    Refused(#[source] Cause),
}

/// An error that Stripe answered. `StripeError` would print the whole intent with its
/// client secret.
#[derive(Debug, thiserror::Error)]
#[error("status {status}, code {code}: {message}")]
pub struct Answer {
    status: u16,
    code: String,
    message: String,
}

impl GatewayError {
    /// Whether the charge has already been refunded.
    pub(super) fn is_already_refunded(&self) -> bool {
        matches!(self, Self::UnexpectedState(answer) if answer.code == ApiErrorsCode::ChargeAlreadyRefunded.as_str())
    }
}

impl From<StripeError> for GatewayError {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Stripe(error, status) => classify(*error, status),
            StripeError::ConfigError(_) => Self::Refused(error.into()),
            StripeError::Timeout | StripeError::ClientError(_) | StripeError::JSONDeserialize(_) => {
                Self::Unknown(error.into())
            }
        }
    }
}

fn classify(error: ApiErrors, status: u16) -> GatewayError {
    let code = error.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
    let message = error.message.unwrap_or_else(|| format!("status {status}, code {code}"));
    match (error.type_, error.code) {
        (ApiErrorsType::CardError, _) => GatewayError::Declined(message),
        (_, Some(ApiErrorsCode::PaymentIntentUnexpectedState | ApiErrorsCode::ChargeAlreadyRefunded)) => {
            GatewayError::UnexpectedState(Answer { status, code, message })
        }
        (_, Some(ApiErrorsCode::AmountTooSmall | ApiErrorsCode::AmountTooLarge)) => GatewayError::Amount(message),
        // The same request is in progress, or Stripe is busy: it may still succeed.
        _ if matches!(status, 409 | 429) => GatewayError::Unknown(Answer { status, code, message }.into()),
        _ if status >= 500 => GatewayError::Failed(Answer { status, code, message }.into()),
        (ApiErrorsType::InvalidRequestError, _) if status != 401 && names_payment_method(error.param.as_deref()) => {
            GatewayError::Unusable(message)
        }
        _ => GatewayError::Refused(Answer { status, code, message }.into()),
    }
}

/// Whether the parameter at fault came from the buyer's page.
fn names_payment_method(parameter: Option<&str>) -> bool {
    parameter.is_some_and(|name| name == "payment_method" || name.contains("token"))
}
