use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// What a page says of itself: to the tab, to search engines, to whoever shares it.
#[component]
pub fn Head(
    /// Of the page, without the shop's name.
    #[prop(into)]
    title: String,
    /// One sentence.
    #[prop(into)]
    description: String,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <Meta name="description" content=description/>
    }
}
