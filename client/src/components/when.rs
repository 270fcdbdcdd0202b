use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::{browser, format};

/// A moment: in UTC as the server renders it, in the visitor's own zone and
/// language as soon as the browser can tell.
#[component]
pub fn When(
    /// The moment.
    time: DateTime<Utc>,
) -> impl IntoView {
    let machine = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let shown = RwSignal::new(format::moment(time));
    let local = machine.clone();
    Effect::new(move |_| {
        if let Some(local) = browser::local_time(&local) {
            shown.set(local);
        }
    });
    view! { <time datetime=machine>{shown}</time> }
}
