//! Confirming an intent: charging its card.

use crate::{
    cards::{Decline, TestCard},
    clock,
    error::ApiError,
    ids,
    models::{Charge, Failure, PaymentIntent, PaymentMethod, Status},
    params::Params,
    store::Store,
};

const AUTHENTICATION_REQUIRED: Decline = Decline {
    code: "authentication_required",
    reason: Some("authentication_required"),
    message: "Your card was declined. This transaction requires authentication.",
};

impl Store {
    /// Confirms an intent with the card it has or the one given.
    pub(crate) fn confirm(&mut self, id: &str, params: &Params) -> Result<PaymentIntent, ApiError> {
        let method = self.check_confirm(id, params)?;
        let intent = self.intent_mut(id)?;
        intent.confirms += 1;
        intent.payment_method = Some(method.id.clone());
        intent.last_payment_error = None;
        let asks = method.test_card().is_some_and(|card: &TestCard| card.authentication);
        match (asks, params.flag("error_on_requires_action")) {
            (false, _) => self.charge(id, &method),
            (true, true) => Err(self.refuse(id, &method, AUTHENTICATION_REQUIRED.error())),
            (true, false) => self.require_action(id),
        }
    }

    /// Checks that the intent can be confirmed, and returns the payment method to use.
    pub(crate) fn check_confirm(&mut self, id: &str, params: &Params) -> Result<PaymentMethod, ApiError> {
        let intent = self.intent(id)?;
        let status = intent.status;
        if status.is_final() {
            return Err(intent.unexpected_state(format!(
                "You cannot confirm this PaymentIntent because it has a status of {status}. Only a PaymentIntent with \
                 one of the following statuses may be confirmed: requires_confirmation, requires_action."
            )));
        }
        if intent.may_redirect() && params.get("return_url").is_none() {
            return Err(return_url_required());
        }
        let method = params.text("payment_method").or_else(|| intent.payment_method.clone()).ok_or_else(|| {
            intent.unexpected_state(
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update \
                 the PaymentIntent with a payment method and then confirm it again, or confirm it again directly \
                 with a payment method.",
            )
        })?;
        let method = self.usable_method(&method)?;
        self.payment_method(&method)
    }

    fn require_action(&mut self, id: &str) -> Result<PaymentIntent, ApiError> {
        let intent = self.intent_mut(id)?;
        intent.status = Status::RequiresAction;
        let intent = intent.clone();
        self.emit("payment_intent.requires_action", &intent.show());
        Ok(intent)
    }

    /// Charges the card, or fails with its decline.
    pub(crate) fn charge(&mut self, id: &str, method: &PaymentMethod) -> Result<PaymentIntent, ApiError> {
        let decline = method.test_card().and_then(|card| card.decline);
        let charge = new_charge(self.intent(id)?, method, decline.as_ref());
        let charge_id = charge.id.clone();
        self.intent_mut(id)?.latest_charge = Some(charge_id.clone());
        self.put(&charge_id, charge);
        match decline {
            Some(decline) => Err(self.refuse(id, method, decline.error().with("charge", charge_id))),
            None => self.succeed(id, &method.id),
        }
    }

    fn succeed(&mut self, id: &str, method: &str) -> Result<PaymentIntent, ApiError> {
        if let Some(method) = self.get_mut::<PaymentMethod>(method) {
            method.spent = true;
        }
        let intent = self.intent_mut(id)?;
        intent.status = Status::Succeeded;
        let intent = intent.clone();
        self.emit("payment_intent.succeeded", &intent.show());
        Ok(intent)
    }

    /// Returns the intent to `requires_payment_method` with the error.
    pub(crate) fn refuse(&mut self, id: &str, method: &PaymentMethod, error: ApiError) -> ApiError {
        let error = error.with("payment_method", method.show()).executed();
        let Some(intent) = self.get_mut::<PaymentIntent>(id) else { return error };
        intent.status = Status::RequiresPaymentMethod;
        intent.payment_method = None;
        intent.last_payment_error = Some(error.body());
        let shown = intent.show();
        self.emit("payment_intent.payment_failed", &shown);
        error.with("payment_intent", shown)
    }
}

fn new_charge(intent: &PaymentIntent, method: &PaymentMethod, decline: Option<&Decline>) -> Charge {
    Charge {
        id: ids::fresh("ch"),
        intent: intent.id.clone(),
        amount: intent.amount,
        currency: intent.currency.clone(),
        refunded: 0,
        metadata: intent.metadata.clone(),
        payment_method: method.clone(),
        created: clock::now(),
        failure: decline.map(|decline| Failure { code: decline.code.to_owned(), message: decline.message.to_owned() }),
        dispute: None,
    }
}

fn return_url_required() -> ApiError {
    ApiError::invalid(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these \
         payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't \
         want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and \
         `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    )
    .param("return_url")
}
