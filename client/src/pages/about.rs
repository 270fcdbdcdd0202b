//! What visitors may want to know before they trust the shop.

use leptos::prelude::*;

use super::param;
use crate::{
    components::{Head, page_for},
    server_fns::texts::find_text,
};

/// One of the texts.
#[component]
pub fn About() -> impl IntoView {
    let name = param("text");
    let text = Resource::new(move || name.get(), find_text);
    page_for(text, |text| {
        view! {
            <Head title=text.title.clone() description=format!("{}: what to know about this shop.", text.title)/>
            <div class="prose">
                <h1>{text.title}</h1>
                <div inner_html=text.html></div>
            </div>
        }
    })
}
