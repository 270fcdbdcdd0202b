//! What a ticket is for, as a picture and in words.

use common::api::tickets::{About, Category};
use leptos::prelude::*;

use crate::format;

/// How many colours the style sheet has.
pub const HUES: usize = 8;

/// The colour of a ticket: that of its kind, or one of its own.
pub fn hue(title: &str, about: &About) -> usize {
    match about.kind() {
        Some(Category::Music) => 1,
        Some(Category::Sport) => 3,
        Some(Category::Theatre) => 2,
        Some(Category::Festival) => 5,
        Some(Category::Other) | None => title.bytes().map(usize::from).sum::<usize>() % HUES,
    }
}

/// The first letter of a title, if it has any.
pub fn initial(title: &str) -> Option<String> {
    title.chars().find(|letter| letter.is_alphanumeric()).map(|letter| letter.to_uppercase().to_string())
}

/// The coloured end of a ticket: its date, or its first letter.
#[component]
pub fn Stub(
    title: String,
    about: About,
    /// Across the top of a panel.
    #[prop(optional)]
    banner: bool,
) -> impl IntoView {
    let (hue, kind) = (hue(&title, &about), about.kind().filter(|kind| *kind != Category::Other));
    let kind = kind.map_or("", Category::as_str);
    let class = format!("stub hue-{hue} {kind}{}", if banner { " banner" } else { "" });
    let initial = || initial(&title);
    let (day, month) = about.starts_at.map(format::day_and_month).unzip();
    view! {
        <div class=class aria-hidden="true">
            <span>{day.or_else(initial)}</span>
            {month.map(|month| view! { <small>{month}</small> })}
        </div>
    }
}

/// When and where, in a line; nothing if nobody says.
#[component]
pub fn WhenWhere(about: About) -> impl IntoView {
    let parts = [about.starts_at.map(format::start), about.venue];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    (!line.is_empty()).then(|| view! { <p class="meta" dir="auto">{line}</p> })
}

/// When, where and what, as rows of a list of facts.
#[component]
pub fn AboutRows(about: About) -> impl IntoView {
    let kind = about.kind().map(|kind| format::category(kind).to_owned());
    let rows = [
        ("When", about.starts_at.map(|start| format!("{} ({})", format::start(start), format::offset(start)))),
        ("Where", about.venue),
        ("Seat", about.details),
        ("Kind", kind),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    rows.map(|(name, value)| view! { <dt>{name}</dt><dd dir="auto">{value}</dd> }).collect_view()
}

/// What a ticket costs: itself and nothing else.
#[component]
pub fn Sum(#[prop(into)] price: Signal<String>) -> impl IntoView {
    view! {
        <p class="sum"><span>"1 ticket"</span><span>{price}</span></p>
        <p class="sum"><span>"Fees"</span><span>"none"</span></p>
        <p class="sum total"><span>"Total"</span><span class="price">{price}</span></p>
    }
}
