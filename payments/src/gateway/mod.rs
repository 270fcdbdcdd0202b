//! A client of Stripe for one `PaymentIntent` per order.
//!
//! Every call that changes something carries an idempotency key made of the
//! order's id (<https://docs.stripe.com/api/idempotent_requests>), so that
//! repeating it is safe. Tests and the local stack only set another address.

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

/// How long one call may take: one that begins before the order expires ends within
/// the grace period.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The metadata key for the id of the order that an intent pays.
pub const ORDER_ID: &str = "order_id";

/// The parts of a request's idempotency key besides the operation.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The order that is paid or refunded.
    pub order: &'a OrderId,
    /// How often Stripe has failed so far. Each failure changes the keys, which is
    /// safe: an intent can be paid only once and refunded only once.
    pub failures: i64,
}

impl Attempt<'_> {
    fn key(self, operation: &str) -> String {
        let Self { order, failures } = self;
        if failures == 0 {
            format!("order:{order}:{operation}")
        } else {
            format!("order:{order}:{operation}:{failures}")
        }
    }
}

/// A client of Stripe's API. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Client);

impl Gateway {
    /// A client with this configuration.
    pub fn new(config: &StripeConfig) -> Result<Self, StripeError> {
        let mut builder = ClientBuilder::new(&config.key).timeout(TIMEOUT);
        if let Some(base) = &config.api_base {
            builder = builder.url(base);
        }
        Ok(Self(builder.build()?))
    }

    /// The payment method that a page sent. A card token (`tok_…`) is converted to one.
    pub async fn payment_method(&self, attempt: Attempt<'_>, token: &str) -> Result<String, GatewayError> {
        if !token.starts_with("tok_") {
            return Ok(token.to_owned());
        }
        let card = CreatePaymentMethodCard::TokenParams(CreatePaymentMethodTokenParams::new(token));
        let create = CreatePaymentMethod::new().type_(CreatePaymentMethodType::Card).card(card);
        let method = self.send(create.customize(), attempt.key(&format!("method:{token}"))).await?;
        Ok(method.id.to_string())
    }

    /// Creates the order's intent. Repeated calls return the first answer.
    pub async fn create_intent(&self, attempt: Attempt<'_>, amount: Price) -> Result<Intent, GatewayError> {
        let create = creation(attempt.order, amount);
        let intent = self.send(create.customize(), attempt.key("pi")).await?;
        Ok(intent.into())
    }

    /// The current state of an intent, with its charge's refunds.
    pub async fn retrieve_intent(&self, id: &str) -> Result<Intent, GatewayError> {
        Ok(RetrievePaymentIntent::new(id).expand(["latest_charge".to_owned()]).send(&self.0).await?.into())
    }

    /// Charges a payment method. Repeated calls for the same one return the first answer.
    pub async fn confirm_intent(&self, attempt: Attempt<'_>, id: &str, method: &str) -> Result<Intent, GatewayError> {
        let confirm = ConfirmPaymentIntent::new(id).payment_method(method);
        let intent = self.send(confirm.customize(), attempt.key(&format!("confirm:{method}"))).await?;
        Ok(intent.into())
    }

    /// Cancels an intent so that it can never be paid; fails if it is paid already.
    pub async fn cancel_intent(&self, attempt: Attempt<'_>, id: &str) -> Result<Intent, GatewayError> {
        let cancel = CancelPaymentIntent::new(id);
        Ok(self.send(cancel.customize(), attempt.key("cancel")).await?.into())
    }

    /// Refunds an intent in full; true once Stripe has completed the refund.
    pub async fn refund(&self, attempt: Attempt<'_>, id: &str) -> Result<bool, GatewayError> {
        let refund = CreateRefund::new().payment_intent(id);
        let refund = match self.send(refund.customize(), attempt.key("refund")).await {
            Ok(refund) if refund.status.as_deref() == Some("succeeded") => return Ok(true),
            Ok(refund) => refund,
            Err(error) if error.is_already_refunded() => return Ok(true),
            Err(error) => return Err(error),
        };
        // A repeated request returns the first answer: retrieve the current state.
        match RetrieveRefund::new(refund.id).send(&self.0).await?.status.as_deref() {
            Some("succeeded") => Ok(true),
            // The bank returned the money: <https://docs.stripe.com/refunds#failed-refunds>.
            Some(ended @ ("failed" | "canceled")) => {
                Err(GatewayError::Failed(format!("the refund has {ended}").into()))
            }
            _ => Ok(false),
        }
    }

    async fn send<T>(&self, request: CustomizableStripeRequest<T>, key: String) -> Result<T, GatewayError>
    where
        T: miniserde::Deserialize,
    {
        let key = IdempotencyKey::new(key).map_err(|error| GatewayError::Refused(error.into()))?;
        Ok(request.request_strategy(RequestStrategy::Idempotent(key)).send(&self.0).await?)
    }
}

/// An intent for payment methods that are confirmed on the page, such as cards, and
/// none that redirect the buyer.
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

    /// `tests/api/prices.rs` sends a sample to the stand-in for Stripe.
    #[test]
    fn every_price_up_to_a_thousand_dollars_is_requested_to_the_cent() {
        let order = OrderId::new();
        for cents in 1..=100_000 {
            // As in an event: a JSON number of dollars.
            let price = serde_json::to_string(&Price::from_cents(cents).unwrap()).unwrap();
            let body = creation(&order, serde_json::from_str(&price).unwrap()).build().body.unwrap();
            let mut parameters = body.split('&').filter(|parameter| parameter.starts_with("amount"));
            assert_eq!(parameters.next(), Some(format!("amount={cents}").as_str()), "{body}");
            assert_eq!(parameters.next(), None, "{body}");
        }
    }
}
