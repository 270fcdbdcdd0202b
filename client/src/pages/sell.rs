use leptos::{form::ActionForm, prelude::*};

use crate::{
    components::{Alert, Field, Head, PriceField, SignedIn, Submit},
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
                <Alert form fields=&["title", "price"]/>
                <Field form name="title" label="Title" hint="What is it for, and when?"/>
                <PriceField form/>
                <Submit form label="List the ticket"/>
            </ActionForm>
        </SignedIn>
    }
}
