use leptos::{form::ActionForm, prelude::*};

use super::query;
use crate::{
    components::{Alert, Field, Head, Submit},
    forms::Form,
    paths,
    session::Session,
};

/// Creates an account.
#[component]
pub fn SignUp() -> impl IntoView {
    let action = Session::current().sign_up;
    action.clear();
    let form = Form::new("sign-up", action);
    let back = query("back");
    view! {
        <Head title="Sign up" description="Open an account to buy and sell tickets."/>
        <h1>"Sign up"</h1>
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Alert form fields=&["email", "password"]/>
            <Field form name="email" label="Email" kind="email" autocomplete="username"/>
            <Field form name="password" label="Password" kind="password" autocomplete="new-password" hint="4 to 30 characters"/>
            <input type="hidden" name="back" value=back/>
            <Submit form label="Open the account"/>
        </ActionForm>
        <p>"Been here before? " <a href=move || paths::sign_in(&back.get())>"Sign in"</a> "."</p>
    }
}
