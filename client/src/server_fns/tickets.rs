#[cfg(feature = "ssr")]
use common::api::orders::Order;
use common::api::{OrderId, TicketId, tickets::Ticket};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    answer::Refusal,
    api::{
        Service::{Auth, Orders, Tickets},
        Visitor,
    },
    forms::finish,
    paths,
};

/// A page of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Newest first.
    pub tickets: Vec<Ticket>,
    /// The ticket after which the next page begins, if there is one.
    pub next: Option<TicketId>,
}

/// A ticket as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// Whether it is the visitor's own.
    pub mine: bool,
    /// The visitor's order that holds or has bought it.
    pub my_order: Option<OrderId>,
    /// The page's address, for whoever shares it.
    pub url: Option<String>,
}

/// Tickets that nobody holds, of which each word of `q` begins a word of the title.
#[server(endpoint = "for-sale", input = GetUrl)]
pub async fn find_for_sale(
    #[server(default)] q: String,
    #[server(default)] after: String,
) -> Result<Answer<Listing>, ServerFnError> {
    let path = format!("/api/tickets?q={}&after={}", paths::encoded(&q), paths::encoded(&after));
    Ok(listing(&path).await)
}

/// What the visitor sells: for sale, held and sold.
#[server(endpoint = "my-tickets", input = GetUrl)]
pub async fn find_my_tickets(#[server(default)] after: String) -> Result<Answer<Listing>, ServerFnError> {
    Ok(listing(&format!("/api/tickets/mine?after={}", paths::encoded(&after))).await)
}

/// A ticket.
#[server(endpoint = "ticket", input = GetUrl)]
pub async fn find_ticket(id: String) -> Result<Answer<TicketView>, ServerFnError> {
    Ok(view(&id).await)
}

/// Lists a ticket for sale.
#[server(endpoint = "sell")]
pub async fn sell(
    #[server(default)] title: String,
    #[server(default)] price: String,
) -> Result<Answer<TicketId>, ServerFnError> {
    let draft = serde_json::json!({ "title": title, "price": price });
    let answer = async { Visitor::current()?.post::<Ticket>(Tickets, "/api/tickets", &draft).await };
    let answer = answer.await.map(|ticket| ticket.id);
    Ok(finish("sell", "/tickets/new", &[("title", &title), ("price", &price)], answer, paths::ticket))
}

/// Changes a ticket's title and price.
#[server(endpoint = "edit")]
pub async fn edit(
    #[server(default)] id: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
) -> Result<Answer<TicketId>, ServerFnError> {
    let draft = serde_json::json!({ "title": title, "price": price });
    let path = format!("/api/tickets/{}", paths::encoded(&id));
    let answer = async { Visitor::current()?.put::<Ticket>(Tickets, &path, &draft).await };
    let answer = answer.await.map(|ticket| ticket.id);
    let page = id.parse().map_or_else(|_| "/".to_owned(), |id| paths::edit(&id));
    Ok(finish(&format!("edit {id}"), &page, &[("title", &title), ("price", &price)], answer, paths::ticket))
}

#[cfg(feature = "ssr")]
async fn listing(path: &str) -> Answer<Listing> {
    let (tickets, more) = Visitor::current()?.get_page::<Vec<Ticket>>(Tickets, path).await?;
    let next = tickets.last().filter(|_| more).map(|ticket| ticket.id.clone());
    Ok(Listing { tickets, next })
}

#[cfg(feature = "ssr")]
async fn view(id: &str) -> Answer<TicketView> {
    use common::api::users::CurrentUserBody;

    let visitor = Visitor::current()?;
    let id: TicketId = id.parse().map_err(|_| Refusal::NotFound)?;
    let path = format!("/api/tickets/{id}");
    let (ticket, user) = tokio::join!(
        visitor.get::<Ticket>(Tickets, &path),
        visitor.get::<CurrentUserBody>(Auth, "/api/users/currentuser")
    );
    let (ticket, user) = (ticket?, user?.current_user);
    let mine = user.as_ref().is_some_and(|user| user.id == ticket.user_id);
    let my_order = match (&ticket.order_id, &user) {
        (Some(order), Some(_)) if !mine => match visitor.get::<Order>(Orders, &format!("/api/orders/{order}")).await {
            Ok(order) => Some(order.id),
            // Somebody else's.
            Err(Refusal::NotAuthorized | Refusal::NotFound) => None,
            Err(refusal) => return Err(refusal),
        },
        _ => None,
    };
    let url = crate::server::public_url(&paths::ticket(&ticket.id));
    Ok(TicketView { ticket, mine, my_order, url })
}
