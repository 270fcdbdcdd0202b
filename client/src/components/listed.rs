//! Lists, a page at a time.

use leptos::prelude::*;

use crate::{answer::Page, browser};

/// A page of a list that is refreshed, with links to the other pages.
#[component]
pub fn Listed<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The page's main heading, unless it has one.
    #[prop(optional)]
    heading: Option<&'static str>,
    page: RwSignal<Page<T>>,
    /// Renders the entries.
    #[prop(into)]
    list: ViewFn,
    /// The list's address.
    path: &'static str,
    /// The rest of the list's query, ending in `&`.
    #[prop(optional)]
    query: String,
    /// Whether this is not the first page.
    later: bool,
    /// The text of the link to the next page.
    #[prop(default = "More tickets")]
    more: &'static str,
    /// The content of an empty page.
    children: ChildrenFn,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| page.with(|page| page.entries.is_empty()));
    let next = {
        let query = query.clone();
        move || {
            let id = page.with(|page| page.next.clone())?;
            Some(view! { <a href=format!("{path}?{query}after={id}") rel="next" class="button secondary">{more}</a> })
        }
    };
    browser::return_to_place();
    let first = format!("{path}?{}", query.trim_end_matches('&')).trim_end_matches('?').to_owned();
    view! {
        {heading.map(|heading| view! { <h1>{heading}</h1> })}
        <Show when=move || !is_empty.get() fallback=move || children()>{list.run()}</Show>
        <Show when=move || later || page.with(|page| page.next.is_some())>
            <nav class="pages" aria-label="Pages">
                {later.then(|| view! { <a href=first.clone()>"First page"</a> })}
                {next.clone()}
            </nav>
        </Show>
    }
}
