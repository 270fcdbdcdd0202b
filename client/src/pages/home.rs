use common::api::tickets::Ticket;
use leptos::prelude::*;
use leptos_router::components::Form;

use super::query;
use crate::{
    answer::Page,
    components::{Announce, Empty, Head, LIST_PERIOD, Listed, TicketGrid, page_for},
    live::Live,
    server_fns::tickets::find_for_sale,
};

/// The tickets for sale.
#[component]
pub fn Home() -> impl IntoView {
    let (q, after) = (query("q"), query("after"));
    let page = Resource::new(move || (q.get(), after.get()), |(q, after)| find_for_sale(q, after));
    let announcement = Signal::derive(move || match page.get() {
        Some(Ok(Ok(page))) => counted(&page, &q.get_untracked()),
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
        {page_for(page, move |page| view! { <Tickets page q=q.get_untracked() after=after.get_untracked()/> })}
    }
}

#[component]
fn Tickets(page: Page<Ticket>, q: String, after: String) -> impl IntoView {
    let later = !after.is_empty();
    let words = q.clone();
    let live = Live::new(page, move || find_for_sale(words.clone(), after.clone())).every(LIST_PERIOD);
    let list = |page| view! { <TicketGrid page/> }.into_any();
    let (text, href, link) = if q.is_empty() {
        ("Nothing is for sale just now.".to_owned(), "/tickets/new", "Sell a ticket")
    } else {
        (format!("No ticket for sale has “{q}” in its title."), "/", "Show all tickets")
    };
    view! {
        <Listed heading="Tickets for sale" live list path="/" q later>
            <Empty text=text.clone() href link/>
        </Listed>
    }
}

/// The number of tickets on the page, in words.
fn counted(page: &Page<Ticket>, q: &str) -> String {
    let of = if q.is_empty() { String::new() } else { format!(" with “{q}” in the title") };
    match (page.entries.len(), &page.next) {
        (0, _) => format!("No ticket{of}."),
        (1, None) => format!("One ticket{of}."),
        (count, None) => format!("{count} tickets{of}."),
        (count, Some(_)) => format!("{count} tickets{of}, and more on the next page."),
    }
}
