use std::collections::HashSet;

use chrono::{DateTime, Utc};
use common::api::{TicketId, ids::Id, tickets::Ticket};
use leptos::{form::ActionForm, prelude::*};

use super::{Alert, PriceField, Stub, Submit, WhenWhere};
use crate::{
    answer::Page,
    format,
    forms::{Form, form_id},
    paths,
    server_fns::tickets::Reprice,
};

/// A list of one's own tickets: each shows if it is for sale, held or sold, since when it is
/// listed, and a form that changes its price.
#[derive(Clone)]
pub struct Own {
    /// The state that the list is limited to; empty for all.
    pub state: String,
    /// The place after which its page begins; empty for the first.
    pub after: String,
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
    let now = Signal::derive(move || page.with(|page| page.now));
    // A changed ticket gets a new card, as a card is not reactive.
    let key = |ticket: &Ticket| (ticket.id.clone(), ticket.version.0);
    view! {
        <ul class="tickets">
            <For each=move || page.with(|page| page.entries.clone()) key let:ticket>
                <li><TicketCard ticket own=own.clone() now gone/></li>
            </For>
        </ul>
    }
}

#[component]
fn TicketCard(
    ticket: Ticket,
    own: Option<Own>,
    now: Signal<DateTime<Utc>>,
    gone: Option<Signal<HashSet<TicketId>>>,
) -> impl IntoView {
    let id = ticket.id.clone();
    let is_gone = Memo::new(move |_| gone.is_some_and(|gone| gone.with(|gone| gone.contains(&id))));
    let with_standing = own.is_some();
    let about = ticket.about.clone();
    let has_begun = Memo::new(move |_| about.has_begun(now.get()));
    let standing = {
        let is_held = ticket.order_id.is_some();
        let (sold, withdrawn, is_missing) = (ticket.sold, ticket.withdrawn, ticket.handover_deposited == Some(false));
        move || {
            let (class, standing) = match (sold, is_held, withdrawn) {
                (true, _, _) if is_missing => ("badge held", "Sold, the buyer waits for it"),
                (true, _, _) => ("badge done", "Sold"),
                (false, true, _) => ("badge held", "Held by a buyer"),
                (false, false, true) => ("badge over", "Withdrawn"),
                (false, false, false) if has_begun.get() => ("badge over", "Over"),
                (false, false, false) => ("badge open", "For sale"),
            };
            view! { <span class=class>{standing}</span> }
        }
    };
    let listed_at = ticket.id.created_at();
    let listed = move || format::ago(listed_at, now.get());
    let repricing = own.filter(|_| ticket.order_id.is_none() && !ticket.withdrawn).map(|own| (ticket.clone(), own));
    view! {
        <article class="ticket" class:gone=is_gone>
            <Stub title=ticket.title.clone() about=ticket.about.clone()/>
            <div class="body">
                <h2 dir="auto"><a id=format!("ticket-{}", ticket.id) href=paths::ticket(&ticket.id)>{ticket.title}</a></h2>
                <WhenWhere about=ticket.about/>
                <p class="line">
                    <span class="price">{format::money(ticket.price)}</span>
                    {move || is_gone.get().then(|| view! { <span class="badge over">"No longer for sale"</span> })}
                    {with_standing.then_some(standing)}
                </p>
                {with_standing.then(|| view! { <p class="meta">"Listed " {listed}</p> })}
                {repricing.map(|(ticket, own)| view! {
                    <Show when=move || !has_begun.get()><Repricing ticket=ticket.clone() own=own.clone()/></Show>
                })}
            </div>
        </article>
    }
}

/// Changes the price of a ticket where it is listed.
#[component]
fn Repricing(ticket: Ticket, own: Own) -> impl IntoView {
    let action = ServerAction::<Reprice>::new();
    let name = format!("price {}", ticket.id);
    let (form, id) = (Form::new(&name, action), form_id(&name));
    let (label, problem) = (format!("Price of {}", ticket.title), form.problem(|_| true));
    Effect::new(move |_| {
        if let Some(Ok(Ok(id))) = action.value().get() {
            own.changed.run(id);
        }
    });
    view! {
        <details open=problem.with_untracked(Option::is_some)>
            <summary>"Change the price"</summary>
            <ActionForm action attr:id=id attr:aria-label=label attr:novalidate=true>
                <Alert form fields=&["price"]/>
                <input type="hidden" name="id" value=ticket.id.to_string()/>
                <input type="hidden" name="version" value=ticket.version.0/>
                <input type="hidden" name="title" value=ticket.title/>
                <input type="hidden" name="state" value=own.state/>
                <input type="hidden" name="after" value=own.after/>
                <PriceField form id=format!("price-{}", ticket.id) sent="price" value=ticket.price.to_string()/>
                <Submit form label="Save the price" class="secondary outline"/>
            </ActionForm>
        </details>
    }
}
