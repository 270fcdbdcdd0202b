//! How long until the tickets service knows what orders has decided.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use common::api::TicketId;
use common::api::orders::Order;
use http::StatusCode;

use super::market::Market;
use super::sample::{COLUMNS, Sample};
use super::table::Section;
use crate::shopper::{Call, Shopper};

const SAMPLES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(20);

/// Times one order after the other.
pub(super) async fn measure(market: &Market) -> Result<Section> {
    let (seller, buyer) = (market.newcomer("seller").await?, market.newcomer("buyer").await?);
    let (mut answers, mut shown) = (Vec::new(), Vec::new());
    for ticket in market.tickets(&seller, SAMPLES).await? {
        let (answer, total) = time(market, &buyer, &ticket).await?;
        answers.push(answer);
        shown.push(total);
    }
    let (answers, shown) = (Sample::of(answers), Sample::of(shown));
    let how = format!(
        "{} orders one after the other; from sending POST /api/orders, the ticket asked for again and again from\n  \
         the answer on, without a pause",
        shown.len()
    );
    let section = Section::new("From an order to its ticket", how, &COLUMNS);
    Ok(section
        .row(answers.row("POST /api/orders is answered"))
        .row(shown.row("GET /api/tickets/:id shows its orderId")))
}

async fn time(market: &Market, buyer: &Shopper, ticket: &TicketId) -> Result<(Duration, Duration)> {
    let reply = market.send(buyer, &Call::order(ticket)).await?;
    let order: Order = reply.read(StatusCode::CREATED)?;
    let deadline = Instant::now() + PATIENCE;
    while market.holder(buyer, ticket).await?.as_ref() != Some(&order.id) {
        ensure!(Instant::now() < deadline, "ticket {ticket} does not show order {}", order.id);
    }
    Ok((reply.took, reply.sent.elapsed()))
}
