use chrono::{DateTime, Utc};
#[cfg(feature = "ssr")]
use chrono::{DurationRound, TimeDelta};
use common::api::{
    OrderId, TicketId, UserId,
    tickets::{Seller, Selling, Ticket},
};
#[cfg(feature = "ssr")]
use common::api::{orders::Order, tickets::Handover};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use serde_json::json;

use crate::answer::{Page, Reply};
#[cfg(feature = "ssr")]
use crate::{
    answer::{Answer, Refusal},
    api,
    config::{
        Hold,
        Service::{Orders, Tickets},
    },
    forms::{finish, finish_here},
    paths,
    request::server_time,
    server_fns::auth::{signed_in, visitor},
};

/// A ticket as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Ticket,
    /// The visitor, if they are signed in.
    pub viewer: Option<UserId>,
    /// Whether the visitor sells it.
    pub mine: bool,
    /// The visitor's order that holds or has bought it.
    pub my_order: Option<OrderId>,
    /// Whether what lets one in is deposited; known of one's own tickets only.
    pub deposited: Option<bool>,
    /// What buyers may know of the seller; nothing of oneself, and in a renewed view.
    pub seller: Option<Seller>,
    /// The page's public address, for link previews.
    pub url: Option<String>,
    /// The server's time, to the minute: whether the event has begun.
    pub now: DateTime<Utc>,
    /// How many seconds an order holds it.
    pub hold: u64,
}

/// A page of what a seller sells, and all of it in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellingView {
    /// Some of the tickets.
    pub page: Page<Ticket>,
    /// All of them.
    pub numbers: Selling,
}

/// The tickets for sale that a query selects: the parameters of the list, encoded.
#[server(endpoint = "for-sale", input = GetUrl)]
pub async fn find_for_sale(#[server(default)] query: String) -> Reply<Page<Ticket>> {
    Ok(api::get_page(Tickets, &format!("/api/tickets?{query}")).await)
}

/// The visitor's tickets in a state, and all of them in numbers. The `first` time, not when
/// they are refreshed, auth is asked if the session was ended.
#[server(endpoint = "my-tickets", input = GetUrl)]
pub async fn find_my_tickets(
    #[server(default)] state: String,
    #[server(default)] after: String,
    #[server(default)] first: bool,
) -> Reply<SellingView> {
    let path = format!("/api/tickets/mine?state={}&after={}", paths::encoded(&state), paths::encoded(&after));
    let (page, numbers) =
        tokio::join!(signed_in(first, api::get_page(Tickets, &path)), api::get(Tickets, "/api/tickets/mine/summary"));
    Ok(page.and_then(|page| Ok(SellingView { page, numbers: numbers? })))
}

/// A ticket.
#[server(endpoint = "ticket", input = GetUrl)]
pub async fn find_ticket(id: String) -> Reply<TicketView> {
    let viewer = async { visitor().await.map(|user| user.map(|user| user.id)) };
    Ok(view(&id, viewer, true).await)
}

/// The same again for the account that the page shows, without the seller.
#[server(endpoint = "renew-ticket", input = GetUrl)]
pub async fn renew_ticket(id: String, #[server(default)] viewer: Option<UserId>) -> Reply<TicketView> {
    Ok(view(&id, async { Ok(viewer) }, false).await)
}

/// What a seller says of a ticket, as the form has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The event's title.
    pub title: String,
    /// In dollars.
    pub price: String,
    /// When it starts by the venue's clock, as browsers send it: `2026-12-31T20:00`.
    pub starts: String,
    /// The venue's offset from UTC in minutes.
    pub offset: String,
    /// Where it takes place.
    pub venue: String,
    /// The kind of event.
    pub category: String,
    /// Seat, block or row.
    pub details: String,
    /// What lets one in, of a new ticket.
    pub handover: String,
}

#[cfg(feature = "ssr")]
impl Said {
    /// The body of a request to tickets.
    fn body(&self) -> serde_json::Value {
        let Self { title, price, venue, category, details, handover, .. } = self;
        json!({
            "title": title, "price": price, "startsAt": self.starts_at(), "venue": venue, "category": category,
            "details": details, "handover": handover,
        })
    }

