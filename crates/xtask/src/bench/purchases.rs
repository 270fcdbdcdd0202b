//! Purchases: more than one service takes part.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use common::api::TicketId;
use common::api::orders::Order;
use common::api::payments::Payment;
use common::api::tickets::Ticket;
use futures::future::try_join_all;
use http::StatusCode;

use super::Bench;
use super::figures::{Column, Row, Section};
use super::market::{self, Visitor, in_flight};
use crate::shopper::{Call, Shopper};

/// Buyers who want the same ticket.
const RUSH: usize = 200;
const TIME_LIMIT: Duration = Duration::from_secs(20);

impl Bench<'_> {
    /// From a ticket to its buyer.
    pub(super) async fn purchases(&self) -> Result<Section> {
        let (seller, buyer) = (self.visitor("seller").await?, self.visitor("buyer").await?);
        let rows =
            vec![self.rush(&seller).await?, self.whole(&seller, &buyer).await?, self.lock(&seller, &buyer).await?];
        let how = format!(
            "{RUSH} buyers order one ticket at the same moment, from the first request to the last answer; {} purchases, 32\n  \
             at a time, from listing the ticket until it is shown as sold; {} orders one after the other, from sending\n  \
             the order until the ticket shows it, asked without a pause.",
            self.plan.purchases, self.plan.purchases,
        );
        Ok(Section { title: "Purchases".into(), how, rows })
    }

    /// Many buyers, one ticket: one of them gets it.
    async fn rush(&self, seller: &Visitor) -> Result<Row> {
        let buyers = in_flight((0..RUSH).map(|_| Shopper::join("buyer", &self.shop))).await?;
        let mut times = Vec::new();
        for ticket in market::tickets(&seller.shopper, self.plan.rounds).await? {
            let (call, began) = (Call::order(&ticket), Instant::now());
            let replies = try_join_all(buyers.iter().map(|buyer| buyer.send(&call))).await?;
            times.push(began.elapsed());
            let sold = replies.iter().filter(|reply| reply.status == StatusCode::CREATED).count();
            ensure!(sold == 1, "{sold} buyers got ticket {ticket}");
        }
        self.steps.done("200 buyers, one ticket");
        Ok(timed("200 buyers of one ticket", times))
    }

    /// Listed, ordered, paid, sold.
    async fn whole(&self, seller: &Visitor, buyer: &Visitor) -> Result<Row> {
        let began = Instant::now();
        let purchase = async || {
            let began = Instant::now();
            let ticket = seller.shopper.list("Bench: a seat", "12.50").await?.id;
            let order = buyer.shopper.order(&ticket).await?;
            let paid = buyer.shopper.send_when_known(&Call::pay(&order.id, "pm_card_visa")).await?;
            paid.read::<Payment>(StatusCode::CREATED)?;
            shows(&buyer.shopper, &ticket, |ticket| ticket.sold).await?;
            Ok(began.elapsed())
        };
        let times = in_flight((0..self.plan.purchases).map(|_| purchase())).await?;
        let per_second = f64::from(u32::try_from(times.len())?) / began.elapsed().as_secs_f64();
        self.steps.done("whole purchases");
        Ok(timed("a whole purchase", times).with(Column::PerSecond, per_second))
    }

    async fn lock(&self, seller: &Visitor, buyer: &Visitor) -> Result<Row> {
        let mut times = Vec::new();
        for ticket in market::tickets(&seller.shopper, self.plan.purchases).await? {
            let reply = buyer.shopper.send(&Call::order(&ticket)).await?;
            let order: Order = reply.read(StatusCode::CREATED)?;
            shows(&buyer.shopper, &ticket, |ticket| ticket.order_id.as_ref() == Some(&order.id)).await?;
            times.push(reply.sent.elapsed());
        }
        self.steps.done("orders that lock their tickets");
        Ok(timed("from an order to its lock", times))
    }
}

/// Waits until a ticket is shown as `wanted`, without a pause.
async fn shows(shopper: &Shopper, ticket: &TicketId, wanted: impl Fn(&Ticket) -> bool) -> Result<()> {
    let (path, deadline) = (format!("/api/tickets/{ticket}"), Instant::now() + TIME_LIMIT);
    while !wanted(&shopper.get::<Ticket>(&path).await?) {
        ensure!(Instant::now() < deadline, "ticket {ticket} does not change");
    }
    Ok(())
}

/// The median, the 99th percentile and the longest of some times.
pub(super) fn timed(name: &str, mut times: Vec<Duration>) -> Row {
    times.sort_unstable();
    let millis = |percent| percentile(&times, percent).as_secs_f64() * 1_000.0;
    Row::new(name).with(Column::Median, millis(50)).with(Column::P99, millis(99)).with(Column::Longest, millis(100))
}

/// The shortest of the sorted times that at least `percent` of all do not exceed (the nearest
/// rank); zero if there are none.
fn percentile(times: &[Duration], percent: usize) -> Duration {
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let percentiles = |count: u64| {
            let times: Vec<_> = (1..=count).map(Duration::from_millis).collect();
            [50, 99, 100].map(|percent| percentile(&times, percent).as_millis())
        };
        assert_eq!(percentiles(200), [100, 198, 200]);
        assert_eq!(percentiles(5), [3, 5, 5]);
        assert_eq!(percentiles(1), [1, 1, 1]);
        assert_eq!(percentiles(0), [0, 0, 0]);
    }
}
