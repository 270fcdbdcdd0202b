//! Creating an intent.

use crate::{
    clock,
    error::ApiError,
    ids,
    models::{AutomaticMethods, PaymentIntent, Status},
    params::Params,
    store::Store,
};

const MAXIMUM_AMOUNT: i64 = 99_999_999;

impl Store {
    /// Creates an intent and, with `confirm=true`, confirms it.
    pub(crate) fn create_intent(&mut self, params: &Params, minimum_amount: i64) -> Result<PaymentIntent, ApiError> {
        let mut intent = new_intent(params, minimum_amount)?;
        if let Some(id) = params.get("payment_method") {
            intent.payment_method = Some(self.usable_method(id)?);
            intent.status = Status::RequiresConfirmation;
        }
        let id = intent.id.clone();
        self.put(&id, intent);
        if params.flag("confirm") {
            if let Err(error) = self.check_confirm(&id, params) {
                // Invalid parameters of the confirmation create nothing.
                self.remove(&id);
                return Err(error);
            }
            return self.confirm(&id, params);
        }
        self.intent(&id).cloned()
    }
}

fn new_intent(params: &Params, minimum_amount: i64) -> Result<PaymentIntent, ApiError> {
    let id = ids::fresh("pi");
    let types = params.list("payment_method_types");
    let automatic = automatic_methods(params, &types)?;
    Ok(PaymentIntent {
        client_secret: ids::client_secret(&id),
        amount: amount(params, minimum_amount)?,
        currency: currency(params)?,
        status: Status::RequiresPaymentMethod,
        metadata: params.metadata()?,
        description: params.text("description"),
        payment_method: None,
        payment_method_types: if types.is_empty() { vec!["card".to_owned()] } else { types },
        automatic,
        last_payment_error: None,
        latest_charge: None,
        created: clock::now(),
        canceled_at: None,
        cancellation_reason: None,
        confirms: 0,
        id,
    })
}

fn amount(params: &Params, minimum: i64) -> Result<i64, ApiError> {
    params.required("amount")?;
    let amount = params.integer("amount")?.unwrap_or_default();
    if amount < minimum {
        let message = format!("Amount must be at least ${}.{:02} usd", minimum / 100, minimum % 100);
        return Err(ApiError::invalid(message).code("amount_too_small").param("amount"));
    }
    if amount > MAXIMUM_AMOUNT {
        let message = "Amount must be no more than $999,999.99";
        return Err(ApiError::invalid(message).code("amount_too_large").param("amount"));
    }
    Ok(amount)
}

fn currency(params: &Params) -> Result<String, ApiError> {
    let currency = params.required("currency")?.to_ascii_lowercase();
    if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(currency);
    }
    Err(ApiError::invalid(format!("Invalid currency: {currency}.")).param("currency"))
}

/// Automatic unless the types are listed, as Stripe has it since 2023-08-16.
fn automatic_methods(params: &Params, types: &[String]) -> Result<Option<AutomaticMethods>, ApiError> {
    let asked = params.flag("automatic_payment_methods[enabled]");
    if types.iter().any(|kind| kind != "card") {
        return Err(ApiError::invalid("This stand-in knows cards only.").param("payment_method_types"));
    }
    if asked && !types.is_empty() {
        let message = "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.";
        return Err(ApiError::invalid(message).code("parameters_exclusive"));
    }
    let allow_redirects = params.text("automatic_payment_methods[allow_redirects]").unwrap_or_else(|| "always".into());
    Ok(types.is_empty().then_some(AutomaticMethods { enabled: true, allow_redirects }))
}
