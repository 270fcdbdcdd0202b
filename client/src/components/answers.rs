//! Pages for the answers of server functions: content or an error page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};

use super::{Empty, Head};
use crate::{
    answer::{Refusal, Reply},
    paths,
    server_fns::auth::current_user,
    session::Session,
};

/// The page for the answer of `resource`: `page` renders a success; a failure is an
/// error page with its status.
pub fn page_for<T, V>(
    resource: Resource<Reply<T>>,
    page: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=Loading>
            {move || {
                let page = page.clone();
                Suspend::new(async move { rendered(resource.await, page) })
            }}
        </Transition>
    }
}

fn rendered<T, V: IntoView + 'static>(reply: Reply<T>, page: impl FnOnce(T) -> V) -> AnyView {
    match reply {
        Ok(Ok(value)) => page(value).into_any(),
        // An invalid address is a 404, too.
        Ok(Err(Refusal::NotFound | Refusal::Invalid(_))) => view! { <NotFound/> }.into_any(),
        Ok(Err(Refusal::NotAuthorized)) => view! { <NotAuthorized/> }.into_any(),
        Ok(Err(Refusal::Unavailable(_))) => view! { <ErrorPage status=503/> }.into_any(),
        Err(_) => view! { <ErrorPage status=500/> }.into_any(),
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="loading" aria-busy="true">
            <p class="unseen" role="status">"Loading …"</p>
            {(0..6).map(|_| view! { <div class="skeleton"></div> }).collect_view()}
        </div>
    }
}

/// The 404 page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage status=404/> }
}

/// The page of a status: 403, 404, or another for an unavailable shop.
#[component]
pub fn ErrorPage(status: u16) -> impl IntoView {
    respond_with(status);
    let (title, description, heading, text) = match status {
        403 => (
            "No access",
            "This page belongs to another account.",
            "You don't have access to this page",
            "You are signed in with another account than the one that it belongs to.",
        ),
        404 => (
            "Not found",
            "There is no such page.",
            "There is nothing here",
            "The address may be mistyped, or what was here is gone.",
        ),
        _ => (
            "Something went wrong",
            "The shop does not answer just now.",
            "That did not work",
            "The shop does not answer just now. Nothing was lost; please try again in a moment.",
        ),
    };
    let (role, href, link) = match status {
        403 | 404 => (None, "/", "See the tickets for sale"),
        _ => (Some("alert"), "", "Try again"),
    };
    view! {
        <Head title description/>
        <Empty attr:role=role heading text href link/>
    }
}

/// A visitor who is not signed in is redirected to do so; another one gets a 403.
#[component]
fn NotAuthorized() -> impl IntoView {
    // Not the session's user: another tab may have signed out, and sessions expire.
    let user = Resource::new(|| (), |()| current_user());
    let here = use_location().pathname;
    page_for(user, move |user| {
        if user.is_some() {
            return view! { <ErrorPage status=403/> }.into_any();
        }
        // The back button must not lead to this page again.
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        view! { <Redirect path=paths::sign_in(&here.get_untracked()) options/> }.into_any()
    })
}

/// Sets the status of the page that is being rendered; nothing in the browser.
#[cfg_attr(not(feature = "ssr"), expect(unused_variables, reason = "only the server responds"))]
fn respond_with(status: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}

/// Content for signed-in visitors only.
#[component]
pub fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let user = Session::current().user;
    let children = StoredValue::new(children);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match user.await {
                    Ok(Ok(None)) => view! { <NotAuthorized/> }.into_any(),
                    // If auth is unavailable, the other service decides.
                    _ => children.with_value(|children| children()).into_any(),
                }
            })}
        </Suspense>
    }
}
