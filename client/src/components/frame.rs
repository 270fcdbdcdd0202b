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
        <header class="site">
            <nav aria-label="Main" class="container">
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

/// Links of a signed-in visitor, and their menu. A popover opens without a script.
#[component]
fn Account(user: CurrentUser, session: Session) -> impl IntoView {
    // The page to sign out shows why it failed.
    let navigate = use_navigate();
    Effect::new(move |_| {
        if matches!(session.sign_out.value().get(), Some(Err(_) | Ok(Err(_)))) {
            navigate("/auth/signout", NavigateOptions::default());
        }
    });
    // A page behind the open menu would not be noticed.
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        browser::hide_popover("account-menu");
    });
    let initial: String = user.email.chars().take(1).collect();
    let label = format!("Account of {}", user.email);
    view! {
        <ul>
            <li><A exact=true href="/tickets/new" attr:class="pill">"Sell a ticket"</A></li>
            <li class="wide"><A exact=true href="/tickets/mine">"Selling"</A></li>
            <li class="wide"><A exact=true href="/orders">"My orders"</A></li>
            <li>
                <button type="button" class="account" popovertarget="account-menu" aria-label=label>{initial}</button>
                <div id="account-menu" class="menu" popover="auto">
                    <p dir="auto">{user.email}</p>
                    <a href="/tickets/new">"Sell a ticket"</a>
                    <a href="/orders">"My orders"</a>
                    <a href="/tickets/mine">"Selling"</a>
                    <a href="/account">"Account"</a>
                    <ActionForm action=session.sign_out>
                        <button type="submit" class="link">"Sign out"</button>
                    </ActionForm>
                </div>
            </li>
        </ul>
    }
}

#[component]
fn Entrance() -> impl IntoView {
    view! {
        <ul>
            <li><A exact=true href="/auth/signin">"Sign in"</A></li>
            <li><A exact=true href="/auth/signup" attr:class="pill">"Sign up"</A></li>
        </ul>
    }
}

/// What buyers should know, and the pages that say more.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site">
            <div class="container">
                <p>"A ticket that you buy is held for you while you pay. What is not paid in time goes back on sale."</p>
                <ul>
                    <li><a href="/about/how-it-works">"How it works"</a></li>
                    <li><a href="/about/refunds">"Refunds"</a></li>
                    <li><a href="/about/terms">"Terms"</a></li>
                    <li><a href="/about/privacy">"Privacy"</a></li>
                    <li><a href="/about/contact">"Contact"</a></li>
                    // Not one of the app's pages: the browser loads it.
                    <li><a href="/docs" rel="external">"For developers"</a></li>
                </ul>
            </div>
        </footer>
    }
}

/// After client-side navigation the focus moves to the new page's content, as a page
/// load would reset it for keyboards and screen readers.
#[component]
pub fn FocusAfterNavigation() -> impl IntoView {
    let location = use_location();
    Effect::new(move |before: Option<(String, String)>| {
        let now = (location.pathname.get(), location.search.get());
        match before {
            Some((path, _)) if path != now.0 => browser::focus_first(["#main"]),
            // The same page with other content: the pressed link may be gone.
            Some((_, search)) if search != now.1 => browser::keep_focus("#main"),
            _ => {}
        }
        now
    });
}
