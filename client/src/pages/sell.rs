use leptos::{form::ActionForm, prelude::*};

use crate::{
    components::{Alert, FIELDS, Head, SignedIn, Submit, TicketFields},
    forms::Form,
    server_fns::tickets,
};

/// Lists a ticket for sale.
#[component]
pub fn Sell() -> impl IntoView {
    let action = ServerAction::<tickets::Sell>::new();
    let form = Form::new("sell", action);
    view! {
        <Head title="Sell a ticket" description="List a ticket for others to buy."/>
        <SignedIn>
            <h1>"Sell a ticket"</h1>
            <ActionForm action attr:class="narrow" attr:novalidate=true>
                <Alert form fields=FIELDS/>
                <TicketFields form ticket=None/>
                <Submit form label="List the ticket"/>
            </ActionForm>
        </SignedIn>
    }
}
