//! Taking an order's money once, or giving it back.
//!
//! The intent at Stripe is the truth. [`Cashier::settle`] makes this service's
//! documents agree with it and with the order, as often as anybody asks: the
//! buyer's request, Stripe's webhook and the recovery worker all do.

use common::{
    api::{FieldError, OrderId, Price, UserId, payments::PaymentRequest},
    clock::Clock,
    error::ApiError,
    replica_lookup::ReplicaLookup,
};

use crate::{
    gateway::{Gateway, GatewayError, Intent, IntentStatus},
    models::{OrderReplica, Orders, PaymentDocument, PaymentState, Payments, Terms},
};

/// How often one request asks Stripe to charge, if the answer is unclear.
const CONFIRM_ATTEMPTS: usize = 2;

/// Takes and gives back money. Cheap to clone.
#[derive(Clone)]
pub struct Cashier {
    orders: Orders,
    payments: Payments,
    gateway: Gateway,
    replicas: ReplicaLookup,
    clock: Clock,
}

/// How a buyer's attempt to pay ended.
pub enum Paid {
    /// The money is there.
    Succeeded(PaymentDocument),
    /// The bank wants the cardholder, by this client secret.
    RequiresAction(PaymentDocument, String),
}

/// Why nothing was paid, or why that is not known.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// There is no such order.
    #[error("no such order")]
    NotFound,
    /// It is somebody else's.
    #[error("not the buyer's")]
    NotBuyer,
    /// The order is cancelled.
    #[error("order cancelled")]
    Cancelled,
    /// Its money has been given back.
    #[error("order refunded")]
    Refunded,
    /// The token can't be one.
    #[error("not a token")]
    Token(FieldError),
    /// Its time is over.
    #[error("order expired")]
    Expired,
    /// Stripe.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// MongoDB.
    #[error(transparent)]
    Store(#[from] mongodb::error::Error),
}

impl From<PayError> for ApiError {
    fn from(error: PayError) -> Self {
        match error {
            PayError::NotFound => Self::NotFound,
            PayError::NotBuyer => Self::NotAuthorized,
            PayError::Cancelled => Self::bad_request("Cannot pay for a cancelled order"),
            PayError::Refunded => Self::bad_request("Cannot pay for a refunded order"),
            PayError::Token(error) => vec![error].into(),
            PayError::Expired => Self::bad_request("Order has expired"),
            PayError::Gateway(GatewayError::Declined(message)) => Self::PaymentRequired(message),
            PayError::Gateway(GatewayError::Unusable(message)) => vec![FieldError::new("token", message)].into(),
            PayError::Gateway(GatewayError::Amount(message)) => Self::bad_request(message),
            PayError::Gateway(
                GatewayError::Unknown(reason) | GatewayError::Failed(reason) | GatewayError::UnexpectedState(reason),
            ) => {
                tracing::warn!(reason, "a payment's outcome is not known yet");
                Self::Unavailable("It is not known yet whether the payment went through, please try again".into())
            }
            PayError::Gateway(error @ GatewayError::Refused(_)) => Self::internal(error),
            PayError::Store(error) => error.into(),
        }
    }
}

impl Cashier {
    /// A cashier for these orders and payments.
    pub fn new(orders: Orders, payments: Payments, gateway: Gateway, clock: Clock) -> Self {
        Self { orders, payments, gateway, replicas: ReplicaLookup::new(clock.clone()), clock }
    }

    /// Has a buyer pay an order. Repeating the request is safe and tells how it
    /// went; another payment method is another attempt at the same intent.
    pub async fn pay(&self, buyer: &UserId, order: &OrderId, request: &PaymentRequest) -> Result<Paid, PayError> {
        let terms = self.payable(buyer, order).await?;
        match self.begun(order).await? {
            Some(payment) if is_paid(&payment)? => return Ok(Paid::Succeeded(payment)),
            Some(_) => {}
            None => self.check_time(&terms)?,
        }
        request.check_token().map_err(PayError::Token)?;
        let payment = self.payments.begin(order, terms.price).await?;
        // Closed a moment ago, perhaps.
        if is_paid(&payment)? {
            return Ok(Paid::Succeeded(payment));
        }
        let outcome = self.charge(payment, &terms, &request.token).await;
        self.count_failure(order, outcome).await
    }

