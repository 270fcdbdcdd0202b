//! What is shown of an answer, and instead of one.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};

use super::Head;
use crate::{
    answer::{Answer, Refusal},
    paths,
    server_fns::auth::current_user,
    session::Session,
};

/// The page for an answer: what `page` makes of a success, else what went wrong,
/// with the right status.
pub fn shown<T, V: IntoView + 'static>(reply: Result<Answer<T>, ServerFnError>, page: impl FnOnce(T) -> V) -> AnyView {
    match reply {
        Ok(Ok(value)) => page(value).into_any(),
        // An address that asks for what can't be is no page's either.
        Ok(Err(Refusal::NotFound | Refusal::Invalid(_))) => view! { <NoSuchPage/> }.into_any(),
        Ok(Err(Refusal::NotAuthorized)) => view! { <NotAllowed/> }.into_any(),
        Ok(Err(Refusal::Unavailable(_))) => view! { <Failed status=503/> }.into_any(),
        Err(_) => view! { <Failed status=500/> }.into_any(),
    }
}

/// While an answer is awaited.
#[component]
pub fn Loading() -> impl IntoView {
    view! { <p class="loading" aria-busy="true" role="status">"Loading …"</p> }
}

/// There is no such thing.
#[component]
pub fn NoSuchPage() -> impl IntoView {
    respond_with(404);
    view! {
        <Head title="Not found" description="There is no such page."/>
        <section class="empty">
            <h1>"There is nothing here"</h1>
            <p>"The address may be mistyped, or what was here is gone."</p>
            <p><a href="/" class="button">"See the tickets for sale"</a></p>
        </section>
    }
}

/// The shop, or a part of it, does not answer.
#[component]
pub fn Failed(
    /// The status to answer with.
    status: u16,
) -> impl IntoView {
    respond_with(status);
    view! {
        <Head title="Something went wrong" description="The shop does not answer just now."/>
        <section class="empty" role="alert">
            <h1>"That did not work"</h1>
            <p>"The shop does not answer just now. Nothing was lost; please try again in a moment."</p>
            <p><a href="" rel="external" class="button">"Try again"</a></p>
        </section>
    }
}

/// It is somebody's own page: whoever is not signed in does so first.
#[component]
fn NotAllowed() -> impl IntoView {
    // Asked anew: another tab may have signed out, and sessions end.
    let user = Resource::new(|| (), |()| current_user());
    let here = use_location().pathname.get_untracked();
    view! {
        <Suspense fallback=Loading>
            {move || {
                let here = here.clone();
                Suspend::new(async move {
                    match user.await {
                        Ok(Ok(Some(_))) => view! { <SomebodyElses/> }.into_any(),
                        Ok(Ok(None)) => view! { <SignInFirst here/> }.into_any(),
                        _ => view! { <Failed status=503/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn SignInFirst(here: String) -> impl IntoView {
    // In the place of this page: the back button must not lead here again.
    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
    view! { <Redirect path=paths::sign_in(&here) options/> }
}

/// Whoever is signed in is not the one whose page it is.
#[component]
pub fn SomebodyElses() -> impl IntoView {
    respond_with(403);
    view! {
        <Head title="Not yours" description="This page is somebody else's."/>
        <section class="empty">
            <h1>"This page is somebody else's"</h1>
            <p>"You are signed in with another account than the one that it belongs to."</p>
            <p><a href="/" class="button">"See the tickets for sale"</a></p>
        </section>
    }
}

/// Sets the status of the page that is being rendered; in the browser there is none.
#[cfg(feature = "ssr")]
pub fn respond_with(status: u16) {
    let response = use_context::<leptos_axum::ResponseOptions>();
    if let (Some(response), Ok(status)) = (response, http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Sets the status of the page that is being rendered; in the browser there is none.
#[cfg(not(feature = "ssr"))]
pub fn respond_with(_: u16) {}

/// What only somebody who is signed in gets to see.
#[component]
pub fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let user = Session::current().user;
    let children = StoredValue::new(children);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match user.await {
                    Ok(Ok(None)) => view! { <NotAllowed/> }.into_any(),
                    // Who it is can't be told just now: the service will know.
                    _ => children.with_value(|children| children()).into_any(),
                }
            })}
        </Suspense>
    }
}
