use leptos::prelude::*;

/// Says aloud what a text has changed to. The region is there from the start, as
/// screen readers don't announce what comes along with its region, and it is
/// silent about what the page says anyway.
#[component]
pub fn Announce(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let news = RwSignal::new(String::new());
    Effect::new(move |first: Option<()>| {
        let text = text.get();
        if first.is_some() {
            news.set(text);
        }
    });
    view! { <span class="unseen" role="status">{news}</span> }
}
