//! Lists, a page at a time.

use std::time::Duration;

use leptos::prelude::*;

use crate::{answer::Page, live::Live, paths};

/// How often a list is refreshed.
pub const LIST_PERIOD: Duration = Duration::from_secs(10);

/// A page of a list that is refreshed, with links to the other pages.
#[component]
pub fn Listed<T: Clone + PartialEq + Send + Sync + 'static>(
    heading: &'static str,
    live: Live<Page<T>>,
    /// Renders the entries.
    list: fn(RwSignal<Page<T>>) -> AnyView,
    /// The list's address.
    path: &'static str,
    /// The words that are searched for.
    #[prop(optional)]
    q: String,
    /// Whether this is not the first page.
    later: bool,
    /// The text of the link to the next page.
    #[prop(default = "More tickets")]
    more: &'static str,
    /// The content of an empty page.
    children: ChildrenFn,
) -> impl IntoView {
    let page = live.signal();
    let is_empty = Memo::new(move |_| page.with(|page| page.entries.is_empty()));
    let query = if q.is_empty() { String::new() } else { format!("q={}&", paths::encoded(&q)) };
    let next = {
        let query = query.clone();
        move || {
            let id = page.with(|page| page.next.clone())?;
            Some(view! { <a href=format!("{path}?{query}after={id}") rel="next" class="button secondary">{more}</a> })
        }
    };
    view! {
        <h1>{heading}</h1>
        <Show when=move || !is_empty.get() fallback=move || children()>{list(page)}</Show>
        <nav class="pages" aria-label="Pages">
            {later.then(|| view! { <a href=format!("{path}?{query}")>"Back to the newest"</a> })}
            {next}
        </nav>
    }
}
