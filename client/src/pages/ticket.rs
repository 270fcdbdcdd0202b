use std::time::Duration;

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Meta;

use super::param;
use crate::{
    components::{Alert, Announce, Head, Loading, Submit, shown},
    format,
    forms::Form,
    live::Live,
    paths,
    server_fns::{
        orders::Buy,
        tickets::{TicketView, find_ticket},
    },
};

/// How often the ticket is looked at again.
const PERIOD: Duration = Duration::from_secs(5);

/// A ticket.
#[component]
pub fn TicketPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_ticket);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move { shown(page.await, |view| view! { <Details view/> }) })}
        </Suspense>
    }
}

#[component]
fn Details(view: TicketView) -> impl IntoView {
    let id = view.ticket.id.clone();
    let url = view.url.clone();
    let live = Live::new(view, move || find_ticket(id.to_string())).every(PERIOD);
    let view = live.signal();
    // A text when read as one, whatever it is made of: titles are a seller's.
    let title = Memo::new(move |_| view.with(|view| view.ticket.title.clone()));
    let price = Memo::new(move |_| view.with(|view| format::money(view.ticket.price)));
    let summary = format!("{} for {}, on Ticketing.", title.get_untracked(), price.get_untracked());
    let offer = Memo::new(move |_| view.with(Offer::of));
    let announcement = Signal::derive(move || match offer.get() {
        Offer::Buy => format!("The ticket is for sale for {}.", price.get()),
        offer => offer.told(),
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
            {move || match offer.get() {
                Offer::Buy => view! { <BuyForm live/> }.into_any(),
                Offer::Edit => view! { <Own live/> }.into_any(),
                Offer::MyOrder(path, sold) => view! { <Bought path sold/> }.into_any(),
                Offer::Nothing { sold, mine } => view! { <Gone sold mine/> }.into_any(),
            }}
        </article>
    }
}

/// What a visitor can do with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Offer {
    Buy,
    Edit,
    MyOrder(String, bool),
    Nothing { sold: bool, mine: bool },
}

impl Offer {
    fn of(view: &TicketView) -> Self {
        match (&view.my_order, &view.ticket.order_id) {
            (Some(order), _) => Self::MyOrder(paths::order(order), view.ticket.sold),
            (None, Some(_)) => Self::Nothing { sold: view.ticket.sold, mine: view.mine },
            (None, None) if view.mine => Self::Edit,
            (None, None) => Self::Buy,
        }
    }

    /// In words.
    fn told(&self) -> String {
        match self {
            Self::Buy | Self::Edit => "The ticket is for sale.".to_owned(),
            Self::MyOrder(_, false) => "The ticket is held for you.".to_owned(),
            Self::MyOrder(_, true) => "You have bought this ticket.".to_owned(),
            Self::Nothing { sold, mine } => gone(*sold, *mine).2.to_owned(),
        }
    }
}

#[component]
fn BuyForm(live: Live<TicketView>) -> impl IntoView {
    let action = ServerAction::<Buy>::new();
    let id = live.signal().with_untracked(|view| view.ticket.id.to_string());
    // What the page shows: at another price the visitor is asked again.
    let price = move || live.signal().with(|view| view.ticket.price.to_string());
    let form = Form::new(format!("buy {id}"), action);
    // Refused because somebody was faster or the price has changed: the page should
    // show so at once.
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

#[component]
fn Own(live: Live<TicketView>) -> impl IntoView {
    let edit = live.signal().with_untracked(|view| paths::edit(&view.ticket.id));
    view! {
        <p><span class="badge open">"For sale"</span></p>
        <p>"This is your own ticket."</p>
        <p><a href=edit class="button">"Edit"</a></p>
    }
}

#[component]
fn Bought(path: String, sold: bool) -> impl IntoView {
    let (badge, text) =
        if sold { ("Yours", "You have bought this ticket.") } else { ("Held for you", "This ticket is held for you.") };
    view! {
        <p><span class="badge done">{badge}</span></p>
        <p>{text}</p>
        <p><a href=path class="button">"Go to your order"</a></p>
    }
}

#[component]
fn Gone(sold: bool, mine: bool) -> impl IntoView {
    let (class, badge, text) = gone(sold, mine);
    view! {
        <p><span class=class>{badge}</span></p>
        <p>{text}</p>
        <p><a href="/">"See other tickets"</a></p>
    }
}

/// The badge's look, its word, and what they mean.
fn gone(sold: bool, mine: bool) -> (&'static str, &'static str, &'static str) {
    match (sold, mine) {
        (true, true) => ("badge done", "Sold", "You have sold this ticket."),
        (true, false) => ("badge done", "Sold", "Somebody has bought this ticket."),
        (false, true) => {
            ("badge held", "Held", "A buyer holds your ticket and is about to pay. Until then it can't be edited.")
        }
        (false, false) => (
            "badge held",
            "Held",
            "Somebody else holds this ticket just now. If it is not paid in time, it goes back on sale here.",
        ),
    }
}
