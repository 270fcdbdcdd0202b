//! What open pages are told.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::DateTime;
use common::{
    api::TicketId,
    messaging::Publisher,
    testing::{eventually, order_cancelled, order_created, ticket_created, ticket_updated},
};
use reqwest::{Method, Response};
use tokio::time::timeout;

use crate::storefront::{Storefront, broker, run, send, with_services, without_services};

/// Opens a stream, once the storefront follows the events.
async fn open(storefront: &Storefront, of: &str) -> Response {
    eventually("changes are told", async || {
        let response = storefront.request(Method::GET, &format!("/live?of={of}")).send().await.unwrap();
        (response.status() == StatusCode::OK).then_some(response)
    })
    .await
}

/// Waits for a notice; false if there is none for a while.
async fn told(stream: &mut Response, wait: Duration) -> bool {
    let notice = async {
        while let Some(piece) = stream.chunk().await.unwrap() {
            if std::str::from_utf8(&piece).unwrap().contains("data:") {
                return true;
            }
        }
        false
    };
    timeout(wait, notice).await.unwrap_or(false)
}

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_page_is_told_of_changes_of_what_it_shows_and_of_nothing_else() {
    run(async {
        let (storefront, broker) = (with_services(), broker().await);
        let (ticket, order) = (ticket_created("20"), order_created("20", DateTime::UNIX_EPOCH));
        let mut page = open(&storefront, ticket.id.as_str()).await;
        let mut another = open(&storefront, TicketId::new().as_str()).await;
        let mut bought = open(&storefront, &format!("{},{}", order.id, TicketId::new())).await;
        let mut list = open(&storefront, "tickets").await;
        assert_eq!(page.headers()["content-type"], "text/event-stream");
        assert_eq!(page.headers()["cache-control"], "no-cache");
        assert_eq!(page.headers()["x-accel-buffering"], "no");

        broker.publish(&ticket_updated(&ticket, 1, "20")).await.unwrap();
        assert!(told(&mut page, LONG).await);
        assert!(told(&mut list, LONG).await);
        broker.publish(&order_cancelled(&order)).await.unwrap();
        assert!(told(&mut bought, LONG).await);
        // Whoever was to be told of these has been by now: events come in their order.
        broker.publish(&ticket_updated(&ticket, 2, "20")).await.unwrap();
        assert!(told(&mut page, LONG).await);
        assert!(!told(&mut another, Duration::from_millis(1)).await, "nothing has changed there");
    });
}

#[test]
fn what_cannot_be_watched_is_refused() {
    run(async {
        let many: Vec<_> = (0..101).map(|it| format!("{it:024}")).collect();
        for of in [
            "",
            "?of=",
            "?of=everything",
            "?of=tickets,",
            "?of=65a000000000000000000001%00",
            &format!("?of={}", many.join(",")),
        ] {
            let refused = send(with_services().request(Method::GET, &format!("/live{of}"))).await;
            refused.refused(400, "of must name up to 100 ids, or tickets", of);
        }
    });
}

#[test]
fn pages_look_for_changes_themselves_while_no_events_arrive() {
    run(async {
        let refused = send(without_services().request(Method::GET, "/live?of=tickets")).await;
        refused.refused(503, "Changes can't be told just now", "without NATS");
    });
}
