use std::time::Duration;

use chrono::{DateTime, Utc};
use common::api::orders::Order;
use leptos::prelude::*;

use super::{phase::Phase, query};
use crate::{
    components::{Head, Loading, Pager, Progress, When, shown},
    format,
    live::Live,
    paths,
    server_fns::orders::{OrdersView, find_my_orders},
};

/// How often the list is looked at again.
const PERIOD: Duration = Duration::from_secs(10);

/// The visitor's orders.
#[component]
pub fn MyOrders() -> impl IntoView {
    let after = query("after");
    let page = Resource::new(move || after.get(), find_my_orders);
    view! {
        <Head title="My orders" description="What you have bought, and what is held for you."/>
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                shown(page.await, move |view| view! { <Orders view after=after.get_untracked()/> })
            })}
        </Transition>
    }
}

#[component]
fn Orders(view: OrdersView, after: String) -> impl IntoView {
    let later = !after.is_empty();
    let live = Live::new(view, move || find_my_orders(after.clone())).every(PERIOD).signal();
    let next = Signal::derive(move || live.with(|view| view.next.as_ref().map(ToString::to_string)));
    let none = Memo::new(move |_| live.with(|view| view.orders.is_empty()));
    // An entry is another one once its badge is.
    let lines = move || {
        live.with(|view| view.orders.iter().map(|order| (order.clone(), phase(order, view.now))).collect::<Vec<_>>())
    };
    let key = |(order, phase): &(Order, Phase)| (order.id.clone(), *phase);
    view! {
        <h1>"My orders"</h1>
        <Show
            when=move || none.get()
            fallback=move || view! {
                <ul class="orders">
                    <For each=lines key let:line>
                        <li><OrderLine order=line.0 phase=line.1/></li>
                    </For>
                </ul>
            }
        >
            <section class="empty">
                <p>{if later { "There are no older orders." } else { "You have ordered nothing yet." }}</p>
                <p><a href="/" class="button">"See the tickets for sale"</a></p>
            </section>
        </Show>
        <Pager path="/orders" later next more="More orders"/>
    }
}

#[component]
fn OrderLine(order: Order, phase: Phase) -> impl IntoView {
    let (class, word) = phase.badge();
    let part = match phase {
        Phase::Refunded { part: Some(part), .. } => Some(format!(" {}", format::money(part))),
        _ => None,
    };
    let ordered = format::created(order.id.as_str()).map(|time| view! { <When time/> });
    view! {
        <article class="order">
            <h2><a href=paths::order(&order.id)>{order.ticket.title}</a></h2>
            <p class="price">{format::money(order.ticket.price)}</p>
            <p><span class=class>{word}</span>{part}</p>
            <p class="muted">"Ordered " {ordered}</p>
        </article>
    }
}

/// That of an order in the list, where nobody pays.
fn phase(order: &Order, now: DateTime<Utc>) -> Phase {
    let milliseconds_left = (order.expires_at - now).num_milliseconds().max(0);
    Phase::of(order, milliseconds_left, &Progress::Loading)
}
