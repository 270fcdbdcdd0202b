//! A seller and a buyer in a shop, and the events about them.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use common::api::users::User;
use common::events::Event;
use common::messaging::{ObservedEvent, ObservedEvents};
use futures::future::FutureExt;
use futures::stream::StreamExt;
use http::StatusCode;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::timeline::Timeline;
use crate::shopper::{Reply, Shop, Shopper};
use crate::stack::Inventory;

/// How long an event may take that should come at once.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(15);

/// One shop, whose requests and events are printed.
pub(super) struct Show<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) seller: Shopper,
    pub(super) buyer: Shopper,
    replies: UnboundedReceiver<Reply>,
    events: ObservedEvents,
    received: VecDeque<ObservedEvent>,
    /// Ids that these two have created. Others may use the shop as well.
    own: HashSet<String>,
    seen: Vec<ObservedEvent>,
}

impl<'a> Show<'a> {
    /// Observes a stack's events and signs two people up.
    pub(super) async fn open(inventory: &Inventory, timeline: &'a Timeline) -> Result<Self> {
        let gateway = inventory.gateway.clone().context("the stack has no gateway to shop at")?;
        let broker = inventory.for_operators()?.broker.connect().await?;
        let (address, (observer, replies)) = (Shop::Gateway(gateway), unbounded_channel());
        let show = Self {
            timeline,
            seller: Shopper::new("seller", &address)?.observed_by(&observer),
            buyer: Shopper::new("buyer", &address)?.observed_by(&observer),
            replies,
            events: broker.watch().await?,
            received: VecDeque::new(),
            own: HashSet::new(),
            seen: Vec::new(),
        };
        for shopper in [&show.seller, &show.buyer] {
            shopper.sign_up().await?.read::<User>(StatusCode::CREATED)?;
        }
        Ok(show)
    }

    /// Waits for an event like that, or finds it if it has come already.
    pub(super) async fn event<E: Event>(
        &mut self,
        limit: Duration,
        what: &str,
        like: impl Fn(&E) -> bool,
    ) -> Result<(E, ObservedEvent)> {
        let deadline = Instant::now() + limit;
        loop {
            self.print()?;
            let read = |seen: &ObservedEvent| serde_json::from_value(seen.payload.clone()).ok().filter(&like);
            let mut found = self.seen.iter().filter(|seen| seen.subject == E::SUBJECT);
            if let Some(found) = found.find_map(|seen| Some((read(seen)?, seen.clone()))) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = timeout(left, self.events.next()).await else {
                bail!("no {} came within {} s: {what}", E::SUBJECT, limit.as_secs());
            };
            self.received.push_back(event.context("the stack's events have ended")??);
        }
    }

    /// Prints what has happened since the last time, in its order.
    pub(super) fn print(&mut self) -> Result<()> {
        let mut entries = Vec::new();
        while let Ok(reply) = self.replies.try_recv() {
            if let Some(id) = reply.body["id"].as_str().filter(|_| reply.status == StatusCode::CREATED) {
                self.own.insert(id.to_owned());
            }
            entries.push((reply.time, self.timeline.request(&reply, &self.own)));
        }
        while let Some(Some(event)) = self.events.next().now_or_never() {
            self.received.push_back(event?);
        }
        while let Some(event) = self.received.pop_front() {
            let text = event.payload.to_string();
            if self.own.iter().any(|id| text.contains(id)) {
                entries.push((event.time.unwrap_or_default(), self.timeline.event(&event, &self.own)));
                self.seen.push(event);
            }
        }
        entries.sort_by_key(|(time, _)| *time);
        for (_, line) in &entries {
            self.timeline.print(line);
        }
        Ok(())
    }
}
