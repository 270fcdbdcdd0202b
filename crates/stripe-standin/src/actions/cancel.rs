//! Canceling an intent.

use crate::{
    clock,
    error::ApiError,
    models::{PaymentIntent, Status},
    params::Params,
    store::Store,
};

const REASONS: [&str; 4] = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

impl Store {
    /// Cancels an intent that has not succeeded.
    pub(crate) fn cancel(&mut self, id: &str, params: &Params) -> Result<PaymentIntent, ApiError> {
        let reason = params.text("cancellation_reason");
        if reason.as_deref().is_some_and(|reason| !REASONS.contains(&reason)) {
            let message = format!("Invalid cancellation_reason: must be one of {}", REASONS.join(", "));
            return Err(ApiError::invalid(message).param("cancellation_reason"));
        }
        let intent = self.intent_mut(id)?;
        let status = intent.status;
        if status.is_final() {
            return Err(intent.unexpected_state(format!(
                "You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with \
                 one of the following statuses may be canceled: requires_payment_method, requires_capture, \
                 requires_confirmation, requires_action, processing."
            )));
        }
        intent.status = Status::Canceled;
        intent.canceled_at = Some(clock::now());
        intent.cancellation_reason = reason;
        let intent = intent.clone();
        self.emit("payment_intent.canceled", &intent.show());
        Ok(intent)
    }
}
