use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::{Meta, Title};

/// The page's title and description, for the tab, search engines and link previews.
#[component]
pub fn Head(
    /// Without the shop's name.
    #[prop(into)]
    title: TextProp,
    /// One sentence.
    #[prop(into)]
    description: String,
) -> impl IntoView {
    // The server writes the head when the page's signals are gone.
    let title = if cfg!(feature = "ssr") { TextProp::from(untrack(|| title.get()).to_string()) } else { title };
    view! {
        <Title text=title/>
        <Meta name="description" content=description/>
    }
}
