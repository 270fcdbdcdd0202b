use std::time::Duration;

use leptos::prelude::*;

use super::query;
use crate::{
    components::{Head, Loading, Pager, TicketGrid, shown},
    live::Live,
    server_fns::tickets::{Listing, find_my_tickets},
};

/// How often the list is looked at again.
const PERIOD: Duration = Duration::from_secs(10);

/// What the visitor sells.
#[component]
pub fn MyTickets() -> impl IntoView {
    let after = query("after");
    let page = Resource::new(move || after.get(), find_my_tickets);
    view! {
        <Head title="My tickets" description="The tickets that you sell."/>
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                shown(page.await, move |listing| view! { <Mine listing after=after.get_untracked()/> })
            })}
        </Transition>
    }
}

#[component]
fn Mine(listing: Listing, after: String) -> impl IntoView {
    let later = !after.is_empty();
    let live = Live::new(listing, move || find_my_tickets(after.clone())).every(PERIOD).signal();
    let tickets = Signal::derive(move || live.with(|listing| listing.tickets.clone()));
    let next = Signal::derive(move || live.with(|listing| listing.next.as_ref().map(ToString::to_string)));
    let none = Memo::new(move |_| tickets.with(Vec::is_empty));
    view! {
        <h1>"My tickets"</h1>
        <Show when=move || none.get() fallback=move || view! { <TicketGrid tickets with_standing=true/> }>
            <section class="empty">
                <p>"You sell nothing yet."</p>
                <p><a href="/tickets/new" class="button">"Sell a ticket"</a></p>
            </section>
        </Show>
        <Pager path="/tickets/mine" later next/>
    }
}
