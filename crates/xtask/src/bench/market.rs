//! People who use the services without the gateway.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use common::api::TicketId;
use futures::{StreamExt, TryStreamExt, stream};
use http::{StatusCode, header};

use super::Bench;
use crate::shopper::{Call, Shop, Shopper};
use crate::stack::Inventory;

/// Things that are under way at the same time.
pub(super) const IN_FLIGHT: usize = 32;

/// A person, and the cookie of a session of theirs.
pub(super) struct Visitor {
    pub(super) shopper: Shopper,
    pub(super) cookie: String,
}

/// The services of a stack.
pub(super) fn services(inventory: &Inventory) -> Shop {
    let services = inventory.services.iter();
    Shop::Services(services.map(|(name, service)| (name.clone(), service.url.clone())).collect())
}

impl Bench<'_> {
    /// Somebody new.
    pub(super) async fn visitor(&self, name: &str) -> Result<Visitor> {
        let shopper = Shopper::join(name, &self.shop).await?;
        let url = format!("{}/api/users/signin", self.stack.service("auth")?.url());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build()?;
        let reply = http.post(url).json(&shopper.credentials()).send().await?.error_for_status()?;
        let cookie = reply.headers().get(header::SET_COOKIE).context("no session begins")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Visitor { shopper, cookie })
    }
}

/// So many new tickets that orders knows.
pub(super) async fn tickets(seller: &Shopper, count: usize) -> Result<Vec<TicketId>> {
    in_flight((0..count).map(|number| ticket(seller, number))).await
}

async fn ticket(seller: &Shopper, number: usize) -> Result<TicketId> {
    let ticket = seller.list(&format!("Bench: seat {number}"), "12.50").await?.id;
    // Sellers can't buy from themselves: a 400 means that orders knows the ticket.
    let status = seller.send_when_known(&Call::order(&ticket)).await?.status;
    ensure!(status == StatusCode::BAD_REQUEST, "a seller's order of their own ticket got {status}");
    Ok(ticket)
}

/// Does everything, a limited number of things at the same time.
pub(super) async fn in_flight<T>(work: impl Iterator<Item = impl Future<Output = Result<T>>>) -> Result<Vec<T>> {
    stream::iter(work).buffer_unordered(IN_FLIGHT).try_collect().await
}
