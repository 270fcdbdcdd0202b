use chrono::{DateTime, Utc};
use common::api::{OrderId, orders::Order};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::answer::{Page, Reply};
#[cfg(feature = "ssr")]
use crate::{answer::Refusal, api, config::Service::Orders, forms::finish, paths, request::server_time};

/// An order as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// The server's time: a visitor's clock may be wrong.
    pub now: DateTime<Utc>,
}

/// The visitor's orders.
#[server(endpoint = "my-orders", input = GetUrl)]
pub async fn find_my_orders(#[server(default)] after: String) -> Reply<Page<Order>> {
    let path = format!("/api/orders?after={}", paths::encoded(&after));
    Ok(api::get_page(Orders, &path, |order: &Order| order.id.to_string()).await)
}

/// One of the visitor's orders.
#[server(endpoint = "order", input = GetUrl)]
pub async fn find_order(id: String) -> Reply<OrderView> {
    let Ok(id) = id.parse::<OrderId>() else { return Ok(Err(Refusal::NotFound)) };
    let order = api::get(Orders, &path(id.as_str())).await;
    Ok(order.map(|order| OrderView { order, now: server_time() }))
}

/// Orders a ticket. The visitor signs in first if necessary. Refused if the ticket no
/// longer costs the `price` that the visitor has seen.
#[server(endpoint = "buy")]
pub async fn buy(#[server(default)] ticket: String, #[server(default)] price: String) -> Reply<OrderId> {
    let price = (!price.is_empty()).then_some(price);
    let request = serde_json::json!({ "ticketId": ticket, "price": price });
    let answer = api::post::<Order>(Orders, "/api/orders", request).await.map(|order| order.id);
    let page = ticket.parse().map_or_else(|_| "/".to_owned(), |id| paths::ticket(&id));
    if answer == Err(Refusal::NotAuthorized) {
        leptos_axum::redirect(&paths::sign_in(&page));
        return Ok(answer);
    }
    Ok(finish(&format!("buy {ticket}"), &page, &[], answer, paths::order))
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
