//! How long until the tickets service knows what orders has decided.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use common::api::TicketId;
use common::api::orders::Order;
use common::api::tickets::Ticket;
use http::StatusCode;

use super::market;
use super::sample::{COLUMNS, Sample};
use super::table::Section;
use crate::shopper::{Call, Shop, Shopper};

const SAMPLES: usize = 200;
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Times one order after the other.
pub(super) async fn measure(shop: &Shop) -> Result<Section> {
    let (seller, buyer) = market::pair(shop).await?;
    let (mut answers, mut shown) = (Vec::new(), Vec::new());
    for ticket in market::tickets(&seller, SAMPLES).await? {
        let (answer, total) = time(&buyer, &ticket).await?;
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

async fn time(buyer: &Shopper, ticket: &TicketId) -> Result<(Duration, Duration)> {
    let reply = buyer.send(&Call::order(ticket)).await?;
    let order: Order = reply.read(StatusCode::CREATED)?;
    let path = format!("/api/tickets/{ticket}");
    let deadline = Instant::now() + TIME_LIMIT;
    while buyer.get::<Ticket>(&path).await?.order_id.as_ref() != Some(&order.id) {
        ensure!(Instant::now() < deadline, "ticket {ticket} does not show order {}", order.id);
    }
    Ok((reply.took, reply.sent.elapsed()))
}
