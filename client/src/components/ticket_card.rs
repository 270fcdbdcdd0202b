use common::api::tickets::Ticket;
use leptos::prelude::*;

use crate::{format, paths};

/// Tickets side by side.
#[component]
pub fn TicketGrid(
    /// In their order.
    #[prop(into)]
    tickets: Signal<Vec<Ticket>>,
    /// Whether they tell what has become of them.
    #[prop(optional)]
    with_standing: bool,
) -> impl IntoView {
    // A ticket that has changed is another entry, as a card shows one state.
    let key = |ticket: &Ticket| (ticket.id.clone(), ticket.version.0);
    view! {
        <ul class="tickets">
            <For each=move || tickets.get() key let:ticket>
                <li><TicketCard ticket with_standing/></li>
            </For>
        </ul>
    }
}

/// A ticket in a list.
#[component]
fn TicketCard(
    ticket: Ticket,
    /// Whether it tells what has become of it.
    #[prop(optional)]
    with_standing: bool,
) -> impl IntoView {
    let standing = with_standing.then(|| view! { <Standing ticket=ticket.clone()/> });
    view! {
        <article class="ticket">
            <h2><a href=paths::ticket(&ticket.id)>{ticket.title}</a></h2>
            <p class="price">{format::money(ticket.price)}</p>
            {standing}
        </article>
    }
}

/// What has become of a ticket.
#[component]
fn Standing(ticket: Ticket) -> impl IntoView {
    let (class, text) = match (ticket.sold, ticket.order_id) {
        (true, _) => ("badge done", "Sold"),
        (false, Some(_)) => ("badge held", "Held by a buyer"),
        (false, None) => ("badge open", "For sale"),
    };
    view! { <p><span class=class>{text}</span></p> }
}
