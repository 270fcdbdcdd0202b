//! The storefront: pages, and what open ones are told.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use common::api::TicketId;
use futures::future::try_join_all;
use futures::{Stream, StreamExt};
use http::{Method, StatusCode};
use tokio::time::timeout;

use super::Bench;
use super::figures::{Column, Row, Section};
use super::load::Requests;
use super::market;
use super::purchases::timed;
use super::requests::{Kind, request};
use super::usage;

/// Much longer than it takes.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// What a page is told.
const NOTICE: &[u8] = b"data: changed";

impl Bench<'_> {
    /// Pages as the server renders them, and open pages.
    pub(super) async fn pages(&self) -> Result<Section> {
        let (seller, buyer) = (self.visitor("seller").await?, self.visitor("buyer").await?);
        let listed = market::tickets(&seller.shopper, 50).await?;
        let target = self.target("client")?;
        let mut rows = Vec::new();
        let ticket = format!("/tickets/{}", listed[0]);
        for (name, path) in [("front page", "/"), ("page of a ticket", ticket.as_str())] {
            let get = |_| Some(request(&Method::GET, path, &buyer.cookie, None));
            let ours = Requests { target, request: &get, status: StatusCode::OK };
            rows.push(self.measure(Kind { name, ours, bare: None, rate: 30 }).await?);
        }
        rows.push(self.told(&listed[0]).await?);
        let how = format!(
            "As above, sent to the storefront itself by somebody who is signed in. Then {} open lists; from a new ticket's\n  \
             201 until each is told, {} times.",
            self.plan.streams, self.plan.rounds,
        );
        Ok(Section { title: "Pages".into(), how, rows })
    }

    /// Open pages that are told of a change.
    async fn told(&self, listed: &TicketId) -> Result<Row> {
        let seller = self.visitor("seller").await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("http://{}/live?of=tickets,{listed}", self.target("client")?.address);
        let open = async || {
            let reply = http.get(&url).send().await?.error_for_status()?;
            let mut notices = reply.bytes_stream();
            // The first message says how soon to come back.
            notices.next().await.context("a stream ends at once")??;
            anyhow::Ok(notices)
        };
        let mut streams = try_join_all((0..self.plan.streams).map(|_| open())).await?;
        let mut times = Vec::new();
        for _ in 0..self.plan.rounds {
            seller.shopper.list("Bench: a seat", "12.50").await?;
            let began = Instant::now();
            let told = try_join_all(streams.iter_mut().map(|stream| until_told(stream, began)));
            times.extend(timeout(TIME_LIMIT, told).await.context("some pages are not told")??);
        }
        let row = timed("open pages are told", times);
        let resident = self.target("client")?.pid.and_then(usage::resident);
        self.steps.done("open pages");
        Ok(resident.into_iter().fold(row, |row, resident| row.with(Column::Resident, resident)))
    }
}

async fn until_told(
    stream: &mut (impl Stream<Item = reqwest::Result<impl AsRef<[u8]>>> + Unpin),
    began: Instant,
) -> Result<Duration> {
    while let Some(bytes) = stream.next().await {
        if bytes?.as_ref().windows(NOTICE.len()).any(|part| part == NOTICE) {
            return Ok(began.elapsed());
        }
    }
    bail!("a stream has ended")
}
