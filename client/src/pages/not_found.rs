use leptos::prelude::*;

use crate::components::NoSuchPage;

/// Every address that is no page's.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <NoSuchPage/> }
}
