use leptos::prelude::*;

use crate::paths;

/// The ways to other pages of a list.
#[component]
pub fn Pager(
    /// The list's own address.
    path: &'static str,
    /// What is searched for.
    #[prop(optional)]
    q: String,
    /// Whether this is not the first page.
    later: bool,
    /// The id of the entry after which the next page begins, if there is one.
    #[prop(into)]
    next: Signal<Option<String>>,
    /// What leads to the next page.
    #[prop(default = "More tickets")]
    more: &'static str,
) -> impl IntoView {
    let query = if q.is_empty() { String::new() } else { format!("q={}", paths::encoded(&q)) };
    let first = format!("{path}?{query}");
    let following = move || {
        next.get().map(|id| {
            let separator = if query.is_empty() { "" } else { "&" };
            let href = format!("{path}?{query}{separator}after={id}");
            view! { <a href=href rel="next" class="button secondary">{more}</a> }
        })
    };
    view! {
        <nav class="pages" aria-label="Pages">
            {later.then(|| view! { <a href=first>"Back to the newest"</a> })}
            {following}
        </nav>
    }
}
