//! Stripe, as far as payments needs it: one `PaymentIntent` per order.
//!
//! Every call that changes something carries an idempotency key made of the
//! order's id (<https://docs.stripe.com/api/idempotent_requests>), so that
//! repeating it is safe. Against anything but Stripe itself only the address
//! differs.

mod error;
mod intent;

use std::time::Duration;

use common::api::{OrderId, Price};
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_client_core::CustomizableStripeRequest;
use stripe_core::{
    payment_intent::{
        CancelPaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent, CreatePaymentIntentAutomaticPaymentMethods,
        CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as AllowRedirects, RetrievePaymentIntent,
    },
    refund::{CreateRefund, RetrieveRefund},
};
use stripe_payment::payment_method::{
    CreatePaymentMethod, CreatePaymentMethodCard, CreatePaymentMethodTokenParams, CreatePaymentMethodType,
};
use stripe_types::Currency;

pub use error::GatewayError;
pub use intent::{Intent, IntentStatus};

use crate::config::StripeConfig;

/// How long one call may take: one that is begun in time ends within the grace
/// that a payment has after its order's time is over.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The metadata that tells whose an intent is.
pub const ORDER_ID: &str = "order_id";

/// What a request is part of, and so what its idempotency key is made of.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The order that is paid or given back.
    pub order: &'a OrderId,
    /// How often Stripe has failed at it before: each time the keys change,
    /// which is safe as an intent is paid once and refunded once, whoever asks.
    pub failures: i64,
}

impl Attempt<'_> {
    fn key(self, what: &str) -> String {
        let Self { order, failures } = self;
        if failures == 0 { format!("order:{order}:{what}") } else { format!("order:{order}:{what}:{failures}") }
    }
}

/// A client of Stripe's API. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Client);

impl Gateway {
    /// A client as configured.
    pub fn new(config: &StripeConfig) -> Result<Self, StripeError> {
        let mut builder = ClientBuilder::new(&config.key).timeout(TIMEOUT);
        if let Some(base) = &config.api_base {
            builder = builder.url(base);
        }
        Ok(Self(builder.build()?))
    }

    /// The payment method that a page sent: one of Stripe's, or what a card
    /// token turns into.
    pub async fn payment_method(&self, attempt: Attempt<'_>, token: &str) -> Result<String, GatewayError> {
        if !token.starts_with("tok_") {
            return Ok(token.to_owned());
        }
        let card = CreatePaymentMethodCard::TokenParams(CreatePaymentMethodTokenParams::new(token));
        let create = CreatePaymentMethod::new().type_(CreatePaymentMethodType::Card).card(card);
        let method = self.send(create.customize(), attempt.key(&format!("method:{token}"))).await?;
        Ok(method.id.to_string())
    }

    /// The order's intent: created at the first call, the same ever after.
    pub async fn create_intent(&self, attempt: Attempt<'_>, amount: Price) -> Result<Intent, GatewayError> {
        let create = creation(attempt.order, amount);
        let intent = self.send(create.customize(), attempt.key("pi")).await?;
        Ok(intent.into())
    }

    /// An intent as it stands, its charge's refunds included.
    pub async fn retrieve_intent(&self, id: &str) -> Result<Intent, GatewayError> {
        Ok(RetrievePaymentIntent::new(id).expand(["latest_charge".to_owned()]).send(&self.0).await?.into())
    }

    /// Charges a payment method. Repeating it for the same one repeats the answer.
    pub async fn confirm_intent(&self, attempt: Attempt<'_>, id: &str, method: &str) -> Result<Intent, GatewayError> {
        let confirm = ConfirmPaymentIntent::new(id).payment_method(method);
        let intent = self.send(confirm.customize(), attempt.key(&format!("confirm:{method}"))).await?;
        Ok(intent.into())
    }

    /// Makes sure that an intent is never paid; fails if it is already.
    pub async fn cancel_intent(&self, attempt: Attempt<'_>, id: &str) -> Result<Intent, GatewayError> {
        let cancel = CancelPaymentIntent::new(id);
        Ok(self.send(cancel.customize(), attempt.key("cancel")).await?.into())
    }

    /// Gives all of an intent's money back; true once Stripe has done so.
    pub async fn refund(&self, attempt: Attempt<'_>, id: &str) -> Result<bool, GatewayError> {
        let refund = CreateRefund::new().payment_intent(id);
        let refund = match self.send(refund.customize(), attempt.key("refund")).await {
            Ok(refund) if refund.status.as_deref() == Some("succeeded") => return Ok(true),
            Ok(refund) => refund,
            Err(error) if error.is_already_refunded() => return Ok(true),
            Err(error) => return Err(error),
        };
        // The answer to a repeated request is the first one: ask how it stands now.
        match RetrieveRefund::new(refund.id).send(&self.0).await?.status.as_deref() {
            Some("succeeded") => Ok(true),
            // It came back: <https://docs.stripe.com/refunds#failed-refunds>.
            Some(ended @ ("failed" | "canceled")) => Err(GatewayError::Failed(format!("the refund has {ended}"))),
            _ => Ok(false),
        }
    }

    async fn send<T>(&self, request: CustomizableStripeRequest<T>, key: String) -> Result<T, GatewayError>
    where
        T: miniserde::Deserialize,
    {
        let key = IdempotencyKey::new(key).map_err(|error| GatewayError::Refused(error.to_string()))?;
        Ok(request.request_strategy(RequestStrategy::Idempotent(key)).send(&self.0).await?)
    }
}

/// An intent that takes what confirms on the page, cards, and nothing that
/// leads the buyer elsewhere.
fn creation(order: &OrderId, amount: Price) -> CreatePaymentIntent {
    let mut methods = CreatePaymentIntentAutomaticPaymentMethods::new(true);
    methods.allow_redirects = Some(AllowRedirects::Never);
    CreatePaymentIntent::new(amount.cents(), Currency::USD)
        .automatic_payment_methods(methods)
        .metadata([(ORDER_ID.to_owned(), order.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/api/prices.rs` sends some of them to Stripe's stand-in.
    #[test]
    fn every_price_up_to_a_thousand_dollars_is_asked_for_to_the_cent() {
        let order = OrderId::new();
        for cents in 1..=100_000 {
            // As an event brings it: a JSON number of dollars.
            let price = serde_json::to_string(&Price::from_cents(cents).unwrap()).unwrap();
            let body = creation(&order, serde_json::from_str(&price).unwrap()).build().body.unwrap();
            let mut parameters = body.split('&').filter(|parameter| parameter.starts_with("amount"));
            assert_eq!(parameters.next(), Some(format!("amount={cents}").as_str()), "{body}");
            assert_eq!(parameters.next(), None, "{body}");
        }
    }
}
