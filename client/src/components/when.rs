use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::{browser, format};

/// A time: the server renders it in UTC, the browser in the visitor's time zone and language.
#[component]
pub fn When(time: DateTime<Utc>) -> impl IntoView {
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
