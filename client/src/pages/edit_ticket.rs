use leptos::{form::ActionForm, prelude::*};

use super::own_ticket;
use crate::{
    components::{Alert, Empty, FIELDS, Head, Submit, TicketFields},
    forms::Form,
    paths,
    server_fns::tickets::{Edit, TicketView},
};

/// Changes a ticket that nobody holds.
#[component]
pub fn EditTicket() -> impl IntoView {
    own_ticket(|view| match view {
        view if view.ticket.order_id.is_some() || view.ticket.withdrawn => view! { <Fixed view/> }.into_any(),
        view => view! { <EditForm view/> }.into_any(),
    })
}

#[component]
fn EditForm(view: TicketView) -> impl IntoView {
    let action = ServerAction::<Edit>::new();
    let ticket = view.ticket;
    let form = Form::new(format!("edit {}", ticket.id), action);
    let page = paths::ticket(&ticket.id);
    view! {
        <Head title=format!("Edit {}", ticket.title) description="Change what a ticket says."/>
        <h1>"Edit a ticket"</h1>
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Alert form fields=FIELDS/>
            <input type="hidden" name="id" value=ticket.id.to_string()/>
            <input type="hidden" name="version" value=ticket.version.to_string()/>
            <TicketFields form ticket=Some(ticket)/>
            <Submit form label="Save"/>
        </ActionForm>
        <p><a href=page>"Cancel"</a></p>
    }
}

#[component]
fn Fixed(view: TicketView) -> impl IntoView {
    let text = match (view.ticket.sold, view.ticket.withdrawn) {
        (true, _) => "It is sold.",
        (false, true) => "You have withdrawn it.",
        (false, false) => "A buyer is paying for this ticket. You can edit it again if they don't.",
    };
    let href = paths::ticket(&view.ticket.id);
    view! {
        <Head title="Can't be edited" description="A ticket that is held, sold or withdrawn stays as it is."/>
        <Empty heading="This ticket can't be changed" text href link="Back to the ticket"/>
    }
}
