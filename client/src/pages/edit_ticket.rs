use leptos::{form::ActionForm, prelude::*};

use super::param;
use crate::{
    components::{Alert, Empty, ErrorPage, Field, Head, PriceField, SignedIn, Submit, page_for},
    forms::Form,
    paths,
    server_fns::tickets::{Edit, TicketView, find_ticket},
};

/// Changes title and price of a ticket that nobody holds.
#[component]
pub fn EditTicket() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_ticket);
    view! {
        <SignedIn>
            {page_for(page, |view| match view {
                TicketView { mine: false, .. } => view! { <ErrorPage status=403/> }.into_any(),
                view if view.ticket.order_id.is_some() => view! { <Held view/> }.into_any(),
                view => view! { <EditForm view/> }.into_any(),
            })}
        </SignedIn>
    }
}

#[component]
fn EditForm(view: TicketView) -> impl IntoView {
    let action = ServerAction::<Edit>::new();
    let ticket = view.ticket;
    let form = Form::new(format!("edit {}", ticket.id), action);
    let page = paths::ticket(&ticket.id);
    view! {
        <Head title=format!("Edit {}", ticket.title) description="Change a ticket's title and price."/>
        <h1>"Edit a ticket"</h1>
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Alert form fields=&["title", "price"]/>
            <input type="hidden" name="id" value=ticket.id.to_string()/>
            <Field form name="title" label="Title" value=ticket.title/>
            <PriceField form value=ticket.price.to_string()/>
            <Submit form label="Save"/>
        </ActionForm>
        <p><a href=page>"Leave it as it is"</a></p>
    }
}

#[component]
fn Held(view: TicketView) -> impl IntoView {
    let text = if view.ticket.sold {
        "It is sold."
    } else {
        "A buyer holds it just now. If it is not paid in time, it goes back on sale and can be changed again."
    };
    let href = paths::ticket(&view.ticket.id);
    view! {
        <Head title="Can't be edited" description="A ticket that is held or sold stays as it is."/>
        <Empty heading="This ticket can't be changed" text href link="Back to the ticket"/>
    }
}
