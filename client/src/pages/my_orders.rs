use chrono::{DateTime, Utc};
use common::api::{ids::Id, orders::Order};
use leptos::prelude::*;

use super::{phase::Phase, query};
use crate::{
    answer::Page,
    components::{Empty, Head, Listed, Progress, Stub, When, WhenWhere, page_for},
    format,
    live::{Live, Pace},
    paths,
    server_fns::orders::find_my_orders,
};

/// The visitor's orders.
#[component]
pub fn MyOrders() -> impl IntoView {
    let after = query("after");
    let page = Resource::new(move || after.get(), |after| find_my_orders(after, true));
    view! {
        <Head title="My orders" description="What you have bought, and what is held for you."/>
        {page_for(page, move |page| {
            let after = after.get_untracked();
            let later = !after.is_empty();
            let ids = page.ids(|order| &order.id);
            let live = Live::new(page, move || find_my_orders(after.clone(), false)).watch(&ids, Pace::OWN_LIST, |_| false);
            let page = live.signal();
            let list = move || view! { <OrderLines page/> };
            let text = if later { "There are no older orders." } else { "You have ordered nothing yet." };
            view! {
                <Listed heading="My orders" page list path="/orders" later more="More orders">
                    <Empty text href="/" link="See the tickets for sale"/>
                </Listed>
            }
        })}
    }
}

#[component]
fn OrderLines(page: RwSignal<Page<Order>>) -> impl IntoView {
    // Nobody pays in the list.
    let phase = |order: &Order, now: DateTime<Utc>| {
        Phase::of(order, (order.expires_at - now).num_milliseconds().max(0), &Progress::Loading)
    };
    let lines = move || {
        page.with(|page| page.entries.iter().map(|order| (order.clone(), phase(order, page.now))).collect::<Vec<_>>())
    };
    // An order in another phase gets a new line, as a line is not reactive.
    let key = |(order, phase): &(Order, Phase)| (order.id.clone(), *phase);
    view! {
        <ul class="orders">
            <For each=lines key let:line>
                <li><OrderLine order=line.0 phase=line.1/></li>
            </For>
        </ul>
    }
}

#[component]
fn OrderLine(order: Order, phase: Phase) -> impl IntoView {
    let (class, word) = phase.badge();
    let part = match phase {
        Phase::Refunded { part: Some(part), .. } => Some(format!(" {}", format::money(part))),
        _ => None,
    };
    view! {
        <article class="order">
            <Stub title=order.ticket.title.clone() about=order.ticket.about.clone()/>
            <div class="body">
                <h2 dir="auto"><a href=paths::order(&order.id)>{order.ticket.title}</a></h2>
                <WhenWhere about=order.ticket.about/>
                <p class="meta">"Ordered " <When time=order.id.created_at()/></p>
                <p class="line">
                    <span class="price">{format::money(order.ticket.price)}</span>
                    <span><span class=class>{word}</span>{part}</span>
                </p>
            </div>
        </article>
    }
}
