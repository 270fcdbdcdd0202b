//! What stands around every page.

use common::api::users::CurrentUser;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{browser, session::Session};

/// The shop's name and the ways to its pages.
#[component]
pub fn Header() -> impl IntoView {
    let session = Session::current();
    view! {
        <header class="site container">
            <nav aria-label="Main">
                <a href="/" class="brand">"Ticketing"</a>
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match session.user.await {
                            Ok(Ok(Some(user))) => view! { <Account user session/> }.into_any(),
                            Ok(Ok(None)) => view! { <Entrance/> }.into_any(),
                            // Who it is can't be told just now.
                            _ => ().into_any(),
                        }
                    })}
                </Transition>
            </nav>
        </header>
    }
}

#[component]
fn Account(user: CurrentUser, session: Session) -> impl IntoView {
    // Signing out that failed must not go unnoticed.
    let navigate = use_navigate();
    Effect::new(move |_| {
        if matches!(session.sign_out.value().get(), Some(Err(_) | Ok(Err(_)))) {
            navigate("/auth/signout", NavigateOptions::default());
        }
    });
    view! {
        <ul>
            <li><a href="/tickets/new">"Sell a ticket"</a></li>
            <li><a href="/tickets/mine">"My tickets"</a></li>
            <li><a href="/orders">"My orders"</a></li>
            <li class="who">{user.email}</li>
            <li>
                <ActionForm action=session.sign_out>
                    <button type="submit" class="link">"Sign out"</button>
                </ActionForm>
            </li>
        </ul>
    }
}

#[component]
fn Entrance() -> impl IntoView {
    view! {
        <ul>
            <li><a href="/auth/signin">"Sign in"</a></li>
            <li><a href="/auth/signup">"Sign up"</a></li>
        </ul>
    }
}

/// What a buyer should know, on every page.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site container">
            <p>"A ticket that you buy is held for you while you pay. What is not paid in time goes back on sale."</p>
            // Not one of the app's pages: the browser loads it.
            <p><a href="/docs" rel="external">"For developers"</a></p>
        </footer>
    }
}

/// After a click on a link the new page begins where a loaded one would: at its
/// top, for the keyboard and for screen readers too.
#[component]
pub fn FocusAfterNavigation() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            browser::focus_first("#main");
        }
        path
    });
}
