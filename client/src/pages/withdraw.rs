use leptos::{form::ActionForm, prelude::*};

use super::own_ticket;
use crate::{
    components::{Alert, Head, Stub, Submit, WhenWhere},
    format,
    forms::Form,
    paths,
    server_fns::tickets::{TicketView, Withdraw},
};

/// Takes a ticket off the market, after a confirmation.
#[component]
pub fn WithdrawTicket() -> impl IntoView {
    own_ticket(|view| view! { <Confirm view/> }.into_any())
}

#[component]
fn Confirm(view: TicketView) -> impl IntoView {
    let action = ServerAction::<Withdraw>::new();
    let ticket = view.ticket;
    let form = Form::new(format!("withdraw {}", ticket.id), action);
    let page = paths::ticket(&ticket.id);
    view! {
        <Head title=format!("Withdraw {}", ticket.title) description="Take a ticket off the market."/>
        <h1>"Withdraw this ticket?"</h1>
        <ul class="tickets">
            <li>
                <article class="ticket">
                    <Stub title=ticket.title.clone() about=ticket.about.clone()/>
                    <div class="body">
                        <h2 dir="auto">{ticket.title}</h2>
                        <WhenWhere about=ticket.about/>
                        <p class="price">{format::money(ticket.price)}</p>
                    </div>
                </article>
            </li>
        </ul>
        <p>"Nobody can buy it any more, and it can't be put on sale again. A buyer who is faster than you keeps it."</p>
        <ActionForm action>
            <Alert form/>
            <input type="hidden" name="id" value=ticket.id.to_string()/>
            <p class="actions">
                <Submit form label="Withdraw it" class="danger"/>
                <a href=page class="button secondary">"Back to the ticket"</a>
            </p>
        </ActionForm>
    }
}
