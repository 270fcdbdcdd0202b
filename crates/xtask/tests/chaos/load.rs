//! Many visitors at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use common::api::orders::Order;
use common::api::tickets::Ticket;
use common::testing::{Client, eventually};
use futures::future::join_all;
use rand::{Rng, seq::IndexedRandom};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::shop::{Shop, cancel, order, pay};

const VISITORS: usize = 8;
const CARDS: [&str; 3] = ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"];

/// Visitors who list, order, pay and cancel until they are stopped. Any answer may
/// be a refusal, but some payments must succeed.
pub struct Load {
    visitors: Vec<JoinHandle<()>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    orders: AtomicUsize,
    payments: AtomicUsize,
    stopped: AtomicBool,
}

impl Load {
    pub fn start(shop: &Shop) -> Self {
        let counts = Arc::new(Counts::default());
        let visitors = (0..VISITORS).map(|_| tokio::spawn(visit(shop.somebody(), counts.clone())));
        Self { visitors: visitors.collect(), counts }
    }

    /// Waits until more orders have succeeded, and requests are on their way.
    pub async fn goes_on(&self) {
        let before = self.counts.orders.load(Relaxed);
        eventually("orders succeed", async || (self.counts.orders.load(Relaxed) > before + 5).then_some(())).await;
    }

    /// Ends all visits. Fails if no payment has succeeded: then it was no load.
    pub async fn stop(self) {
        self.goes_on().await;
        self.counts.stopped.store(true, Relaxed);
        join_all(self.visitors).await.into_iter().for_each(Result::unwrap);
        assert!(self.counts.payments.load(Relaxed) > 0, "nobody could pay");
    }
}

async fn visit(visitor: Client, counts: Arc<Counts>) {
    while !counts.stopped.load(Relaxed) {
        let _ = visitor.post("/api/tickets", &json!({ "title": "Concert", "price": 20 })).await;
        let listed = visitor.get("/api/tickets?limit=5").await;
        let Ok(tickets) = serde_json::from_value::<Vec<Ticket>>(listed.body) else { continue };
        let Some(ticket) = tickets.choose(&mut rand::rng()).cloned() else { continue };
        let reply = order(&visitor, &ticket.id).await;
        if reply.status != 201 {
            continue;
        }
        counts.orders.fetch_add(1, Relaxed);
        let made: Order = reply.read();
        for _ in 0..3 {
            let (dice, card) = (rand::rng().random_range(0..3), CARDS.choose(&mut rand::rng()).unwrap());
            if dice == 0 {
                let _ = cancel(&visitor, &made.id).await;
            } else if pay(&visitor, &made.id, card).await.status == 201 {
                counts.payments.fetch_add(1, Relaxed);
            }
        }
    }
}
