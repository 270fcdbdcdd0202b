use leptos::prelude::*;

/// Says aloud what a text has changed to. The region is there from the start, as
/// screen readers don't announce what comes along with its region, and it is
/// silent about what the page says anyway.
#[component]
pub fn Announce(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let first = text.get_untracked();
    let news = Memo::new(move |_| text.with(|text| if *text == first { String::new() } else { text.clone() }));
    view! { <span class="unseen" role="status">{news}</span> }
}