    /// The payment that somebody has begun. Of one that is just being closed Stripe
    /// has to say whether it was paid.
    async fn begun(&self, order: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        match self.payments.find(order).await? {
            Some(payment) if payment.closing && payment.state == PaymentState::Open => self.settle(order).await,
            begun => Ok(begun),
        }
    }

    async fn charge(&self, payment: PaymentDocument, terms: &Terms, token: &str) -> Result<Paid, PayError> {
        let (payment, mut intent) = self.usable_intent(payment).await?;
        if matches!(intent.status, IntentStatus::Waiting | IntentStatus::RequiresAction) {
            let method = self.gateway.payment_method(payment.attempt(), token).await?;
            if !is_asking(&intent, &method) {
                self.check_time(terms)?;
                intent = self.confirm(&payment, &intent.id, &method).await?;
            }
        }
        self.conclude(&payment, intent).await
    }

    /// The payment's intent, or another one if that was cancelled at Stripe while
    /// the order can still be paid.
    async fn usable_intent(&self, payment: PaymentDocument) -> Result<(PaymentDocument, Intent), PayError> {
        let intent = self.intent(&payment).await?;
        if intent.status != IntentStatus::Canceled {
            return Ok((payment, intent));
        }
        let payment = self.agree(&payment.order_id).await?.ok_or(PayError::NotFound)?;
        is_paid(&payment)?;
        let intent = self.intent(&payment).await?;
        Ok((payment, intent))
    }

    /// Has the next attempt at an order's payment use other keys if Stripe has failed.
    async fn count_failure<T>(&self, order: &OrderId, outcome: Result<T, PayError>) -> Result<T, PayError> {
        if let Err(PayError::Gateway(GatewayError::Failed(_))) = &outcome {
            self.payments.count_failure(order).await?;
        }
        outcome
    }

    async fn payable(&self, buyer: &UserId, id: &OrderId) -> Result<Terms, PayError> {
        let known = || async { Ok(self.orders.find(id).await?.filter(|order| order.terms.is_some())) };
        let order = self.replicas.find(id, known).await.map_err(PayError::Store)?.ok_or(PayError::NotFound)?;
        let terms = order.terms.ok_or(PayError::NotFound)?;
        if terms.user_id != *buyer {
            return Err(PayError::NotBuyer);
        }
        if order.cancelled {
            return Err(PayError::Cancelled);
        }
        Ok(terms)
    }

    /// Nothing is begun after the order's time. What was begun before has the
    /// grace to finish.
    fn check_time(&self, terms: &Terms) -> Result<(), PayError> {
        if self.clock.now() < terms.expires_at() { Ok(()) } else { Err(PayError::Expired) }
    }

    /// The payment's intent as it stands; created, and noted, if there is none.
    async fn intent(&self, payment: &PaymentDocument) -> Result<Intent, PayError> {
        if let Some(id) = &payment.stripe_id {
            return Ok(self.gateway.retrieve_intent(id).await?);
        }
        let created = self.gateway.create_intent(payment.attempt(), payment.amount).await?;
        let id = self.payments.assign(payment, &created.id).await?;
        let id = id.ok_or_else(|| GatewayError::Unknown("the intent has just been replaced".into()))?;
        // The answer to a repeated creation is the first one: it may have moved on.
        Ok(self.gateway.retrieve_intent(&id).await?)
    }

