use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::Form;

use super::query;
use crate::{
    components::{Announce, Head, Loading, Pager, TicketGrid, shown},
    live::Live,
    server_fns::tickets::{Listing, find_for_sale},
};

/// How often the list is looked at again.
const PERIOD: Duration = Duration::from_secs(10);

/// Tickets for sale.
#[component]
pub fn Home() -> impl IntoView {
    let (q, after) = (query("q"), query("after"));
    let page = Resource::new(move || (q.get(), after.get()), |(q, after)| find_for_sale(q, after));
    let announcement = Signal::derive(move || match page.get() {
        Some(Ok(Ok(listing))) => counted(&listing, &q.get_untracked()),
        _ => String::new(),
    });
    view! {
        <Head title="Tickets for sale" description="Tickets for concerts, plays and matches, from people who can't go."/>
        <Announce text=announcement/>
        <Form action="/" attr:role="search" attr:class="search">
            <label for="q" class="unseen">"Search by title"</label>
            <input id="q" type="search" name="q" value=move || q.get() prop:value=move || q.get() placeholder="Search by title"/>
            <button type="submit">"Search"</button>
        </Form>
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                shown(page.await, move |listing| {
                    view! { <Tickets listing q=q.get_untracked() after=after.get_untracked()/> }
                })
            })}
        </Transition>
    }
}

#[component]
fn Tickets(listing: Listing, q: String, after: String) -> impl IntoView {
    let live = {
        let (q, after) = (q.clone(), after.clone());
        Live::new(listing, move || find_for_sale(q.clone(), after.clone())).every(PERIOD).signal()
    };
    let tickets = Signal::derive(move || live.with(|listing| listing.tickets.clone()));
    let next = Signal::derive(move || live.with(|listing| listing.next.as_ref().map(ToString::to_string)));
    let none = Memo::new(move |_| tickets.with(Vec::is_empty));
    let later = !after.is_empty();
    let searched = q.clone();
    view! {
        <h1>"Tickets for sale"</h1>
        <Show when=move || none.get() fallback=move || view! { <TicketGrid tickets/> }>
            <Nothing q=searched.clone()/>
        </Show>
        <Pager path="/" q later next/>
    }
}

/// What a search has found, or a page of the list holds, in words.
fn counted(listing: &Listing, q: &str) -> String {
    let of = if q.is_empty() { String::new() } else { format!(" with “{q}” in the title") };
    match (listing.tickets.len(), &listing.next) {
        (0, _) => format!("No ticket{of}."),
        (1, None) => format!("One ticket{of}."),
        (count, None) => format!("{count} tickets{of}."),
        (count, Some(_)) => format!("{count} tickets{of}, and more on the next page."),
    }
}

#[component]
fn Nothing(q: String) -> impl IntoView {
    if q.is_empty() {
        view! {
            <section class="empty">
                <p>"Nothing is for sale just now."</p>
                <p><a href="/tickets/new" class="button">"Sell a ticket"</a></p>
            </section>
        }
        .into_any()
    } else {
        view! {
            <section class="empty">
                <p>"No ticket for sale has “" {q} "” in its title."</p>
                <p><a href="/">"Show all tickets"</a></p>
            </section>
        }
        .into_any()
    }
}
