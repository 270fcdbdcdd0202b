use std::collections::HashSet;

use chrono::{DateTime, Utc};
use common::api::{TicketId, ids::Id, tickets::Ticket};
use leptos::{form::ActionForm, prelude::*};

use super::{Alert, PriceField, Stub, Submit, WhenWhere};
use crate::{answer::Page, format, forms::Form, paths, server_fns::tickets::Reprice};

/// A list of one's own tickets: each shows if it is for sale, held or sold, since when it is
/// listed, and a form that changes its price.
#[derive(Clone)]
pub struct Own {
    /// The state that the list is limited to; empty for all.
    pub state: String,
    /// Called with a ticket whose price was changed.
    pub changed: Callback<TicketId>,
}

/// Tickets side by side.
#[component]
pub fn TicketGrid(
    page: RwSignal<Page<Ticket>>,
    #[prop(optional, into)] own: Option<Own>,
    /// Those that are not for sale any more.
    #[prop(optional, into)]
    gone: Option<Signal<HashSet<TicketId>>>,
) -> impl IntoView {
    // A changed ticket gets a new card, as a card is not reactive.
    let key = |ticket: &Ticket| (ticket.id.clone(), ticket.version.0);
    view! {
        <ul class="tickets">
            <For each=move || page.with(|page| page.entries.clone()) key let:ticket>
                <li><TicketCard ticket own=own.clone() now=page.with_untracked(|page| page.now) gone/></li>
            </For>
        </ul>
    }
}

#[component]
fn TicketCard(
    ticket: Ticket,
    own: Option<Own>,
    now: DateTime<Utc>,
    gone: Option<Signal<HashSet<TicketId>>>,
) -> impl IntoView {
    let id = ticket.id.clone();
    let is_gone = Memo::new(move |_| gone.is_some_and(|gone| gone.with(|gone| gone.contains(&id))));
    let has_begun = ticket.about.starts_at.is_some_and(|start| start.utc() <= now);
    let (class, standing) = match (ticket.sold, &ticket.order_id, ticket.withdrawn) {
        (true, _, _) if ticket.handover_deposited == Some(false) => ("badge held", "Sold, the buyer waits for it"),
        (true, _, _) => ("badge done", "Sold"),
        (false, Some(_), _) => ("badge held", "Held by a buyer"),
        (false, None, true) => ("badge over", "Withdrawn"),
        (false, None, false) if has_begun => ("badge over", "Over"),
        (false, None, false) => ("badge open", "For sale"),
    };
    let with_standing = own.is_some();
    let listed = with_standing.then(|| format::ago(ticket.id.created_at(), now));
    let is_for_sale = ticket.order_id.is_none() && !ticket.withdrawn && !has_begun;
    let repricing = own.filter(|_| is_for_sale).map(|own| (ticket.clone(), own));
    view! {
        <article class="ticket" class:gone=is_gone>
            <Stub title=ticket.title.clone() about=ticket.about.clone()/>
            <div class="body">
                <h2 dir="auto"><a id=format!("ticket-{}", ticket.id) href=paths::ticket(&ticket.id)>{ticket.title}</a></h2>
                <WhenWhere about=ticket.about/>
                <p class="line">
                    <span class="price">{format::money(ticket.price)}</span>
                    {move || is_gone.get().then(|| view! { <span class="badge over">"No longer for sale"</span> })}
                    {with_standing.then(|| view! { <span class=class>{standing}</span> })}
                </p>
                {listed.map(|listed| view! { <p class="meta">"Listed " {listed}</p> })}
                {repricing.map(|(ticket, own)| view! { <Repricing ticket own/> })}
            </div>
        </article>
    }
}

/// Changes the price of a ticket where it is listed.
#[component]
fn Repricing(ticket: Ticket, own: Own) -> impl IntoView {
    let action = ServerAction::<Reprice>::new();
    let form = Form::new(format!("price {}", ticket.id), action);
    let problem = form.problem(|_| true);
    Effect::new(move |_| {
        if let Some(Ok(Ok(id))) = action.value().get() {
            own.changed.run(id);
        }
    });
    view! {
        <details open=problem.with_untracked(Option::is_some)>
            <summary>"Change the price"</summary>
            <ActionForm action attr:novalidate=true>
                <Alert form fields=&["price"]/>
                <input type="hidden" name="id" value=ticket.id.to_string()/>
                <input type="hidden" name="version" value=ticket.version.0/>
                <input type="hidden" name="title" value=ticket.title/>
                <input type="hidden" name="state" value=own.state/>
                <PriceField form id=format!("price-{}", ticket.id) sent="price" value=ticket.price.to_string()/>
                <Submit form label="Save the price" class="secondary outline"/>
            </ActionForm>
        </details>
    }
}
