use std::time::Duration;

use chrono::{DateTime, Utc};
use common::api::orders::{Order, OrderStatus};
use leptos::prelude::*;

use crate::{
    components::{Head, Loading, When, shown},
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
    let page = Resource::new(|| (), |()| find_my_orders());
    view! {
        <Head title="My orders" description="What you have bought, and what is held for you."/>
        <Suspense fallback=Loading>
            {move || Suspend::new(async move { shown(page.await, |view| view! { <Orders view/> }) })}
        </Suspense>
    }
}

#[component]
fn Orders(view: OrdersView) -> impl IntoView {
    let live = Live::new(view, find_my_orders).every(PERIOD).signal();
    let none = Memo::new(move |_| live.with(|view| view.orders.is_empty()));
    // An entry is another one once its badge is.
    let lines = move || {
        live.with(|view| view.orders.iter().map(|order| (order.clone(), standing(order, view.now))).collect::<Vec<_>>())
    };
    let key = |(order, standing): &(Order, Standing)| (order.id.clone(), *standing);
    view! {
        <h1>"My orders"</h1>
        <Show
            when=move || none.get()
            fallback=move || view! {
                <ul class="orders">
                    <For each=lines key let:line>
                        <li><OrderLine order=line.0 standing=line.1/></li>
                    </For>
                </ul>
            }
        >
            <section class="empty">
                <p>"You have ordered nothing yet."</p>
                <p><a href="/" class="button">"See the tickets for sale"</a></p>
            </section>
        </Show>
    }
}

#[component]
fn OrderLine(order: Order, standing: Standing) -> impl IntoView {
    let (class, standing) = standing;
    let ordered = format::created(order.id.as_str()).map(|time| view! { <When time/> });
    view! {
        <article class="order">
            <h2><a href=paths::order(&order.id)>{order.ticket.title}</a></h2>
            <p class="price">{format::money(order.ticket.price)}</p>
            <p><span class=class>{standing}</span></p>
            <p class="muted">"Ordered " {ordered}</p>
        </article>
    }
}

/// How an order's badge looks, and what it says.
type Standing = (&'static str, &'static str);

fn standing(order: &Order, now: DateTime<Utc>) -> Standing {
    match order.status {
        OrderStatus::Complete => ("badge done", "Paid"),
        OrderStatus::Cancelled if order.refunded => ("badge over", "Refunded"),
        OrderStatus::Cancelled => ("badge over", "Cancelled"),
        OrderStatus::Created | OrderStatus::AwaitingPayment if order.expires_at <= now => ("badge over", "Expired"),
        OrderStatus::Created | OrderStatus::AwaitingPayment => ("badge held", "Waiting for payment"),
    }
}
