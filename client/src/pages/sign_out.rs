use leptos::{form::ActionForm, prelude::*};

use crate::{
    components::{Alert, Head, Submit},
    forms::Form,
    session::Session,
};

/// Signs out after a confirmation: a prefetched link must not sign anybody out.
#[component]
pub fn SignOut() -> impl IntoView {
    let action = Session::current().sign_out;
    let form = Form::new("sign-out", action);
    view! {
        <Head title="Sign out" description="Sign out of Ticketing."/>
        <h1>"Sign out?"</h1>
        <ActionForm action attr:class="narrow">
            <Alert form/>
            <Submit form label="Sign out"/>
        </ActionForm>
    }
}
