//! Requests of one kind: how many are answered in a second, and how long each takes.

use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Body;
use common::api::TicketId;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use super::figures::{Column, Row, Section};
use super::load::{Outcome, Pace, Requests, Target, send};
use super::market::{self, Visitor};
use super::{Bench, usage};

/// Tickets for sale while lists are read: as many as a page shows.
const PAGE: usize = 50;

/// A kind of request, and the bare program's of the same kind.
pub(super) struct Kind<'a> {
    pub(super) name: &'a str,
    pub(super) ours: Requests<'a>,
    pub(super) bare: Option<Requests<'a>>,
    /// The constant rate at which answers are timed, in requests per second: about a third of
    /// what two processors manage.
    pub(super) rate: u32,
}

/// A request with a session, and JSON if there is some.
pub(super) fn request(method: &Method, path: &str, cookie: &str, json: Option<String>) -> Request<Body> {
    let request =
        Request::builder().method(method).uri(path).header(header::HOST, "bench").header(header::COOKIE, cookie);
    let request = match json {
        Some(json) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(json)),
        None => request.body(Body::empty()),
    };
    request.unwrap_or_default()
}

impl Bench<'_> {
    /// What visitors ask for most.
    pub(super) async fn requests(&self) -> Result<Section> {
        let (seller, buyer) = (self.visitor("seller").await?, self.visitor("buyer").await?);
        let listed = market::tickets(&seller.shopper, PAGE).await?;
        let mut rows = Vec::new();
        let path = format!("/api/tickets/{}", listed[0]);
        for (name, path, bare, rate) in [
            ("list of 50", "/api/tickets", Some("/list".to_owned()), 300),
            ("one ticket", path.as_str(), Some(format!("/one/{}", listed[0])), 1_000),
            ("search", "/api/tickets?q=bench%20seat", None, 300),
            ("current user", "/api/users/currentuser", Some("/user".to_owned()), 3_000),
        ] {
            let get = |path: &str| request(&Method::GET, path, &buyer.cookie, None);
            let (ours, bare_request) = (|_| Some(get(path)), |_| bare.as_deref().map(get));
            let target = if path.contains("users") { self.target("auth")? } else { self.target("tickets")? };
            let kind = Kind {
                name,
                ours: Requests { target, request: &ours, status: StatusCode::OK },
                bare: bare.is_some().then_some(Requests {
                    target: self.bare,
                    request: &bare_request,
                    status: StatusCode::OK,
                }),
                rate,
            };
            rows.push(self.measure(kind).await?);
        }
        rows.push(self.sign_in(&buyer).await?);
        rows.push(self.create(&seller).await?);
        rows.push(self.reserve(&seller, &buyer).await?);
        let how = format!(
            "Sent to the services themselves. Per second: with 32 connections that are never idle, {} times {:.1} s, ours\n  \
             and the bare program in turn; the ratio is the median of those rounds. The times: at a constant rate, from\n  \
             when a request is due. \"generator\" is its CPU as a share of the service's.",
            self.plan.rounds,
            self.plan.during.as_secs_f64(),
        );
        Ok(Section { title: "Requests".into(), how, rows })
    }

    async fn sign_in(&self, buyer: &Visitor) -> Result<Row> {
        let credentials = buyer.shopper.credentials().to_string();
        let sign_in = |_| Some(request(&Method::POST, "/api/users/signin", "", Some(credentials.clone())));
        let ours = Requests { target: self.target("auth")?, request: &sign_in, status: StatusCode::OK };
        self.measure(Kind { name: "sign in", ours, bare: None, rate: 10 }).await
    }

    async fn create(&self, seller: &Visitor) -> Result<Row> {
        let draft = json!({ "title": "Bench: one more seat", "price": "12.50" }).to_string();
        let post = |path: &str| request(&Method::POST, path, &seller.cookie, Some(draft.clone()));
        let (create, insert) = (|_| Some(post("/api/tickets")), |_| Some(post("/insert")));
        let ours = Requests { target: self.target("tickets")?, request: &create, status: StatusCode::CREATED };
        let bare = Requests { target: self.bare, request: &insert, status: StatusCode::CREATED };
        self.measure(Kind { name: "create a ticket", ours, bare: Some(bare), rate: 300 }).await
    }

    /// Orders of different tickets, each once.
    async fn reserve(&self, seller: &Visitor, buyer: &Visitor) -> Result<Row> {
        let tickets = market::tickets(&seller.shopper, self.plan.reservations).await?;
        let (busy, open) = tickets.split_at(tickets.len() / 2);
        let order = |tickets: &[TicketId], number: u64| {
            let ticket = tickets.get(usize::try_from(number).ok()?)?;
            Some(request(&Method::POST, "/api/orders", &buyer.cookie, Some(json!({ "ticketId": ticket }).to_string())))
        };
        let target = self.target("orders")?;
        let (first, second) = (|number| order(busy, number), |number| order(open, number));
        let requests = |request| Requests { target, request, status: StatusCode::CREATED };
        // Until there are no more tickets.
        let unlimited = Duration::from_mins(10);
        let per_second = send(&requests(&first), Pace::Busy, unlimited).await.context("reserving")?;
        let rate = 200;
        let times = send(&requests(&second), Pace::Open(rate), unlimited).await.context("reserving")?;
        let row = Row::new("reserve a ticket").with(Column::PerSecond, per_second.per_second);
        Ok(finish(row, target, &per_second, &times, rate))
    }

    /// Counts and times one kind of request.
    pub(super) async fn measure(&self, Kind { name, ours, bare, rate }: Kind<'_>) -> Result<Row> {
        let during = self.plan.during;
        send(&ours, Pace::Busy, during / 4).await.context(name.to_owned())?;
        let (mut rates, mut bare_rates, mut ratios, mut last) = (Vec::new(), Vec::new(), Vec::new(), None);
        for _ in 0..self.plan.rounds {
            let outcome = send(&ours, Pace::Busy, during).await.context(name.to_owned())?;
            if let Some(bare) = &bare {
                let per_second = send(bare, Pace::Busy, during).await.context(name.to_owned())?.per_second;
                bare_rates.push(per_second);
                ratios.push(outcome.per_second / per_second);
            }
            rates.push(outcome.per_second);
            last = Some(outcome);
        }
        let busy = last.context("at least one round")?;
        let times = send(&ours, Pace::Open(rate), during * 2).await.context(name.to_owned())?;
        let mut row = Row::new(name).with(Column::PerSecond, median(&mut rates));
        if bare.is_some() {
            row = row
                .with(Column::BarePerSecond, median(&mut bare_rates))
                .with(Column::Ratio, median(&mut ratios))
                .with(Column::LowestRatio, ratios[0])
                .with(Column::HighestRatio, ratios[ratios.len() - 1]);
        }
        self.steps.done(name);
        Ok(finish(row, ours.target, &busy, &times, rate))
    }
}

fn finish(row: Row, target: Target, busy: &Outcome, times: &Outcome, rate: u32) -> Row {
    let row = row
        .with(Column::Rate, rate.into())
        .with(Column::Median, times.millis(50.0))
        .with(Column::P99, times.millis(99.0))
        .with(Column::P999, times.millis(99.9));
    let resident = target.pid.and_then(usage::resident);
    let known = [(Column::Cpu, busy.cpu), (Column::Generator, busy.generator), (Column::Resident, resident)];
    known
        .into_iter()
        .filter_map(|(column, figure)| Some((column, figure?)))
        .fold(row, |row, (column, figure)| row.with(column, figure))
}

/// The middle one; sorts them.
fn median(figures: &mut [f64]) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
