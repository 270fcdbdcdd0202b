//! Payment methods: from a card's details, from a token, or ready-made.

use crate::{
    cards::{self, CardDetails},
    error::ApiError,
    models::{PaymentMethod, Token},
    params::Params,
    store::Store,
};

impl Store {
    /// Creates a payment method from `card[…]`, which may be a token.
    pub(crate) fn create_payment_method(&mut self, params: &Params) -> Result<PaymentMethod, ApiError> {
        if params.required("type")? != "card" {
            return Err(ApiError::invalid("This stand-in knows cards only.").param("type"));
        }
        let metadata = params.metadata()?;
        let card = match params.get("card[token]") {
            Some(token) => self.use_token(token)?,
            None => CardDetails::from_params(params)?,
        };
        let method = PaymentMethod {
            name: params.text("billing_details[name]"),
            email: params.text("billing_details[email]"),
            metadata,
            ..PaymentMethod::new(card)
        };
        self.put(&method.id, method.clone());
        Ok(method)
    }

    /// Creates a token from `card[…]`.
    pub(crate) fn create_token(&mut self, params: &Params) -> Result<Token, ApiError> {
        let token = Token::new(CardDetails::from_params(params)?);
        self.put(&token.id, token.clone());
        Ok(token)
    }

    /// A payment method by its id, ready-made ones included.
    pub(crate) fn payment_method(&self, id: &str) -> Result<PaymentMethod, ApiError> {
        let ready_made = || cards::named(id.strip_prefix("pm_card_")?);
        let stored = self.get::<PaymentMethod>(id).cloned();
        stored
            .or_else(|| ready_made().map(|card| PaymentMethod::new(CardDetails::ready_made(card))))
            .ok_or_else(|| ApiError::missing("PaymentMethod", id).param("payment_method"))
    }

    /// The id of a payment method that can pay. Each use of a ready-made one creates a new one.
    pub(crate) fn usable_method(&mut self, id: &str) -> Result<String, ApiError> {
        let method = self.payment_method(id)?;
        if method.spent {
            return Err(ApiError::invalid(
                "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, \
                 shared with a connected account without Customer attachment, or was detached from a Customer. It may \
                 not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
            )
            .param("payment_method"));
        }
        let id = method.id.clone();
        self.put(&id, method);
        Ok(id)
    }

    fn use_token(&mut self, id: &str) -> Result<CardDetails, ApiError> {
        if let Some(card) = id.strip_prefix("tok_").and_then(cards::named) {
            return Ok(CardDetails::ready_made(card));
        }
        let token = self.get_mut::<Token>(id).ok_or_else(|| ApiError::missing("token", id).param("card[token]"))?;
        if token.used {
            let message = format!("You cannot use a Stripe token more than once: {id}.");
            return Err(ApiError::invalid(message).code("token_already_used"));
        }
        token.used = true;
        Ok(token.card.clone())
    }
}
