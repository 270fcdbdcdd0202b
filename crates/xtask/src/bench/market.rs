//! People who use the services without the gateway.

use anyhow::{Result, ensure};
use common::api::TicketId;
use futures::{StreamExt, TryStreamExt, stream};
use http::StatusCode;

use super::IN_FLIGHT;
use crate::shopper::{Call, Shop, Shopper};
use crate::stack::Inventory;

/// The services of a stack.
pub(super) fn services(inventory: &Inventory) -> Shop {
    let services = inventory.services.iter();
    Shop::Services(services.map(|(name, service)| (name.clone(), service.url.clone())).collect())
}

/// A new seller and a new buyer.
pub(super) async fn pair(shop: &Shop) -> Result<(Shopper, Shopper)> {
    Ok((Shopper::join("seller", shop).await?, Shopper::join("buyer", shop).await?))
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
