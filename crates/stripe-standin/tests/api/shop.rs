//! A client with a stand-in of its own.

use std::collections::HashMap;

use serde_json::Value;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_core::payment_intent::{
    CancelPaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent, CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects, RetrievePaymentIntent,
};
use stripe_payment::payment_method::{
    CreatePaymentMethod, CreatePaymentMethodCard, CreatePaymentMethodCardDetailsParams, CreatePaymentMethodTokenParams,
    CreatePaymentMethodType,
};
use stripe_shared::{ApiErrors, PaymentIntent, PaymentIntentId, PaymentMethod};
use stripe_standin::{LedgerEntry, Options, StripeStandin};
use stripe_types::Currency;

pub struct Shop {
    pub stripe: StripeStandin,
    pub client: Client,
}

/// A plain HTTP answer.
pub struct Answer {
    pub status: u16,
    pub replayed: bool,
    pub json: Value,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    pub async fn open_with(options: Options) -> Self {
        let stripe = StripeStandin::start(options).await.unwrap();
        let client = ClientBuilder::new("sk_test_shop").url(stripe.url()).build().unwrap();
        Self { stripe, client }
    }

    /// An unpaid intent.
    pub async fn intent(&self, cents: i64) -> PaymentIntent {
        let mut methods = CreatePaymentIntentAutomaticPaymentMethods::new(true);
        methods.allow_redirects = Some(CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects::Never);
        CreatePaymentIntent::new(cents, Currency::USD)
            .automatic_payment_methods(methods)
            .metadata(HashMap::from([("order_id".to_owned(), "o1".to_owned())]))
            .send(&self.client)
            .await
            .unwrap()
    }

    /// An intent that a ready-made card has paid.
    pub async fn paid(&self, cents: i64) -> PaymentIntent {
        let intent = Box::pin(self.intent(cents)).await;
        Box::pin(self.confirm(&intent.id, "pm_card_visa")).await.unwrap()
    }

    pub async fn confirm(&self, intent: &PaymentIntentId, method: &str) -> Result<PaymentIntent, StripeError> {
        ConfirmPaymentIntent::new(intent.clone()).payment_method(method).send(&self.client).await
    }

    /// Confirms under an idempotency key.
    pub async fn confirm_once(
        &self,
        intent: &PaymentIntentId,
        method: &str,
        key: &str,
    ) -> Result<PaymentIntent, StripeError> {
        let strategy = RequestStrategy::Idempotent(IdempotencyKey::new(key).unwrap());
        let confirm = ConfirmPaymentIntent::new(intent.clone()).payment_method(method);
        confirm.customize().request_strategy(strategy).send(&self.client).await
    }

    pub async fn cancel(&self, intent: &PaymentIntentId) -> Result<PaymentIntent, StripeError> {
        CancelPaymentIntent::new(intent.clone()).send(&self.client).await
    }

    pub async fn retrieve(&self, intent: &PaymentIntentId) -> PaymentIntent {
        RetrievePaymentIntent::new(intent.clone()).send(&self.client).await.unwrap()
    }

    pub async fn card(&self, number: &str) -> Result<PaymentMethod, StripeError> {
        let mut card = CreatePaymentMethodCardDetailsParams::new(12_i64, 2040_i64, number);
        card.cvc = Some("123".to_owned());
        self.method(CreatePaymentMethodCard::CardDetailsParams(card)).await
    }

    pub async fn token(&self, token: &str) -> Result<PaymentMethod, StripeError> {
        self.method(CreatePaymentMethodCard::TokenParams(CreatePaymentMethodTokenParams::new(token))).await
    }

    async fn method(&self, card: CreatePaymentMethodCard) -> Result<PaymentMethod, StripeError> {
        CreatePaymentMethod::new().type_(CreatePaymentMethodType::Card).card(card).send(&self.client).await
    }

    /// Posts a form with the shop's key, and an idempotency key unless it is empty.
    pub async fn post(&self, path: &str, idempotency_key: &str, form: &[(&str, &str)]) -> Answer {
        let request = reqwest::Client::new().post(format!("{}{path}", self.stripe.url())).bearer_auth("sk_test_shop");
        let request = match idempotency_key {
            "" => request,
            key => request.header("idempotency-key", key),
        };
        answer(request.form(form)).await
    }

    pub fn entry(&self, intent: &PaymentIntentId) -> LedgerEntry {
        let ledger = self.stripe.ledger();
        ledger.intents.into_iter().find(|entry| entry.id == intent.as_str()).unwrap()
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        replayed: response.headers().contains_key("idempotent-replayed"),
        json: response.json().await.unwrap(),
    }
}

/// What Stripe said no with, and the HTTP status.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, StripeError>) -> (Box<ApiErrors>, u16) {
    match outcome.unwrap_err() {
        StripeError::Stripe(error, status) => (error, status),
        other => panic!("not an answer of Stripe: {other}"),
    }
}

/// The error code, and the HTTP status.
pub fn code<T: std::fmt::Debug>(outcome: Result<T, StripeError>) -> (String, u16) {
    let (error, status) = refused(outcome);
    (error.code.map(|code| code.as_str().to_owned()).unwrap_or_default(), status)
}
