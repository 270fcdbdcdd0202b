use leptos::{form::ActionForm, prelude::*};

use super::query;
use crate::{
    components::{Alert, Field, Head, Submit},
    forms::Form,
    paths,
    session::Session,
};

/// Signs in.
#[component]
pub fn SignIn() -> impl IntoView {
    let action = Session::current().sign_in;
    action.clear();
    let form = Form::new("sign-in", action);
    let back = query("back");
    view! {
        <Head title="Sign in" description="Sign in to buy and sell tickets."/>
        <h1>"Sign in"</h1>
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Alert form fields=&["email", "password"]/>
            <Field form name="email" label="Email" kind="email" autocomplete="username"/>
            <Field form name="password" label="Password" kind="password" autocomplete="current-password"/>
            <input type="hidden" name="back" value=back/>
            <Submit form label="Sign in"/>
        </ActionForm>
        <p>"New here? " <a href=move || paths::sign_up(&back.get())>"Open an account"</a> "."</p>
    }
}
