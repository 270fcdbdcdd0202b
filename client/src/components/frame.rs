//! The frame around every page.

use common::api::users::CurrentUser;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate},
};

use crate::{browser, session::Session};

/// The shop's name and its navigation.
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
                            // Auth is unavailable.
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
    // The page to sign out shows why it failed.
    let navigate = use_navigate();
    Effect::new(move |_| {
        if matches!(session.sign_out.value().get(), Some(Err(_) | Ok(Err(_)))) {
            navigate("/auth/signout", NavigateOptions::default());
        }
    });
    view! {
        <ul>
            <li><A exact=true href="/tickets/new">"Sell a ticket"</A></li>
            <li><A exact=true href="/tickets/mine">"My tickets"</A></li>
            <li><A exact=true href="/orders">"My orders"</A></li>
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
            <li><A exact=true href="/auth/signin">"Sign in"</A></li>
            <li><A exact=true href="/auth/signup">"Sign up"</A></li>
        </ul>
    }
}

/// The terms that buyers should know.
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

/// After client-side navigation the focus moves to the new page's content, as a page
/// load would reset it for keyboards and screen readers.
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
