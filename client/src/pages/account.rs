use leptos::{form::ActionForm, prelude::*};

use crate::{
    components::{Alert, Field, Head, SignedIn, Submit},
    forms::Form,
    server_fns::auth::ChangePassword,
    session::Session,
};

/// Changes the password, or deletes the account.
#[component]
pub fn Account() -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let form = Form::new("password", action);
    let user = Session::current().user;
    let changed = move || matches!(action.value().get(), Some(Ok(Ok(()))));
    view! {
        <Head title="Account" description="Change your password, or delete your account."/>
        <SignedIn>
            <h1>"Account"</h1>
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    match user.await {
                        Ok(Ok(Some(user))) => view! { <p>"Signed in as " <bdi>{user.email}</bdi></p> }.into_any(),
                        _ => ().into_any(),
                    }
                })}
            </Transition>
            <h2>"Change the password"</h2>
            <ActionForm action attr:class="narrow" attr:novalidate=true>
                <Alert form fields=&["password", "newPassword"]/>
                <Field form name="password" label="Present password" kind="password" autocomplete="current-password"/>
                <Field
                    form
                    name="newPassword"
                    sent="new_password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="4 to 30 characters"
                />
                <Submit form label="Change the password"/>
            </ActionForm>
            <p role="status">{move || changed().then_some("The password is changed. Other devices are signed out.")}</p>
            <p class="muted">
                "Other devices are signed out of this shop's pages. Somebody who has copied a session from one could still list and order in your name until it expires, at most seven days later."
            </p>
            <Deletion/>
        </SignedIn>
    }
}

#[component]
fn Deletion() -> impl IntoView {
    let action = Session::current().delete;
    action.clear();
    let form = Form::new("delete-account", action);
    view! {
        <h2>"Delete the account"</h2>
        <p>
            "Your email address and password are removed at once. This can't be undone: you can't see your orders and the tickets that you have bought any more. While you have tickets for sale or hold one, or a buyer waits for one, the account stays."
        </p>
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Alert form fields=&["password"]/>
            <Field
                form
                name="password"
                id="deletion-password"
                label="Password"
                kind="password"
                autocomplete="current-password"
            />
            <Submit form label="Delete the account" class="danger"/>
        </ActionForm>
    }
}
