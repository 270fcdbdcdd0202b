//! Signing in and signing up.

use leptos::{form::ActionForm, prelude::*};

use super::query;
use crate::{
    components::{Alert, Field, Head, Submit},
    format,
    forms::Form,
    paths,
    session::Session,
};

/// Signs in.
#[component]
pub fn SignIn() -> impl IntoView {
    let action = Session::current().sign_in;
    action.clear();
    let (form, back) = (Form::new("sign-in", action), query("back"));
    view! {
        <Head title="Sign in" description="Sign in to buy and sell tickets."/>
        <h1>"Sign in"</h1>
        <AlreadyIn/>
        {move || reason(&back.get(), "Sign in").map(|reason| view! { <p>{reason}</p> })}
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Credentials form back/>
            <Submit form label=move || label(&back.get(), "Sign in")/>
        </ActionForm>
        <p>"New here? " <a href=move || paths::sign_up(&back.get())>"Open an account"</a> "."</p>
    }
}

/// Creates an account.
#[component]
pub fn SignUp() -> impl IntoView {
    let action = Session::current().sign_up;
    action.clear();
    let (form, back) = (Form::new("sign-up", action), query("back"));
    view! {
        <Head title="Sign up" description="Open an account to buy and sell tickets."/>
        <h1>"Sign up"</h1>
        <AlreadyIn/>
        {move || reason(&back.get(), "Open an account").map(|reason| view! { <p>{reason}</p> })}
        <ActionForm action attr:class="narrow" attr:novalidate=true>
            <Credentials form back is_new=true/>
            <Submit form label=move || label(&back.get(), "Open the account")/>
        </ActionForm>
        <p>"Been here before? " <a href=move || paths::sign_in(&back.get())>"Sign in"</a> "."</p>
    }
}

/// Tells a visitor who is signed in already.
#[component]
fn AlreadyIn() -> impl IntoView {
    let user = Session::current().user;
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                match user.await {
                    Ok(Ok(Some(user))) => view! {
                        <p>
                            "You are signed in as " <bdi>{user.email}</bdi> ". " <a href="/">"Go on to the tickets"</a>
                            ", or use another account."
                        </p>
                    }
                    .into_any(),
                    _ => ().into_any(),
                }
            })}
        </Transition>
    }
}

/// Why a visitor is asked to sign in or up, by the page that they go on with.
fn reason(back: &str, verb: &str) -> Option<String> {
    let reason = match back.split(['/', '?']).collect::<Vec<_>>()[..] {
        ["", "tickets", "new"] => "sell a ticket",
        ["", "tickets", "mine", ..] => "see what you sell",
        ["", "orders", ..] => "see your orders",
        _ => {
            let (_, price) = paths::held_after(back)?;
            return Some(format!("{verb} to hold the ticket for {}. You pay on the next page.", format::money(price)));
        }
    };
    Some(format!("{verb} to {reason}."))
}

/// What the button says.
fn label(back: &str, verb: &str) -> String {
    if paths::held_after(back).is_some() { format!("{verb} and hold the ticket") } else { verb.to_owned() }
}

/// Email and password, and the page to go to afterwards.
#[component]
fn Credentials(form: Form, back: Memo<String>, #[prop(optional)] is_new: bool) -> impl IntoView {
    let (autocomplete, hint) = if is_new { ("new-password", "4 to 30 characters") } else { ("current-password", "") };
    view! {
        <Alert form fields=&["email", "password"]/>
        <Field form name="email" label="Email" kind="email" autocomplete="username"/>
        <Field form name="password" label="Password" kind="password" autocomplete hint/>
        <input type="hidden" name="back" value=back/>
    }
}
