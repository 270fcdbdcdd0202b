use common::api::tickets::Ticket;
use leptos::prelude::*;

use crate::{answer::Page, format, paths};

/// Tickets side by side.
#[component]
pub fn TicketGrid(
    page: RwSignal<Page<Ticket>>,
    /// Whether each shows if it is for sale, held or sold.
    #[prop(optional)]
    with_standing: bool,
) -> impl IntoView {
    // A changed ticket gets a new card, as a card is not reactive.
    let key = |ticket: &Ticket| (ticket.id.clone(), ticket.version.0);
    view! {
        <ul class="tickets">
            <For each=move || page.with(|page| page.entries.clone()) key let:ticket>
                <li><TicketCard ticket with_standing/></li>
            </For>
        </ul>
    }
}

#[component]
fn TicketCard(ticket: Ticket, with_standing: bool) -> impl IntoView {
    let (class, standing) = match (ticket.sold, ticket.order_id) {
        (true, _) => ("badge done", "Sold"),
        (false, Some(_)) => ("badge held", "Held by a buyer"),
        (false, None) => ("badge open", "For sale"),
    };
    view! {
        <article class="ticket">
            <h2><a href=paths::ticket(&ticket.id)>{ticket.title}</a></h2>
            <p class="price">{format::money(ticket.price)}</p>
            {with_standing.then(|| view! { <p><span class=class>{standing}</span></p> })}
        </article>
    }
}
