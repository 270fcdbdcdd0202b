//! I2, I3 and I7: an order, its replica, its payment and its money at Stripe.

use anyhow::Result;

use super::documents::{Intent, Order, OrderReplica, Payment};
use super::findings::{Findings, Invariant};
use super::sorted::{Sorted, least};

/// Collections in the order of their orders' ids, which are read together. In memory
/// is one order at a time, with its replica and its payment, and the stand-in's whole
/// ledger, where there is one.
pub(super) struct ByOrder {
    pub(super) orders: Sorted<Order>,
    pub(super) replicas: Sorted<OrderReplica>,
    pub(super) payments: Sorted<Payment>,
    /// Nothing, where payments are with Stripe itself.
    pub(super) intents: Option<Sorted<Intent>>,
}

struct Group {
    order: Option<Order>,
    replica: Option<OrderReplica>,
    payment: Option<Payment>,
    intents: Option<Vec<Intent>>,
}

impl ByOrder {
    /// Checks every order.
    pub(super) async fn check(&mut self, findings: &mut Findings) -> Result<()> {
        while let Some(id) = least([
            self.orders.key(),
            self.replicas.key(),
            self.payments.key(),
            self.intents.as_ref().and_then(Sorted::key),
        ]) {
            let group = Group {
                order: self.orders.take(&id).await?.pop(),
                replica: self.replicas.take(&id).await?.pop(),
                payment: self.payments.take(&id).await?.pop(),
                intents: match &mut self.intents {
                    Some(intents) => Some(intents.take(&id).await?),
                    None => None,
                },
            };
            group.check(&id, findings);
        }
        self.orders.add_unreadable(findings);
        self.replicas.add_unreadable(findings);
        self.payments.add_unreadable(findings);
        Ok(())
    }
}

impl Group {
    fn check(&self, id: &str, findings: &mut Findings) {
        let owner = self.order.as_ref().map(|order| (order.published_version(), order.is_cancelled()));
        let replica = self.replica.as_ref().map(|replica| (replica.version, replica.cancelled));
        findings.add_difference("payments' copy of order", id, owner, replica);
        if let Some(payment) = &self.payment {
            findings.add_outbox("payment", &payment.id, payment.outbox.len());
        }
        let intents = self.intents.as_deref().unwrap_or_default();
        let Some(order) = &self.order else {
            let strays = intents.iter().map(|intent| format!("intent {} is for no order of ours", intent.id));
            findings.add(Invariant::Money, strays);
            return;
        };
        if self.intents.is_some() {
            findings.add(
                Invariant::Money,
                [kept_another_amount(order, intents), self.refunded_another_amount(order)].into_iter().flatten(),
            );
        }
        let paid = self.payment.as_ref().is_some_and(Payment::was_paid) || intents.iter().any(|it| it.captured > 0);
        let lost = (order.is_expired() && paid).then(|| format!("order {id} has expired although it was paid"));
        findings.add(Invariant::PaidStays, lost);
    }

    fn refunded_another_amount(&self, order: &Order) -> Option<String> {
        let (says, given_back) = (order.given_back(), self.payment.as_ref().map_or(0, Payment::given_back));
        let id = &order.id;
        (says != given_back)
            .then(|| format!("order {id} says that {says} cents came back; its payment says {given_back}"))
    }
}

fn kept_another_amount(order: &Order, intents: &[Intent]) -> Option<String> {
    let kept: i64 = intents.iter().map(|intent| intent.captured - intent.refunded).sum();
    let due = if order.is_complete() { order.ticket.price - order.given_back() } else { 0 };
    let (id, status) = (&order.id, &order.status);
    (kept != due).then(|| format!("order {id} is {status} and owes {due} cents; Stripe keeps {kept}"))
}
