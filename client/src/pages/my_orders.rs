use chrono::{DateTime, Utc};
use common::api::orders::{Order, OrderStatus};
use leptos::prelude::*;

use crate::{
    components::{Head, Loading, When, shown},
    format, paths,
    server_fns::orders::{OrdersView, find_my_orders},
};

/// The visitor's orders.
#[component]
pub fn MyOrders() -> impl IntoView {
    let page = Resource::new(|| (), |()| find_my_orders());
    view! {
        <Head title="My orders" description="What you have bought, and what is held for you."/>
        <h1>"My orders"</h1>
        <Suspense fallback=Loading>
            {move || Suspend::new(async move { shown(page.await, |view| view! { <Orders view/> }) })}
        </Suspense>
    }
}

#[component]
fn Orders(view: OrdersView) -> impl IntoView {
    if view.orders.is_empty() {
        return view! {
            <section class="empty">
                <p>"You have ordered nothing yet."</p>
                <p><a href="/" class="button">"See the tickets for sale"</a></p>
            </section>
        }
        .into_any();
    }
    let now = view.now;
    let rows: Vec<_> = view.orders.into_iter().map(|order| view! { <li><OrderLine order now/></li> }).collect();
    view! { <ul class="orders">{rows}</ul> }.into_any()
}

#[component]
fn OrderLine(order: Order, now: DateTime<Utc>) -> impl IntoView {
    let (class, standing) = standing(&order, now);
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

/// What an order is called, and how its badge looks.
fn standing(order: &Order, now: DateTime<Utc>) -> (&'static str, &'static str) {
    match order.status {
        OrderStatus::Complete => ("badge done", "Paid"),
        OrderStatus::Cancelled if order.refunded => ("badge over", "Refunded"),
        OrderStatus::Cancelled => ("badge over", "Cancelled"),
        OrderStatus::Created | OrderStatus::AwaitingPayment if order.expires_at <= now => ("badge over", "Expired"),
        OrderStatus::Created | OrderStatus::AwaitingPayment => ("badge held", "Waiting for payment"),
    }
}