    /// RFC 3339; what can't be read goes as it is, so that tickets refuses it.
    fn starts_at(&self) -> String {
        let minutes: i32 = self.offset.trim().parse().unwrap_or_default();
        match self.starts.trim() {
            "" => String::new(),
            // Browsers leave out the seconds.
            starts => {
                let seconds = if starts.matches(':').count() == 1 { ":00" } else { "" };
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{starts}{seconds}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }

    fn finish(&self, form: &str, page: &str, answer: Answer<Ticket>) -> Answer<TicketId> {
        let typed = [
            ("title", self.title.as_str()),
            ("price", &self.price),
            ("startsAt", &self.starts),
            ("offset", &self.offset),
            ("venue", &self.venue),
            ("category", &self.category),
            ("details", &self.details),
        ];
        finish(form, page, &typed, answer.map(|ticket| ticket.id), paths::ticket)
    }
}

/// Lists a ticket for sale.
#[server(endpoint = "sell")]
pub async fn sell(#[server(default)] said: Said) -> Reply<TicketId> {
    let answer = api::post::<Ticket>(Tickets, "/api/tickets", said.body()).await;
    Ok(said.finish("sell", "/tickets/new", answer))
}

/// Changes a ticket that is still at the version that the form was shown for.
#[server(endpoint = "edit")]
pub async fn edit(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] said: Said,
) -> Reply<TicketId> {
    let path = format!("/api/tickets/{}", paths::encoded(&id));
    let mut body = said.body();
    body["version"] = version.into();
    let answer = api::put::<Ticket>(Tickets, &path, body).await;
    let page = id.parse().map_or_else(|_| "/".to_owned(), |id| paths::edit(&id));
    Ok(said.finish(&format!("edit {id}"), &page, answer))
}

/// Changes only the price of a ticket that is still at the version that the seller's list
/// showed, in this `state` and on the page `after` a place.
#[server(endpoint = "reprice")]
pub async fn reprice(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
    #[server(default)] state: String,
    #[server(default)] after: String,
) -> Reply<TicketId> {
    let body = json!({ "title": title, "price": price, "version": version });
    let answer = api::put::<Ticket>(Tickets, &format!("/api/tickets/{}", paths::encoded(&id)), body).await;
    let answer = answer.map(|ticket| ticket.id);
    Ok(finish_here(&format!("price {id}"), &paths::selling(&state, &after), &[("price", &price)], answer))
}

/// Deposits what lets one in.
#[server(endpoint = "deposit")]
pub async fn deposit(#[server(default)] id: String, #[server(default)] text: String) -> Reply<()> {
    let path = format!("/api/tickets/{}/handover", paths::encoded(&id));
    let answer = api::put_nothing(Tickets, &path, json!({ "text": text })).await;
    let page = id.parse().map_or_else(|_| "/".to_owned(), |id| paths::ticket(&id));
    Ok(finish_here(&format!("deposit {id}"), &page, &[], answer))
}

/// Takes a ticket off the market.
#[server(endpoint = "withdraw")]
pub async fn withdraw(#[server(default)] id: String) -> Reply<()> {
    let answer = api::delete(Tickets, &format!("/api/tickets/{}", paths::encoded(&id))).await;
    let page = id.parse().map_or_else(|_| "/".to_owned(), |id| paths::withdraw(&id));
    Ok(finish(&format!("withdraw {id}"), &page, &[], answer, |()| "/tickets/mine".into()))
}

#[cfg(feature = "ssr")]
async fn view(id: &str, viewer: impl Future<Output = Answer<Option<UserId>>>, with_seller: bool) -> Answer<TicketView> {
    let id: TicketId = id.parse().map_err(|_| Refusal::NotFound)?;
    let path = format!("/api/tickets/{id}");
    let (ticket, viewer) = tokio::join!(api::get::<Ticket>(Tickets, &path), viewer);
    let (ticket, viewer) = (ticket?, viewer?);
    let mine = viewer.as_ref() == Some(&ticket.user_id);
    let order = async {
        match &ticket.order_id {
            Some(order) if viewer.is_some() && !mine => my_order(order).await,
            _ => Ok(None),
        }
    };
    let seller = async {
        if mine || !with_seller {
            return None;
        }
        api::get(Tickets, &format!("/api/tickets/sellers/{}", ticket.user_id)).await.ok()
    };
    let deposited = async {
        let handover = format!("{path}/handover");
        if mine { api::get::<Handover>(Tickets, &handover).await.ok().map(|it| it.text.is_some()) } else { None }
    };
    let (my_order, seller, deposited) = tokio::join!(order, seller, deposited);
    let my_order = my_order?;
    let now = server_time().duration_trunc(TimeDelta::minutes(1)).unwrap_or_default();
    let url = crate::request::public_url(&paths::ticket(&ticket.id));
    let hold = use_context::<Hold>().map_or(0, |hold| hold.0.as_secs());
    Ok(TicketView { ticket, viewer, mine, my_order, deposited, seller, url, now, hold })
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