    /// Charges a payment method. Where Stripe's answer does not tell what came
    /// of it, the intent does; and where that still waits, the same request is
    /// answered as the first was, or carried out now.
    async fn confirm(&self, payment: &PaymentDocument, id: &str, method: &str) -> Result<Intent, PayError> {
        let mut attempt = payment.attempt();
        let mut unclear = GatewayError::Unknown("not asked yet".into());
        for _ in 0..CONFIRM_ATTEMPTS {
            unclear = match self.gateway.confirm_intent(attempt, id, method).await {
                Ok(intent) if intent.status == IntentStatus::RequiresAction => return self.asked(id).await,
                Ok(intent) => return Ok(intent),
                // Counted here, as this very request needs another key: told
                // further, it would be counted twice.
                Err(GatewayError::Failed(reason)) => {
                    self.payments.count_failure(attempt.order).await?;
                    attempt.failures += 1;
                    GatewayError::Unknown(reason)
                }
                Err(error @ (GatewayError::Unknown(_) | GatewayError::UnexpectedState(_))) => error,
                Err(error) => return Err(error.into()),
            };
            let intent = self.gateway.retrieve_intent(id).await?;
            if intent.status != IntentStatus::Waiting {
                return Ok(intent);
            }
        }
        Err(unclear.into())
    }

    /// Where an intent stands about which the bank asked the cardholder: what
    /// Stripe repeats may be long answered.
    async fn asked(&self, id: &str) -> Result<Intent, PayError> {
        let intent = self.gateway.retrieve_intent(id).await?;
        if intent.status == IntentStatus::Waiting {
            let failed = intent.last_error.unwrap_or_else(|| "Your card was declined.".into());
            return Err(GatewayError::Declined(failed).into());
        }
        Ok(intent)
    }

    async fn conclude(&self, payment: &PaymentDocument, intent: Intent) -> Result<Paid, PayError> {
        match (intent.status, intent.client_secret) {
            (IntentStatus::RequiresAction, Some(secret)) => Ok(Paid::RequiresAction(payment.clone(), secret)),
            (IntentStatus::Succeeded | IntentStatus::Canceled, _) => {
                // Not `settle`: whoever has called this counts failures.
                let payment = self.agree(&payment.order_id).await?.ok_or(PayError::NotFound)?;
                if is_paid(&payment)? {
                    return Ok(Paid::Succeeded(payment));
                }
                Err(GatewayError::Unknown("the intent has been replaced".into()).into())
            }
            _ => Err(GatewayError::Unknown("the intent is still being worked on".into()).into()),
        }
    }

    /// Makes an order's payment agree with Stripe and with the order, and gives
    /// it as it then is; nothing if nobody has begun to pay.
    pub async fn settle(&self, order: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        let outcome = self.agree(order).await;
        self.count_failure(order, outcome).await
    }

    async fn agree(&self, order: &OrderId) -> Result<Option<PaymentDocument>, PayError> {
        loop {
            let Some(payment) = self.payments.find(order).await? else { return Ok(None) };
            // Read after the payment: a cancellation is written before the
            // payment is touched, so one that is missed here shows there.
            let order = self.orders.find(order).await?;
            let cancelled = order.as_ref().is_some_and(|order| order.cancelled);
            let next = match payment.state {
                PaymentState::Open => self.settle_open(&payment, order).await?,
                PaymentState::Succeeded if cancelled => self.give_back(&payment).await?,
                PaymentState::Succeeded => self.note_refunds(&payment).await?.map(Step::Done),
                // By a replica of before verdicts were told.
                PaymentState::Cancelled if payment.owes_verdict() => {
                    self.payments.cancel(&payment).await?.map(Step::Done)
                }
                PaymentState::Refunded if payment.owes_verdict() => self.payments.rest(&payment).await?.map(Step::Done),
                PaymentState::Cancelled | PaymentState::Refunded => return Ok(Some(payment)),
            };
            match next {
                Some(Step::Done(payment)) => return Ok(Some(payment)),
                // Changed, by this or by somebody else: look again.
                Some(Step::Again) | None => {}
            }
        }
    }

