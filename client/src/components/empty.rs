use leptos::prelude::*;

/// A short text in the place of content, and a link onwards.
#[component]
pub fn Empty(
    #[prop(optional)] heading: Option<&'static str>,
    #[prop(into)] text: String,
    /// Where the link leads; an empty address reloads the page.
    #[prop(into)]
    href: String,
    /// The link's text.
    link: &'static str,
) -> impl IntoView {
    let rel = href.is_empty().then_some("external");
    view! {
        <section class="empty">
            {heading.map(|heading| view! { <h1>{heading}</h1> })}
            <p>{text}</p>
            <p><a href=href rel=rel class="button">{link}</a></p>
        </section>
    }
}
