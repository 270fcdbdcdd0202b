//! Typical traffic of a shop.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use common::api::orders::Order;
use common::api::payments::Payment;
use common::api::tickets::{About, Ticket};
use common::api::users::{CurrentUserBody, User};
use futures::future::try_join_all;
use http::StatusCode;

use super::IN_FLIGHT;
use super::market;
use crate::report::Report;
use crate::shopper::{Call, Shop, Shopper};

/// How often progress is reported.
const PARTS: usize = 5;
/// One of so many rounds starts with signing in and ends with paying: about 1 % of the
/// requests each.
const RARELY: usize = 10;

/// Sends at least `requests`; gives the number of requests sent.
pub(super) async fn send(shop: &Shop, requests: usize, report: &Report) -> Result<usize> {
    let crowd = Crowd { shop, requests, sent: AtomicUsize::new(0), report };
    try_join_all((0..IN_FLIGHT).map(|_| crowd.pair())).await?;
    Ok(crowd.sent.into_inner())
}

struct Crowd<'a> {
    shop: &'a Shop,
    requests: usize,
    sent: AtomicUsize,
    report: &'a Report,
}

impl Crowd<'_> {
    /// A seller and a buyer, one request at a time.
    async fn pair(&self) -> Result<()> {
        let (seller, buyer) = market::pair(self.shop).await?;
        for round in 0.. {
            if self.sent.load(Ordering::Relaxed) >= self.requests {
                break;
            }
            self.round(&seller, &buyer, round).await?;
        }
        Ok(())
    }

    /// In the end the ticket is held or sold: the list of tickets for sale stays short.
    async fn round(&self, seller: &Shopper, buyer: &Shopper, round: usize) -> Result<()> {
        let rarely = round.is_multiple_of(RARELY);
        if rarely {
            self.ask::<User>(buyer, buyer.sign_in(), StatusCode::OK).await?;
        }
        self.ask::<CurrentUserBody>(buyer, Call::get("/api/users/currentuser"), StatusCode::OK).await?;
        let listing = Call::list("Bench: a seat", "12.50", &About::default());
        let ticket: Ticket = self.ask(seller, listing, StatusCode::CREATED).await?;
        self.ask::<Vec<Ticket>>(buyer, Call::get("/api/tickets"), StatusCode::OK).await?;
        self.ask::<Ticket>(buyer, Call::get(&format!("/api/tickets/{}", ticket.id)), StatusCode::OK).await?;
        let given_up: Order = self.ask(buyer, Call::order(&ticket.id), StatusCode::CREATED).await?;
        let path = format!("/api/orders/{}", given_up.id);
        self.ask::<Order>(buyer, Call::get(&path), StatusCode::OK).await?;
        self.ask::<()>(buyer, Call::cancel(&given_up.id), StatusCode::NO_CONTENT).await?;
        let order: Order = self.ask(buyer, Call::order(&ticket.id), StatusCode::CREATED).await?;
        if rarely {
            self.ask::<Payment>(buyer, Call::pay(&order.id, "pm_card_visa"), StatusCode::CREATED).await?;
        }
        self.ask::<Vec<Order>>(buyer, Call::get("/api/orders"), StatusCode::OK).await.map(drop)
    }

    /// One request more; one that has to be repeated counts once.
    async fn ask<T: serde::de::DeserializeOwned>(&self, who: &Shopper, call: Call, status: StatusCode) -> Result<T> {
        let answer = who.send_when_known(&call).await?.read(status)?;
        let sent = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        if sent <= self.requests && sent.is_multiple_of((self.requests / PARTS).max(1)) {
            self.report.say(format_args!("      {:>6.1} s  {sent} requests answered", self.report.elapsed()));
        }
        Ok(answer)
    }
}
