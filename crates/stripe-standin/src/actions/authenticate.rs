//! Completing 3-D Secure.

use crate::{
    error::ApiError,
    models::{PaymentIntent, Status},
    store::Store,
};

impl Store {
    /// Completes or fails the challenge of an intent. A decline after it shows in the intent.
    pub(crate) fn authenticate(&mut self, id: &str, success: bool) -> Result<PaymentIntent, ApiError> {
        let intent = self.intent(id)?;
        if intent.status != Status::RequiresAction {
            let message = format!("This PaymentIntent has no action to complete: its status is {}.", intent.status);
            return Err(intent.unexpected_state(message));
        }
        let method = self.payment_method(intent.payment_method.as_deref().unwrap_or_default())?;
        if success {
            // A decline is no error of this request.
            let _ = self.charge(id, &method);
        } else {
            self.refuse(id, &method, authentication_failure());
        }
        self.intent(id).cloned()
    }
}

fn authentication_failure() -> ApiError {
    ApiError::invalid(
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    )
    .code("payment_intent_authentication_failure")
}
