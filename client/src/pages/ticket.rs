use std::time::Duration;

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Meta;

use super::param;
use crate::{
    components::{Alert, Announce, Head, Submit, page_for},
    format,
    forms::Form,
    live::Live,
    paths,
    server_fns::{
        orders::Buy,
        tickets::{TicketView, find_ticket},
    },
};

/// How often the ticket is refreshed.
const PERIOD: Duration = Duration::from_secs(5);

/// A ticket.
#[component]
pub fn TicketPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_ticket);
    page_for(page, |view| view! { <Details view/> })
}

#[component]
fn Details(view: TicketView) -> impl IntoView {
    let id = view.ticket.id.clone();
    let url = view.url.clone();
    let live = Live::new(view, move || find_ticket(id.to_string())).every(PERIOD);
    let view = live.signal();
    let title = Memo::new(move |_| view.with(|view| view.ticket.title.clone()));
    let price = Memo::new(move |_| view.with(|view| format::money(view.ticket.price)));
    let summary = format!("{} for {}, on Ticketing.", title.get_untracked(), price.get_untracked());
    let standing = Memo::new(move |_| view.with(Standing::of));
    let announcement = Signal::derive(move || match standing.get() {
        None => format!("The ticket is for sale for {}.", price.get()),
        Some(standing) => format!("{}. {}", standing.badge, standing.text),
    });
    view! {
        <Head title=title.get_untracked() description=summary.clone()/>
        <Meta property="og:type" content="product"/>
        <Meta property="og:site_name" content="Ticketing"/>
        <Meta property="og:title" content=title.get_untracked()/>
        <Meta property="og:description" content=summary/>
        {url.map(|url| view! { <Meta property="og:url" content=url/> })}
        <Announce text=announcement/>
        <article class="detail">
            <h1>{title}</h1>
            <p class="price">{price}</p>
            {move || match standing.get() {
                None => view! { <BuyForm live/> }.into_any(),
                Some(standing) => view! { <NotForSale standing/> }.into_any(),
            }}
        </article>
    }
}

/// Why the visitor can't buy a ticket, and what they can do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    class: &'static str,
    badge: &'static str,
    text: &'static str,
    link_class: &'static str,
    href: String,
    link: &'static str,
}

impl Standing {
    /// Nothing if the visitor can buy it.
    fn of(view: &TicketView) -> Option<Self> {
        let TicketView { ticket, mine, my_order, .. } = view;
        let (class, badge, text) = match (my_order, &ticket.order_id, ticket.sold, mine) {
            (None, None, _, false) => return None,
            (None, None, _, true) => ("badge open", "For sale", "This is your own ticket."),
            (Some(_), _, true, _) => ("badge done", "Yours", "You have bought this ticket."),
            (Some(_), _, false, _) => ("badge done", "Held for you", "This ticket is held for you."),
            (None, Some(_), true, true) => ("badge done", "Sold", "You have sold this ticket."),
            (None, Some(_), true, false) => ("badge done", "Sold", "Somebody has bought this ticket."),
            (None, Some(_), false, true) => {
                ("badge held", "Held", "A buyer holds your ticket and is about to pay. Until then it can't be edited.")
            }
            (None, Some(_), false, false) => (
                "badge held",
                "Held",
                "Somebody else holds this ticket just now. If it is not paid in time, it goes back on sale here.",
            ),
        };
        let (link_class, href, link) = match (my_order, &ticket.order_id) {
            (Some(order), _) => ("button", paths::order(order), "Go to your order"),
            (None, None) => ("button", paths::edit(&ticket.id), "Edit"),
            (None, Some(_)) => ("", "/".to_owned(), "See other tickets"),
        };
        Some(Self { class, badge, text, link_class, href, link })
    }
}

#[component]
fn NotForSale(standing: Standing) -> impl IntoView {
    view! {
        <p><span class=standing.class>{standing.badge}</span></p>
        <p>{standing.text}</p>
        <p><a href=standing.href class=standing.link_class>{standing.link}</a></p>
    }
}

#[component]
fn BuyForm(live: Live<TicketView>) -> impl IntoView {
    let action = ServerAction::<Buy>::new();
    let id = live.signal().with_untracked(|view| view.ticket.id.to_string());
    // The price that the page shows: at another one the visitor confirms first.
    let price = move || live.signal().with(|view| view.ticket.price.to_string());
    let form = Form::new(format!("buy {id}"), action);
    // After a refusal the page shows at once who holds the ticket or what it costs.
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(Err(_)))) {
            live.refresh();
        }
    });
    view! {
        <ActionForm action>
            <Alert form/>
            <input type="hidden" name="ticket" value=id/>
            <input type="hidden" name="price" value=price/>
            <Submit form label="Buy this ticket"/>
        </ActionForm>
        <p class="muted">"It is held for you while you pay. Nothing is charged yet."</p>
    }
}
