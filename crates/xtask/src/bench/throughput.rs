//! How much the services answer in a second.

use std::time::Instant;

use anyhow::Result;
use common::api::tickets::Ticket;
use http::StatusCode;

use super::IN_FLIGHT;
use super::market::{self, in_flight};
use super::sample::{COLUMNS, Sample};
use super::table::Section;
use crate::report::Steps;
use crate::shopper::{Call, Reply, Shop};

const LISTS: usize = 2_000;
const ORDERS: usize = 1_000;
/// Tickets for sale while lists are counted: as many as a page shows.
const PAGE: usize = 50;

/// Lists, then orders.
pub(super) async fn measure(shop: &Shop, steps: &Steps) -> Result<Section> {
    let (seller, buyer) = market::pair(shop).await?;
    market::tickets(&seller, PAGE).await?;
    let call = Call::get("/api/tickets");
    let lists = time("GET /api/tickets", (0..LISTS).map(|_| buyer.send(&call))).await?;
    let page = buyer.get::<Vec<Ticket>>("/api/tickets").await?.len();
    steps.done("lists are counted");

    let tickets = market::tickets(&seller, ORDERS).await?;
    let calls: Vec<_> = tickets.iter().map(Call::order).collect();
    let orders = time("POST /api/orders", calls.iter().map(|call| buyer.send(call))).await?;
    steps.done("orders are counted");

    let how = format!(
        "{LISTS} lists of {page} tickets each and {ORDERS} orders of different tickets, {IN_FLIGHT} in flight, sent to\n  \
         the services themselves"
    );
    let columns: Vec<_> = [COLUMNS[0], "per second"].into_iter().chain(COLUMNS[1..].iter().copied()).collect();
    Ok(Section::new("Throughput", how, &columns).row(lists).row(orders))
}

/// Requests per second and the times of their answers.
async fn time(name: &str, requests: impl Iterator<Item = impl Future<Output = Result<Reply>>>) -> Result<Vec<String>> {
    let began = Instant::now();
    let replies = in_flight(requests).await?;
    let seconds = began.elapsed().as_secs_f64();
    for reply in &replies {
        let expected = if name.starts_with("GET") { StatusCode::OK } else { StatusCode::CREATED };
        reply.read::<serde_json::Value>(expected)?;
    }
    let mut row = Sample::of(replies.iter().map(|reply| reply.took).collect()).row(name);
    row.insert(1, format!("{:.0}", f64::from(u32::try_from(replies.len())?) / seconds));
    Ok(row)
}
