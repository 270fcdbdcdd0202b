use leptos::prelude::*;

/// Announces changes of a text to screen readers. Its first value is part of the page
/// and stays silent. The region exists from the start, as screen readers ignore a region
/// that appears together with its text.
#[component]
pub fn Announce(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let announcement = RwSignal::new(String::new());
    Effect::new(move |first: Option<()>| {
        let text = text.get();
        if first.is_some() {
            announcement.set(text);
        }
    });
    view! { <span class="unseen" role="status">{announcement}</span> }
}
