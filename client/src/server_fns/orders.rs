use chrono::{DateTime, Utc};
use common::api::{
    OrderId,
    orders::{Order, OrderStatus},
};
#[cfg(feature = "ssr")]
use common::api::{TicketId, tickets::Handover};
use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use qrcode::{QrCode, render::svg};
use serde::{Deserialize, Serialize};

use crate::answer::{Page, Reply};
#[cfg(feature = "ssr")]
use crate::{
    answer::{Answer, Refusal},
    api,
    config::Service::{Orders, Tickets},
    forms::finish,
    paths,
    request::server_time,
    server_fns::auth::signed_in,
};

/// An order as its buyer sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// What lets one in, once the order is paid and tickets knows it.
    pub handover: Option<HandoverView>,
    /// The server's time: a visitor's clock may be wrong.
    pub now: DateTime<Utc>,
}

impl OrderView {
    /// Whether nothing more is to come: it is cancelled, or paid and handed over.
    pub fn is_settled(&self) -> bool {
        let handed_over = self.handover.as_ref().is_some_and(|handover| handover.text.is_some());
        self.order.status == OrderStatus::Cancelled || handed_over
    }
}

/// What lets one in, as pages show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverView {
    /// A code or a link; nothing while the seller has not deposited it.
    pub text: Option<String>,
    /// The same as a QR code, an SVG document, unless it is too long.
    pub qr: Option<String>,
}

/// The visitor's orders. The `first` time, not when they are refreshed, auth is asked if the
/// session was ended.
#[server(endpoint = "my-orders", input = GetUrl)]
pub async fn find_my_orders(#[server(default)] after: String, #[server(default)] first: bool) -> Reply<Page<Order>> {
    let path = format!("/api/orders?after={}", paths::encoded(&after));
    Ok(signed_in(first, api::get_page(Orders, &path)).await)
}

/// One of the visitor's orders. The `first` time, not when it is refreshed, auth is asked if
/// the session was ended.
#[server(endpoint = "order", input = GetUrl)]
pub async fn find_order(id: String, #[server(default)] first: bool) -> Reply<OrderView> {
    let Ok(id) = id.parse::<OrderId>() else { return Ok(Err(Refusal::NotFound)) };
    let path = path(id.as_str());
    let order: Order = match signed_in(first, api::get(Orders, &path)).await {
        Ok(order) => order,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let is_kept = order.status == OrderStatus::Complete && (!order.refunded || order.refunded_amount.is_some());
    let handover = if is_kept { handover(&order.ticket.id).await } else { None };
    Ok(Ok(OrderView { order, handover, now: server_time() }))
}

/// What lets one in, unless tickets does not know yet that it is paid, or does not answer.
#[cfg(feature = "ssr")]
async fn handover(ticket: &TicketId) -> Option<HandoverView> {
    let handover = api::get::<Handover>(Tickets, &format!("/api/tickets/{ticket}/handover")).await.ok()?;
    let qr = handover.text.as_ref().and_then(|text| QrCode::new(text).ok());
    let qr = qr.map(|code| code.render::<svg::Color>().min_dimensions(200, 200).build());
    Some(HandoverView { text: handover.text, qr })
}

/// Orders a ticket. The visitor signs in first if necessary. Refused if the ticket no
/// longer costs the `price` that the visitor has seen, or if the visitor is signed in with
/// another `account` by now.
#[server(endpoint = "buy")]
pub async fn buy(
    #[server(default)] ticket: String,
    #[server(default)] price: String,
    #[server(default)] account: String,
) -> Reply<OrderId> {
    let seen = (!price.is_empty()).then_some(price.as_str());
    let answer = reserve(&ticket, seen, &account).await;
    let Ok(id) = ticket.parse::<TicketId>() else { return Ok(finish("buy", "/", &[], answer, paths::order)) };
    if answer == Err(Refusal::NotAuthorized) {
        leptos_axum::redirect(&paths::sign_in(&paths::to_hold(&id, &price)));
        return Ok(answer);
    }
    Ok(finish(&format!("buy {ticket}"), &paths::ticket(&id), &[], answer, paths::order))
}

/// Orders a ticket at the price that was seen, unless another account than that of the
/// session was meant; an empty one is any.
#[cfg(feature = "ssr")]
pub async fn reserve(ticket: &str, seen: Option<&str>, account: &str) -> Answer<OrderId> {
    let request = serde_json::json!({ "ticketId": ticket, "price": seen, "userId": account });
    api::post::<Order>(Orders, "/api/orders", request).await.map(|order| order.id)
}

/// Cancels an order.
#[server(endpoint = "cancel")]
pub async fn cancel(#[server(default)] id: String) -> Reply<()> {
    let answer = api::delete(Orders, &path(&id)).await;
    let page = id.parse().map_or_else(|_| "/orders".to_owned(), |id| paths::order(&id));
    Ok(finish(&format!("cancel {id}"), &page, &[], answer, |()| page.clone()))
}

#[cfg(feature = "ssr")]
fn path(id: &str) -> String {
    format!("/api/orders/{}", paths::encoded(id))
}
