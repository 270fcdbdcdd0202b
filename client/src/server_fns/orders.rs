use chrono::{DateTime, Utc};
use common::api::{OrderId, orders::Order};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    answer::Refusal,
    api::{Service::Orders, Visitor},
    forms::finish,
    paths,
    server::server_time,
};

/// An order as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// The server's time: a visitor's clock may be wrong.
    pub now: DateTime<Utc>,
}

/// The visitor's orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersView {
    /// A page of them, newest first.
    pub orders: Vec<Order>,
    /// The order after which the next page begins, if there is one.
    pub next: Option<OrderId>,
    /// The server's time.
    pub now: DateTime<Utc>,
}

/// The visitor's orders, newest first.
#[server(endpoint = "my-orders", input = GetUrl)]
pub async fn find_my_orders(#[server(default)] after: String) -> Result<Answer<OrdersView>, ServerFnError> {
    Ok(async {
        let path = match after.as_str() {
            "" => "/api/orders".to_owned(),
            after => format!("/api/orders?after={}", paths::encoded(after)),
        };
        let (orders, more) = Visitor::current()?.get_page::<Vec<Order>>(Orders, &path).await?;
        let next = orders.last().filter(|_| more).map(|order| order.id.clone());
        Ok(OrdersView { orders, next, now: server_time() })
    }
    .await)
}

/// One of the visitor's orders.
#[server(endpoint = "order", input = GetUrl)]
pub async fn find_order(id: String) -> Result<Answer<OrderView>, ServerFnError> {
    Ok(async {
        let id: OrderId = id.parse().map_err(|_| Refusal::NotFound)?;
        let order = Visitor::current()?.get(Orders, &path(id.as_str())).await?;
        Ok(OrderView { order, now: server_time() })
    }
    .await)
}

/// Holds a ticket for the visitor, who signs in first if need be. It is refused if
/// it does not cost the `price` any more that the visitor has seen.
#[server(endpoint = "buy")]
pub async fn buy(
    #[server(default)] ticket: String,
    #[server(default)] price: String,
) -> Result<Answer<OrderId>, ServerFnError> {
    let price = (!price.is_empty()).then_some(price);
    let wish = serde_json::json!({ "ticketId": ticket, "price": price });
    let answer = async { Visitor::current()?.post::<Order>(Orders, "/api/orders", &wish).await };
    let answer = answer.await.map(|order| order.id);
    let page = ticket.parse().map_or_else(|_| "/".to_owned(), |id| paths::ticket(&id));
    if answer == Err(Refusal::NotAuthorized) {
        leptos_axum::redirect(&paths::sign_in(&page));
        return Ok(answer);
    }
    Ok(finish(&format!("buy {ticket}"), &page, &[], answer, paths::order))
}

/// Gives an order up.
#[server(endpoint = "cancel")]
pub async fn cancel(#[server(default)] id: String) -> Result<Answer<()>, ServerFnError> {
    let answer = async { Visitor::current()?.delete(Orders, &path(&id)).await };
    let page = id.parse().map_or_else(|_| "/orders".to_owned(), |id| paths::order(&id));
    Ok(finish(&format!("cancel {id}"), &page, &[], answer.await, |()| page.clone()))
}

#[cfg(feature = "ssr")]
fn path(id: &str) -> String {
    format!("/api/orders/{}", paths::encoded(id))
}