    async fn settle_open(
        &self,
        payment: &PaymentDocument,
        order: Option<OrderReplica>,
    ) -> Result<Option<Step>, PayError> {
        let cancelled = order.as_ref().is_some_and(|order| order.cancelled);
        let ends = cancelled || payment.closing;
        let intent = match self.intent(payment).await {
            // Stripe takes no such amount: there is no intent, and never will be.
            Err(PayError::Gateway(GatewayError::Amount(_))) if ends => {
                return Ok(self.payments.cancel(payment).await?.map(Step::Done));
            }
            intent => intent?,
        };
        match intent.status {
            IntentStatus::Succeeded => {
                let ticket = order.and_then(|order| order.terms).and_then(|terms| terms.ticket);
                // Nobody may have heard of the payment before it was given back.
                let more = cancelled || intent.refunded_cents > 0;
                let succeeded = self.payments.succeed(payment, &intent.id, ticket, more).await?;
                Ok(succeeded.map(|payment| if more { Step::Again } else { Step::Done(payment) }))
            }
            IntentStatus::Canceled if ends => Ok(self.payments.cancel(payment).await?.map(Step::Done)),
            // By hand, at Stripe: the order can be paid by another one.
            IntentStatus::Canceled => Ok(self.payments.replace(payment, &intent.id).await?.map(Step::Done)),
            _ if ends => self.call_off(payment, &intent.id).await,
            _ => Ok(Some(Step::Done(payment.clone()))),
        }
    }

    /// Makes sure that an ended order's intent is never paid.
    async fn call_off(&self, payment: &PaymentDocument, intent: &str) -> Result<Option<Step>, PayError> {
        match self.gateway.cancel_intent(payment.attempt(), intent).await {
            Ok(_) => return Ok(Some(Step::Again)),
            Err(GatewayError::UnexpectedState(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Paid or cancelled a moment before; or Stripe works on it, and a later
        // attempt must ask anew.
        match self.gateway.retrieve_intent(intent).await?.status {
            IntentStatus::Succeeded | IntentStatus::Canceled => Ok(Some(Step::Again)),
            _ => Err(GatewayError::Failed("the intent can't be cancelled yet".into()).into()),
        }
    }

    /// Notes what was given back of a paid order's money by hand, at Stripe.
    async fn note_refunds(&self, payment: &PaymentDocument) -> Result<Option<PaymentDocument>, PayError> {
        let stripe_id = paid_intent(payment)?;
        let cents = self.gateway.retrieve_intent(stripe_id).await?.refunded_cents;
        Ok(match Price::from_cents(cents) {
            Ok(all) if all >= payment.amount => self.payments.refund(payment, stripe_id).await?,
            Ok(part) if cents > payment.refunded_cents => self.payments.refund_part(payment, stripe_id, part).await?,
            _ => self.payments.rest(payment).await?,
        })
    }

    async fn give_back(&self, payment: &PaymentDocument) -> Result<Option<Step>, PayError> {
        let stripe_id = paid_intent(payment)?;
        if !self.gateway.refund(payment.attempt(), stripe_id).await? {
            return Err(GatewayError::Unknown("the refund is still being worked on".into()).into());
        }
        Ok(self.payments.refund(payment, stripe_id).await?.map(Step::Done))
    }
}

enum Step {
    /// Everything agrees.
    Done(PaymentDocument),
    /// Something has changed: look again.
    Again,
}

fn paid_intent(payment: &PaymentDocument) -> Result<&str, GatewayError> {
    let missing = || GatewayError::Refused(format!("payment {} has succeeded without an intent", payment.id));
    payment.stripe_id.as_deref().ok_or_else(missing)
}

/// Whether a payment is made; an error if it can't be made any more.
fn is_paid(payment: &PaymentDocument) -> Result<bool, PayError> {
    match payment.state {
        PaymentState::Succeeded => Ok(true),
        PaymentState::Refunded => Err(PayError::Refunded),
        _ if payment.closing => Err(PayError::Expired),
        PaymentState::Cancelled => Err(PayError::Cancelled),
        PaymentState::Open => Ok(false),
    }
}

/// Whether the bank is asking the cardholder about just this payment method.
fn is_asking(intent: &Intent, method: &str) -> bool {
    intent.status == IntentStatus::RequiresAction && intent.payment_method.as_deref() == Some(method)
}
