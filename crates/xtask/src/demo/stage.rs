//! A running shop as the demo sees it: what it answers, and the events that pass.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use common::api::users::User;
use common::events::Event;
use common::messaging::ObservedEvent;
use http::StatusCode;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};

use super::facts::{facts, publisher, short_path};
use super::timeline::{Entry, Kind, Timeline};
use crate::shopper::{Call, Reply, Shopper};
use crate::stack::Inventory;
use crate::watch::{Seen, Watch};

/// How long anything may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(15);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// One shop, told of in a timeline.
pub(super) struct Stage<'a> {
    pub(super) timeline: &'a Timeline,
    gateway: String,
    watch: Watch,
    /// Events about this demo's people and things; others may use the shop as well.
    seen: Vec<Seen>,
    ours: HashSet<String>,
    untold: Vec<Entry>,
}

impl<'a> Stage<'a> {
    /// The shop of a stack, whose events are watched already.
    pub(super) fn new(inventory: &Inventory, watch: Watch, timeline: &'a Timeline) -> Result<Self> {
        let gateway = inventory.gateway.clone().context("the stack has no gateway to shop at")?;
        Ok(Self { timeline, gateway, watch, seen: Vec::new(), ours: HashSet::new(), untold: Vec::new() })
    }

    /// Somebody new, signed up.
    pub(super) async fn newcomer(&mut self, name: &str) -> Result<Shopper> {
        let shopper = Shopper::new(name)?;
        self.ask::<User>(&shopper, shopper.sign_up(), StatusCode::CREATED).await?;
        Ok(shopper)
    }

    /// Asks once.
    pub(super) async fn ask<T: DeserializeOwned>(
        &mut self,
        who: &Shopper,
        call: Call,
        status: StatusCode,
    ) -> Result<T> {
        self.ask_until(who, call, |_| true).await?.read(status)
    }

    /// Asks for something that its service may not have heard of yet: again and
    /// again while it is not found.
    pub(super) async fn ask_when_known<T: DeserializeOwned>(
        &mut self,
        who: &Shopper,
        call: Call,
        status: StatusCode,
    ) -> Result<T> {
        self.ask_until(who, call, |reply| reply.status != StatusCode::NOT_FOUND).await?.read(status)
    }

    /// Asks again and again until the answer is as it should be, and tells of
    /// the last time. When the time is up, that is as it should not be.
    pub(super) async fn ask_until(
        &mut self,
        who: &Shopper,
        call: Call,
        good: impl Fn(&Reply) -> bool,
    ) -> Result<Reply> {
        let deadline = Instant::now() + PATIENCE;
        let mut times = 1;
        let answer = loop {
            let answer = who.send(&self.gateway, &call).await;
            if answer.as_ref().map_or(true, |reply| good(reply) || Instant::now() > deadline) {
                break answer;
            }
            times += 1;
            sleep(PAUSE).await;
        };
        if let Ok(reply) = &answer {
            self.note_reply(who, &call, reply, times);
        }
        self.tell()?;
        answer
    }

    /// Waits for an event that is as described, or has it if it has passed already.
    pub(super) async fn event<E: Event>(&mut self, what: &str, like: impl Fn(&E) -> bool) -> Result<(E, Seen)> {
        self.event_within(PATIENCE, what, like).await
    }

    /// The same with more patience.
    pub(super) async fn event_within<E: Event>(
        &mut self,
        patience: Duration,
        what: &str,
        like: impl Fn(&E) -> bool,
    ) -> Result<(E, Seen)> {
        let deadline = Instant::now() + patience;
        loop {
            self.tell()?;
            let read = |seen: &Seen| serde_json::from_value(seen.event.payload.clone()).ok().filter(&like);
            let mut found = self.seen.iter().filter(|seen| seen.event.subject == E::SUBJECT);
            if let Some(found) = found.find_map(|seen| Some((read(seen)?, seen.clone()))) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(passed) = timeout(left, self.watch.next()).await else {
                bail!("no {} came within {} s: {what}", E::SUBJECT, patience.as_secs());
            };
            self.note_event(passed?);
        }
    }

    fn note_reply(&mut self, who: &Shopper, call: &Call, reply: &Reply, times: usize) {
        // What an answer has created is ours, and so are the events about it.
        if let Some(id) = reply.body["id"].as_str().filter(|_| reply.status == StatusCode::CREATED) {
            self.ours.insert(id.to_owned());
        }
        let asked = if times > 1 { format!(" (asked {times} times)") } else { String::new() };
        self.untold.push(Entry {
            at: reply.sent,
            kind: Kind::Request(reply.took),
            who: who.name.clone(),
            what: format!("{} {}", call.method, short_path(&call.path)),
            code: reply.status.as_str().to_owned(),
            facts: facts(&reply.body, &self.ours, self.timeline) + &asked,
        });
    }

    fn note_event(&mut self, seen: Seen) {
        let ObservedEvent { subject, payload, .. } = &seen.event;
        let text = payload.to_string();
        if !self.ours.iter().any(|id| text.contains(id)) {
            return;
        }
        let mut payload = payload.clone();
        let version = payload.as_object_mut().and_then(|object| object.remove("version"));
        self.untold.push(Entry {
            at: seen.at,
            kind: Kind::Event,
            who: publisher(*subject).to_owned(),
            what: subject.to_string(),
            code: version.map(|version| format!("v{version}")).unwrap_or_default(),
            facts: facts(&payload, &self.ours, self.timeline),
        });
        self.seen.push(seen);
    }

    /// Tells of all that has happened so far, in its order.
    fn tell(&mut self) -> Result<()> {
        while let Some(seen) = self.watch.passed()? {
            self.note_event(seen);
        }
        self.untold.sort_by_key(|entry| entry.at);
        self.untold.drain(..).for_each(|entry| self.timeline.tell(&entry));
        Ok(())
    }
}
