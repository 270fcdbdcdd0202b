//! Refunds, in full or in part.

use crate::{
    clock,
    error::ApiError,
    ids,
    models::{Charge, Dispute, PaymentIntent, Refund, Status},
    params::Params,
    store::Store,
};

const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

impl Store {
    /// Refunds `amount`, or the rest.
    pub(crate) fn refund(&mut self, params: &Params) -> Result<Refund, ApiError> {
        let reason = params.text("reason");
        if reason.as_deref().is_some_and(|reason| !REASONS.contains(&reason)) {
            let message = format!("Invalid reason: must be one of {}", REASONS.join(", "));
            return Err(ApiError::invalid(message).param("reason"));
        }
        let metadata = params.metadata()?;
        let charge = self.charge_to_refund(params)?;
        self.check_undisputed(&charge)?;
        let charge = self.get_mut::<Charge>(&charge).ok_or_else(|| no_charge(&charge))?;
        let amount = refund_amount(charge, params.integer("amount")?)?;
        charge.refunded += amount;
        let refund = Refund {
            id: ids::fresh("re"),
            charge: charge.id.clone(),
            intent: charge.intent.clone(),
            amount,
            currency: charge.currency.clone(),
            reason,
            metadata,
            created: clock::now(),
        };
        let refunded = charge.show();
        self.put(&refund.id, refund.clone());
        self.emit("charge.refunded", &refunded);
        self.emit("refund.created", &refund.show());
        Ok(refund)
    }

    fn charge_to_refund(&self, params: &Params) -> Result<String, ApiError> {
        match (params.get("payment_intent"), params.get("charge")) {
            (Some(intent), _) => self.paid_charge(intent),
            (None, Some(charge)) => Ok(charge.to_owned()),
            (None, None) => {
                let message =
                    "One of the following params should be provided for this request: payment_intent or charge.";
                Err(ApiError::invalid(message).code("parameter_missing"))
            }
        }
    }

    /// A disputed charge can be refunded only after the dispute was won.
    fn check_undisputed(&self, charge: &str) -> Result<(), ApiError> {
        if self.dispute_of(charge).is_none_or(Dispute::is_refundable) {
            return Ok(());
        }
        let message = format!("Charge {charge} has been charged back; cannot issue a refund.");
        Err(ApiError::invalid(message).code("charge_disputed").executed())
    }

    /// The successful charge of an intent.
    pub(crate) fn paid_charge(&self, id: &str) -> Result<String, ApiError> {
        let missing = || ApiError::missing("payment_intent", id).param("payment_intent");
        let intent = self.get::<PaymentIntent>(id).ok_or_else(missing)?;
        let unpaid = || {
            intent.unexpected_state(format!("This PaymentIntent ({id}) does not have a successful charge to refund."))
        };
        intent.latest_charge.clone().filter(|_| intent.status == Status::Succeeded).ok_or_else(unpaid)
    }
}

fn no_charge(id: &str) -> ApiError {
    ApiError::missing("charge", id).param("charge")
}

fn refund_amount(charge: &Charge, wanted: Option<i64>) -> Result<i64, ApiError> {
    let left = charge.refundable();
    if charge.captured() > 0 && left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(ApiError::invalid(message).code("charge_already_refunded").executed());
    }
    let amount = wanted.unwrap_or(left);
    if amount <= 0 {
        let message = "Invalid positive integer";
        return Err(ApiError::invalid(message).code("parameter_invalid_integer").param("amount"));
    }
    if amount > left {
        let message =
            format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left}), in minor units");
        return Err(ApiError::invalid(message).param("amount").executed());
    }
    Ok(amount)
}
