use common::api::{OrderId, TicketId, tickets::Ticket};
#[cfg(feature = "ssr")]
use common::api::{orders::Order, users::CurrentUserBody};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use serde_json::json;

use crate::answer::{Page, Reply};
#[cfg(feature = "ssr")]
use crate::{
    answer::{Answer, Refusal},
    api,
    config::Service::{Auth, Orders, Tickets},
    forms::finish,
    paths,
};

/// A ticket as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// Whether the visitor sells it.
    pub mine: bool,
    /// The visitor's order that holds or has bought it.
    pub my_order: Option<OrderId>,
    /// The page's public address, for link previews.
    pub url: Option<String>,
}

/// Tickets that nobody holds. Each word of `q` is the beginning of a word of the title.
#[server(endpoint = "for-sale", input = GetUrl)]
pub async fn find_for_sale(#[server(default)] q: String, #[server(default)] after: String) -> Reply<Page<Ticket>> {
    let path = format!("/api/tickets?q={}&after={}", paths::encoded(&q), paths::encoded(&after));
    Ok(page(&path).await)
}

/// The visitor's tickets: for sale, held and sold.
#[server(endpoint = "my-tickets", input = GetUrl)]
pub async fn find_my_tickets(#[server(default)] after: String) -> Reply<Page<Ticket>> {
    Ok(page(&format!("/api/tickets/mine?after={}", paths::encoded(&after))).await)
}

/// A ticket.
#[server(endpoint = "ticket", input = GetUrl)]
pub async fn find_ticket(id: String) -> Reply<TicketView> {
    Ok(view(&id).await)
}

/// Lists a ticket for sale.
#[server(endpoint = "sell")]
pub async fn sell(#[server(default)] title: String, #[server(default)] price: String) -> Reply<TicketId> {
    let answer = api::post::<Ticket>(Tickets, "/api/tickets", json!({ "title": title, "price": price })).await;
    Ok(finish_draft("sell", "/tickets/new", &title, &price, answer))
}

/// Changes a ticket's title and price.
#[server(endpoint = "edit")]
pub async fn edit(
    #[server(default)] id: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
) -> Reply<TicketId> {
    let path = format!("/api/tickets/{}", paths::encoded(&id));
    let answer = api::put::<Ticket>(Tickets, &path, json!({ "title": title, "price": price })).await;
    let page = id.parse().map_or_else(|_| "/".to_owned(), |id| paths::edit(&id));
    Ok(finish_draft(&format!("edit {id}"), &page, &title, &price, answer))
}

#[cfg(feature = "ssr")]
fn finish_draft(form: &str, page: &str, title: &str, price: &str, answer: Answer<Ticket>) -> Answer<TicketId> {
    finish(form, page, &[("title", title), ("price", price)], answer.map(|ticket| ticket.id), paths::ticket)
}

#[cfg(feature = "ssr")]
async fn page(path: &str) -> Answer<Page<Ticket>> {
    api::get_page(Tickets, path, |ticket: &Ticket| ticket.id.to_string()).await
}

#[cfg(feature = "ssr")]
async fn view(id: &str) -> Answer<TicketView> {
    let id: TicketId = id.parse().map_err(|_| Refusal::NotFound)?;
    let path = format!("/api/tickets/{id}");
    let (ticket, user) =
        tokio::join!(api::get::<Ticket>(Tickets, &path), api::get::<CurrentUserBody>(Auth, "/api/users/currentuser"));
    let (ticket, user) = (ticket?, user?.current_user);
    let mine = user.as_ref().is_some_and(|user| user.id == ticket.user_id);
    let my_order = match &ticket.order_id {
        Some(order) if user.is_some() && !mine => my_order(order).await?,
        _ => None,
    };
    let url = crate::request::public_url(&paths::ticket(&ticket.id));
    Ok(TicketView { ticket, mine, my_order, url })
}

/// The order's id if it is the visitor's.
#[cfg(feature = "ssr")]
async fn my_order(id: &OrderId) -> Answer<Option<OrderId>> {
    match api::get::<Order>(Orders, &format!("/api/orders/{id}")).await {
        Ok(order) => Ok(Some(order.id)),
        Err(Refusal::NotAuthorized | Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}
