//! The shop without its gateway: requests go straight to the services.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use common::api::orders::Order;
use common::api::tickets::Ticket;
use common::api::{OrderId, TicketId};
use futures::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::IN_FLIGHT;
use crate::shopper::{Call, Reply, Shopper};
use crate::stack::{Address, Inventory};

/// How long a service may take to hear of what another one did.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// The services of a stack.
pub(super) struct Market(BTreeMap<String, Address>);

impl Market {
    pub(super) fn of(inventory: &Inventory) -> Self {
        Self(inventory.services.clone())
    }

    /// Asks the service that the path belongs to.
    pub(super) async fn send(&self, who: &Shopper, call: &Call) -> Result<Reply> {
        who.send(self.base(&call.path)?, call).await
    }

    /// Asks, and reads the answer.
    pub(super) async fn ask<T: DeserializeOwned>(&self, who: &Shopper, call: &Call, status: StatusCode) -> Result<T> {
        self.send(who, call).await?.read(status)
    }

    /// Asks until the service has heard of what is asked for.
    pub(super) async fn ask_when_known(&self, who: &Shopper, call: &Call) -> Result<Reply> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let reply = self.send(who, call).await?;
            if reply.status != StatusCode::NOT_FOUND || Instant::now() > deadline {
                return Ok(reply);
            }
            sleep(PAUSE).await;
        }
    }

    /// Somebody new, signed up.
    pub(super) async fn newcomer(&self, name: &str) -> Result<Shopper> {
        Shopper::join(name, self.base("/api/users")?).await
    }

    /// So many new tickets, of which orders has heard.
    pub(super) async fn tickets(&self, seller: &Shopper, count: usize) -> Result<Vec<TicketId>> {
        in_flight((0..count).map(|number| self.ticket(seller, number))).await
    }

    async fn ticket(&self, seller: &Shopper, number: usize) -> Result<TicketId> {
        let call = Call::list_ticket(&format!("Bench: seat {number}"), "12.50");
        let ticket: Ticket = self.ask(seller, &call, StatusCode::CREATED).await?;
        // Sellers can't buy from themselves, which is said only of a known ticket.
        let reply = self.ask_when_known(seller, &Call::order(&ticket.id)).await?;
        ensure!(reply.status == StatusCode::BAD_REQUEST, "a seller's order of their own ticket got {}", reply.status);
        Ok(ticket.id)
    }

    /// An order of a ticket that orders has heard of.
    pub(super) async fn order(&self, buyer: &Shopper, ticket: &TicketId) -> Result<Order> {
        self.ask(buyer, &Call::order(ticket), StatusCode::CREATED).await
    }

    /// Who holds a ticket, as the tickets service knows it.
    pub(super) async fn holder(&self, who: &Shopper, ticket: &TicketId) -> Result<Option<OrderId>> {
        let ticket: Ticket = self.ask(who, &Call::get(format!("/api/tickets/{ticket}")), StatusCode::OK).await?;
        Ok(ticket.order_id)
    }

    fn base(&self, path: &str) -> Result<&str> {
        let service = match path.split(['/', '?']).nth(2) {
            Some("users") => "auth",
            other => other.unwrap_or_default(),
        };
        Ok(&self.0.get(service).with_context(|| format!("no service answers {path}"))?.url)
    }
}

/// Does everything, a limited number of things at the same time.
pub(super) async fn in_flight<T>(work: impl Iterator<Item = impl Future<Output = Result<T>>>) -> Result<Vec<T>> {
    stream::iter(work).buffer_unordered(IN_FLIGHT).try_collect().await
}
