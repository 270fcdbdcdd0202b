use std::collections::HashSet;

use common::api::{TicketId, tickets::Ticket};
use leptos::prelude::*;

use super::{Stub, WhenWhere};
use crate::{answer::Page, format, paths};

/// Tickets side by side.
#[component]
pub fn TicketGrid(
    page: RwSignal<Page<Ticket>>,
    /// Whether each shows if it is for sale, held or sold.
    #[prop(optional)]
    with_standing: bool,
    /// Those that are not for sale any more.
    #[prop(optional, into)]
    gone: Option<Signal<HashSet<TicketId>>>,
) -> impl IntoView {
    // A changed ticket gets a new card, as a card is not reactive.
    let key = |ticket: &Ticket| (ticket.id.clone(), ticket.version.0);
    view! {
        <ul class="tickets">
            <For each=move || page.with(|page| page.entries.clone()) key let:ticket>
                <li><TicketCard ticket with_standing gone/></li>
            </For>
        </ul>
    }
}

#[component]
fn TicketCard(ticket: Ticket, with_standing: bool, gone: Option<Signal<HashSet<TicketId>>>) -> impl IntoView {
    let id = ticket.id.clone();
    let is_gone = Memo::new(move |_| gone.is_some_and(|gone| gone.with(|gone| gone.contains(&id))));
    let (class, standing) = match (ticket.sold, ticket.order_id, ticket.withdrawn) {
        (true, _, _) if ticket.handover_deposited == Some(false) => ("badge held", "Sold, the buyer waits for it"),
        (true, _, _) => ("badge done", "Sold"),
        (false, Some(_), _) => ("badge held", "Held by a buyer"),
        (false, None, true) => ("badge over", "Withdrawn"),
        (false, None, false) => ("badge open", "For sale"),
    };
    view! {
        <article class="ticket" class:gone=is_gone>
            <Stub title=ticket.title.clone() about=ticket.about.clone()/>
            <div class="body">
                <h2 dir="auto"><a href=paths::ticket(&ticket.id)>{ticket.title}</a></h2>
                <WhenWhere about=ticket.about/>
                <p class="line">
                    <span class="price">{format::money(ticket.price)}</span>
                    {move || is_gone.get().then(|| view! { <span class="badge over">"No longer for sale"</span> })}
                    {with_standing.then(|| view! { <span class=class>{standing}</span> })}
                </p>
            </div>
        </article>
    }
}
