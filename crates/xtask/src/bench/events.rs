//! Events: how fast they are published, and how late holds end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use common::api::OrderId;
use common::clock::Clock;
use common::events::{Event, OrderCancelled, TicketCreated};
use common::messaging::ObservedEvents;
use futures::{StreamExt, TryStreamExt};
use tokio::time::{sleep, timeout};

use super::Bench;
use super::figures::{Column, Row, Section};
use super::market::{self, IN_FLIGHT, in_flight};
use super::purchases::timed;
use crate::process::Signal;

pub(super) const GRACE_SECONDS: u32 = 1;
/// Much longer than it takes.
const TIME_LIMIT: Duration = Duration::from_mins(3);

impl Bench<'_> {
    /// What JetStream takes, and what of it the outboxes reach.
    pub(super) async fn events(&self) -> Result<Section> {
        let raw = self.published().await?;
        let ours = self.announced().await?;
        let rows = vec![
            Row::new("published and acknowledged, raw").with(Column::PerSecond, raw),
            Row::new("tickets announced")
                .with(Column::PerSecond, ours)
                .with(Column::BarePerSecond, raw)
                .with(Column::Ratio, ours / raw),
        ];
        self.steps.done("events");
        let how = format!(
            "{} messages of an event's size to a stream of their own, {IN_FLIGHT} unacknowledged at a time; and as many tickets,\n  \
             created {IN_FLIGHT} at a time, until the event of the last is in the stream.",
            self.plan.reservations,
        );
        Ok(Section { title: "Events".into(), how, rows })
    }

    /// Messages in a second that JetStream acknowledges.
    async fn published(&self) -> Result<f64> {
        let client = async_nats::connect(self.stack.stores.nats.url()).await?;
        let jetstream = async_nats::jetstream::new(client);
        let config = async_nats::jetstream::stream::Config {
            name: "bench".into(),
            subjects: vec!["bench".into()],
            ..Default::default()
        };
        jetstream.create_stream(config).await?;
        let (payload, began) = (vec![b'x'; 200], Instant::now());
        let publish = async || anyhow::Ok(jetstream.publish("bench", payload.clone().into()).await?.await?);
        in_flight((0..self.plan.reservations).map(|_| publish())).await?;
        let took = began.elapsed();
        jetstream.delete_stream("bench").await?;
        per_second(self.plan.reservations, took)
    }

    /// Tickets in a second that are created and announced.
    async fn announced(&self) -> Result<f64> {
        let seller = self.visitor("seller").await?;
        let events = self.watch().await?;
        let began = Instant::now();
        let create = in_flight((0..self.plan.reservations).map(|_| seller.shopper.list("Bench: a seat", "12.50")));
        let announced = events.try_filter(|event| std::future::ready(event.subject == TicketCreated::SUBJECT));
        let announced = announced.take(self.plan.reservations).try_for_each(|_| async { Ok(()) });
        let (created, announced) = tokio::join!(create, timeout(TIME_LIMIT, announced));
        created?;
        announced.context("not every ticket is announced")??;
        per_second(self.plan.reservations, began.elapsed())
    }

    async fn watch(&self) -> Result<ObservedEvents> {
        Ok(self.stack.inventory().for_operators()?.broker.connect().await?.watch().await?)
    }

    /// Orders that all fall due while expiration is stopped, which then has them due at once.
    pub(super) async fn holds(&self) -> Result<Section> {
        let (seller, buyer) = (self.visitor("seller").await?, self.visitor("buyer").await?);
        let tickets = market::tickets(&seller.shopper, self.plan.holds).await?;
        let events = self.watch().await?;
        let orders = in_flight(tickets.iter().map(|ticket| buyer.shopper.order(ticket))).await?;
        let grace = TimeDelta::seconds(GRACE_SECONDS.into());
        let due: BTreeMap<_, _> = orders.into_iter().map(|order| (order.id, order.expires_at + grace)).collect();
        let (Some(first), Some(last)) = (due.values().min().copied(), due.values().max().copied()) else {
            return Ok(Section { title: "Holds".into(), how: String::new(), rows: Vec::new() });
        };
        let now = Clock::system().now();
        ensure!(now < first, "the first order expired while others were made: {} are too many", self.plan.holds);
        let expiration = self.stack.service("expiration")?;
        expiration.signal(Signal::STOP);
        sleep((last - now).to_std()?).await;
        expiration.signal(Signal::CONT);
        let resumed = Clock::system().now();
        let late =
            timeout(TIME_LIMIT, cancellations(events, due, resumed)).await.context("some orders do not expire")??;
        let count = late.len();
        self.steps.done("holds that fall due");
        let how = format!(
            "{count} orders fall due while expiration is stopped; from its resumption until the order:cancelled of each arrives.",
        );
        Ok(Section { title: "Holds".into(), how, rows: vec![timed("a hold that is due ends", late)] })
    }
}

/// How long after a time each order's cancellation arrives.
async fn cancellations(
    mut events: ObservedEvents,
    mut due: BTreeMap<OrderId, DateTime<Utc>>,
    resumed: DateTime<Utc>,
) -> Result<Vec<Duration>> {
    let mut late = Vec::new();
    while !due.is_empty() {
        let event = events.next().await.context("the stack's events have ended")??;
        if event.subject != OrderCancelled::SUBJECT {
            continue;
        }
        let (now, cancelled) = (Clock::system().now(), serde_json::from_value::<OrderCancelled>(event.payload)?);
        if let Some(time) = due.remove(&cancelled.id) {
            ensure!(now >= time, "order {} expired early", cancelled.id);
            late.push((now - resumed).to_std()?);
        }
    }
    Ok(late)
}

fn per_second(count: usize, took: Duration) -> Result<f64> {
    Ok(f64::from(u32::try_from(count)?) / took.as_secs_f64())
}
