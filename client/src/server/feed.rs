//! Tells open pages of changes, by server-sent events
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).
//!
//! A page names what it shows, and hears only that something of it has changed: what it
//! shows then, it asks for as before. So nobody learns here what they may not see.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderName,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use common::{
    api::TicketId,
    error::{ApiError, chain},
    messaging::{Broker, BrokerConfig, BrokerError, ObservedEvent},
};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use tokio::{
    sync::Notify,
    time::{interval, sleep},
};
use tokio_util::sync::CancellationToken;

/// What a page of the list watches: every ticket.
const ALL_TICKETS: &str = "tickets";
/// How many ids a page may watch: those of a full list.
const MOST_IDS: usize = 100;
/// How many pages may watch at a time.
const MOST_PAGES: usize = 4096;
/// How often a silent stream shows that it is alive: more often than proxies (`proxy-read-timeout`
/// of the ingress) and the server's own limits close one.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long NATS may be away before pages are told so.
const LOOK: Duration = Duration::from_secs(1);
/// The pause before NATS is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// Browsers come back after a stream's end within these milliseconds: not all at once.
const RETRY: std::ops::Range<u64> = 1_000..4_000;

/// The pages that are open. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Feed(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    /// Ends all streams; nothing while no events arrive.
    up: Option<CancellationToken>,
    /// Whom to tell, by what they watch.
    watching: HashMap<String, Vec<Arc<Notify>>>,
    open: usize,
}

/// What an event is about. A ticket that an order names is not: tickets tells in an event of
/// its own what became of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    id: Option<String>,
    order_id: Option<String>,
}

impl Feed {
    /// Passes events on until `stop`. While none arrive, there are no streams, and pages look
    /// for changes themselves.
    pub(super) async fn run(self, config: BrokerConfig, stop: CancellationToken) {
        // One for all attempts: its client tries to connect for ever, even if nobody waits for it.
        let broker = match config.connect_in_background().await {
            Ok(broker) => broker,
            Err(error) => return tracing::error!(error = chain(&error), "the events can't be followed"),
        };
        while !stop.is_cancelled() {
            if let Some(Err(error)) = stop.run_until_cancelled(Box::pin(self.follow(&broker))).await {
                tracing::warn!(error = chain(&error), "no events arrive, open pages look for changes");
            }
            self.end_streams();
            stop.run_until_cancelled(sleep(PAUSE)).await;
        }
    }

    async fn follow(&self, broker: &Broker) -> Result<(), BrokerError> {
        if !broker.is_connected() {
            tracing::info!("waiting for NATS, open pages look for changes meanwhile");
            until_connected(broker, true).await;
        }
        let mut events = broker.watch().await?;
        self.lock().up = Some(CancellationToken::new());
        tracing::info!("open pages are told of changes");
        let mut lost = std::pin::pin!(until_connected(broker, false));
        loop {
            tokio::select! {
                event = events.try_next() => match event? {
                    Some(event) => self.tell(event),
                    None => return Ok(()),
                },
                () = &mut lost => return Ok(()),
            }
        }
    }

    /// Tells the pages that show what an event is about.
    fn tell(&self, event: ObservedEvent) {
        // Pages show tickets and orders. What the other services say, orders has to receive
        // first, and tells then: pages that asked before would see nothing new.
        let is_ticket = match event.subject.as_str().split_once(':') {
            Some(("ticket", _)) => true,
            Some(("order", _)) => false,
            _ => return,
        };
        let Ok(About { id, order_id }) = serde_json::from_value(event.payload) else { return };
        let ids = [id, order_id, is_ticket.then(|| ALL_TICKETS.to_owned())];
        let pages = self.lock();
        for page in ids.into_iter().flatten().filter_map(|id| pages.watching.get(&id)).flatten() {
            page.notify_one();
        }
    }

    /// A page that watches these; `None` if there are too many pages or no events arrive.
    fn watch(&self, ids: HashSet<String>) -> Option<Watch> {
        let mut pages = self.lock();
        let up = pages.up.clone().filter(|_| pages.open < MOST_PAGES)?;
        let changed = Arc::new(Notify::new());
        pages.open += 1;
        for id in &ids {
            pages.watching.entry(id.clone()).or_default().push(changed.clone());
        }
        Some(Watch { feed: self.clone(), ids, changed, up })
    }

    fn end_streams(&self) {
        if let Some(up) = self.lock().up.take() {
            up.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns once NATS is there, or is not. Its client waits for it in silence.
async fn until_connected(broker: &Broker, wanted: bool) {
    let mut looks = interval(LOOK);
    while broker.is_connected() != wanted {
        looks.tick().await;
    }
}

/// An open page.
struct Watch {
    feed: Feed,
    ids: HashSet<String>,
    changed: Arc<Notify>,
    up: CancellationToken,
}

impl Watch {
    /// Waits for a change; `None` if no more will be told.
    async fn changed(&self) -> Option<()> {
        self.up.run_until_cancelled(self.changed.notified()).await
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut pages = self.feed.lock();
        pages.open -= 1;
        for id in &self.ids {
            if let Some(others) = pages.watching.get_mut(id) {
                others.retain(|page| !Arc::ptr_eq(page, &self.changed));
                if others.is_empty() {
                    pages.watching.remove(id);
                }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Watched {
    /// `tickets`, or ids of tickets and orders, with commas between them.
    of: String,
}

/// A stream of notices that something has changed.
pub(super) async fn live(
    State(feed): State<Feed>,
    watched: Result<Query<Watched>, QueryRejection>,
) -> Result<Response, ApiError> {
    let ids = watched.ok().and_then(|Query(watched)| ids(&watched.of));
    let ids = ids.ok_or_else(|| ApiError::bad_request("of must name up to 100 ids, or tickets"))?;
    let watch = feed.watch(ids).ok_or_else(|| ApiError::Unavailable("Changes can't be told just now".into()))?;
    let changes = stream::unfold(watch, async |watch| {
        watch.changed().await?;
        Some((Event::default().data("changed"), watch))
    });
    let pause = RETRY.start + RandomState::new().hash_one(()) % (RETRY.end - RETRY.start);
    let first = Event::default().retry(Duration::from_millis(pause));
    let events = stream::once(async { first }).chain(changes).map(Ok::<_, Infallible>);
    // nginx would keep notices back until it has a buffer full of them.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response())
}

fn ids(of: &str) -> Option<HashSet<String>> {
    let valid = |id: &str| id == ALL_TICKETS || id.parse::<TicketId>().is_ok();
    let ids: HashSet<_> = of.split(',').take(MOST_IDS + 1).map(str::to_owned).collect();
    (ids.len() <= MOST_IDS && ids.iter().all(|id| valid(id))).then_some(ids)
}
