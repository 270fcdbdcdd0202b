use std::collections::HashSet;

use common::api::{
    TicketId,
    tickets::{Category, Ticket},
};
use leptos::{
    ev::SubmitEvent,
    html::{Form as FormElement, Input},
    prelude::*,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    answer::Page,
    browser,
    components::{Announce, Empty, Head, Listed, TicketGrid, page_for},
    format,
    live::{Live, Pace},
    paths,
    server_fns::tickets::find_for_sale,
};

/// The parameters of the list that the page's address may have.
const PARAMETERS: [&str; 7] = ["q", "category", "from", "to", "minPrice", "maxPrice", "sort"];
const SORTS: [(&str, &str); 4] =
    [("", "Newest"), ("soonest", "Soonest"), ("cheapest", "Cheapest"), ("dearest", "Dearest")];

/// What the page's address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wanted {
    /// The parameters in their order; those that are empty are left out.
    parameters: Vec<(&'static str, String)>,
    after: String,
}

impl Wanted {
    fn get(&self, name: &str) -> &str {
        self.parameters.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }

    /// The same with another value, from the first page on.
    fn with(&self, name: &'static str, value: &str) -> Self {
        let all = PARAMETERS.into_iter().map(|it| (it, if it == name { value } else { self.get(it) }.to_owned()));
        Self { parameters: all.filter(|(_, value)| !value.is_empty()).collect(), after: String::new() }
    }

    /// Encoded, each followed by `&`.
    fn query(&self) -> String {
        let pairs = self.parameters.iter().map(|(name, value)| [*name, "=", &paths::encoded(value), "&"].concat());
        pairs.collect()
    }

    fn page(&self) -> String {
        format!("/?{}", self.query().trim_end_matches('&')).trim_end_matches('?').to_owned()
    }

    /// Whether dates or prices are limited.
    fn is_limited(&self) -> bool {
        ["from", "to", "minPrice", "maxPrice"].iter().any(|name| !self.get(name).is_empty())
    }
}

/// The tickets for sale.
#[component]
pub fn Home() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| {
            let value = |name: &str| query.get_str(name).unwrap_or_default().trim().to_owned();
            let parameters = PARAMETERS.map(|name| (name, value(name))).into_iter();
            Wanted { parameters: parameters.filter(|(_, value)| !value.is_empty()).collect(), after: value("after") }
        })
    });
    let page = Resource::new(move || wanted.get(), |wanted| find_for_sale(request(&wanted, true)));
    let announcement = Signal::derive(move || match page.get() {
        Some(Ok(Ok(page))) => counted(&page, wanted.get_untracked().get("q")),
        _ => String::new(),
    });
    view! {
        <Head title="Tickets for sale" description="Tickets for concerts, plays and matches, from people who can't go."/>
        <Announce text=announcement/>
        <div class="hero">
            <h1>"Tickets from people who can’t go"</h1>
            <p>"Held for you while you pay. Your money goes back in full if anything comes too late."</p>
            <SearchForm wanted/>
        </div>
        {page_for(page, move |page| view! { <Tickets page wanted=wanted.get_untracked()/> })}
    }
}

fn request(wanted: &Wanted, count: bool) -> String {
    format!("{}after={}{}", wanted.query(), paths::encoded(&wanted.after), if count { "&count=true" } else { "" })
}

/// Words, and limits of date and price. Without a script the browser sends it.
#[component]
fn SearchForm(wanted: Memo<Wanted>) -> impl IntoView {
    let (form, words) = (NodeRef::<FormElement>::new(), NodeRef::<Input>::new());
    let navigate = use_navigate();
    let send = move |event: SubmitEvent| {
        let Some(form) = form.get_untracked() else { return };
        event.prevent_default();
        let typed = browser::form_values(&form);
        let with = |wanted: Wanted, (name, value): (&'static str, String)| wanted.with(name, &value);
        let limits = PARAMETERS.into_iter().filter_map(|name| Some((name, typed.get(name)?.trim().to_owned())));
        navigate(&limits.fold(wanted.get_untracked(), with).page(), NavigateOptions::default());
    };
    // The words follow the address, but what was typed before the page came to life stays.
    Effect::new(move |before: Option<String>| {
        let now = wanted.with(|wanted| wanted.get("q").to_owned());
        if let Some(input) = words.get_untracked().filter(|_| before.is_some_and(|before| before != now)) {
            input.set_value(&now);
        }
        now
    });
    let value = move |name: &'static str| wanted.get_untracked().get(name).to_owned();
    view! {
        <form action="/" role="search" class="search" node_ref=form on:submit=send>
            <div class="words">
                <label for="q" class="unseen">"Search by title"</label>
                <input id="q" type="search" name="q" node_ref=words value=value("q") placeholder="Artist, team or event"/>
                <button type="submit">"Search"</button>
            </div>
            <details open=wanted.get_untracked().is_limited()>
                <summary>"Dates and prices"</summary>
                <div class="pair">
                    <label>"From" <input type="date" name="from" value=value("from")/></label>
                    <label>"To" <input type="date" name="to" value=value("to")/></label>
                    <label>"Price from, in dollars" <input name="minPrice" inputmode="decimal" value=value("minPrice")/></label>
                    <label>"Price to, in dollars" <input name="maxPrice" inputmode="decimal" value=value("maxPrice")/></label>
                </div>
            </details>
            {move || wanted.with(|wanted| {
                let kept = ["category", "sort"].into_iter().map(|name| (name, wanted.get(name).to_owned()));
                let kept = kept.filter(|(_, value)| !value.is_empty());
                kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
            })}
        </form>
    }
}

#[component]
fn Tickets(page: Page<Ticket>, wanted: Wanted) -> impl IntoView {
    let later = !wanted.after.is_empty();
    let total = page.total.clone();
    let shown = RwSignal::new(page.clone());
    let again = request(&wanted, false);
    let live = Live::new(page, move || find_for_sale(again.clone())).watch("tickets", Pace::LIST, |_| false);
    let gone = Memo::new(move |_| live.signal().with(|latest| shown.with(|shown| missing(shown, latest))));
    let new = Memo::new(move |_| live.signal().with(|latest| shown.with(|shown| missing(latest, shown).len())));
    // A ticket that changed shows it at once; none moves under the pointer.
    Effect::new(move |_| live.signal().with(|latest| shown.update(|shown| renew(shown, latest))));
    let list = move || view! { <TicketGrid page=shown gone/> };
    let (text, href, link) = if wanted.parameters.is_empty() {
        ("Nothing is for sale just now.".to_owned(), "/tickets/new", "Sell a ticket")
    } else if wanted.get("q").is_empty() {
        ("No ticket for sale is like that.".to_owned(), "/", "Show all tickets")
    } else {
        (format!("No ticket for sale has “{}” in its title.", wanted.get("q")), "/", "Show all tickets")
    };
    view! {
        <div class="toolbar">
            <h2>"For sale" {total.map(|total| view! { <span>" · " {format::tickets(&total)}</span> })}</h2>
            <Sorts wanted=wanted.clone()/>
        </div>
        <Categories wanted=wanted.clone()/>
        <div role="status">
            {move || (new.get() > 0).then(|| view! {
                <p class="arrived">
                    <button type="button" on:click=move |_| shown.set(live.signal().get_untracked())>
                        {match new.get() {
                            1 => "1 new ticket, show it".to_owned(),
                            count => format!("{count} new tickets, show them"),
                        }}
                    </button>
                </p>
            })}
        </div>
        <Listed page=shown list path="/" query=wanted.query() later>
            <Empty text=text.clone() href link/>
        </Listed>
    }
}

/// The kinds of events, as links.
#[component]
fn Categories(wanted: Wanted) -> impl IntoView {
    let kinds = Category::ALL.iter().map(|kind| (kind.as_str(), format::category(*kind)));
    let links = std::iter::once(("", "All")).chain(kinds).map(|(kind, text)| {
        let current = (wanted.get("category") == kind).then_some("true");
        view! { <li><a href=wanted.with("category", kind).page() aria-current=current>{text}</a></li> }
    });
    view! { <nav aria-label="Kinds of events"><ul class="choices">{links.collect_view()}</ul></nav> }
}

/// The orders of the list, as links.
#[component]
fn Sorts(wanted: Wanted) -> impl IntoView {
    let sorted = match wanted.get("sort") {
        "newest" => "",
        other => other,
    };
    let links = SORTS.into_iter().map(|(sort, text)| {
        let current = (sorted == sort).then_some("true");
        view! { <li><a href=wanted.with("sort", sort).page() aria-current=current>{text}</a></li> }
    });
    view! { <nav aria-label="Order of the list"><ul class="choices">{links.collect_view()}</ul></nav> }
}

/// The tickets of `page` that `other` lacks, without those that may only have moved to the
/// page after `other`: they come before one that both have, or `other` is the last page.
fn missing(page: &Page<Ticket>, other: &Page<Ticket>) -> HashSet<TicketId> {
    let known: HashSet<&TicketId> = other.entries.iter().map(|ticket| &ticket.id).collect();
    let last = page.entries.iter().rposition(|ticket| known.contains(&ticket.id));
    let end = if other.next.is_some() { last.unwrap_or(0) } else { page.entries.len() };
    page.entries[..end].iter().filter(|ticket| !known.contains(&ticket.id)).map(|ticket| ticket.id.clone()).collect()
}

/// Shows the latest version of each ticket in its place; an empty page shows all.
fn renew(shown: &mut Page<Ticket>, latest: &Page<Ticket>) {
    if shown.entries.is_empty() {
        shown.clone_from(latest);
    }
    for ticket in &mut shown.entries {
        if let Some(now) = latest.entries.iter().find(|now| now.id == ticket.id) {
            ticket.clone_from(now);
        }
    }
}

/// The number of tickets on the page, in words.
fn counted(page: &Page<Ticket>, q: &str) -> String {
    let of = if q.is_empty() { String::new() } else { format!(" with “{q}” in the title") };
    match (page.entries.len(), &page.next) {
        (0, _) => format!("No ticket{of}."),
        (1, None) => format!("One ticket{of}."),
        (count, None) => format!("{count} tickets{of}."),
        (count, Some(_)) => format!("{count} tickets{of}, and more on the next page."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(digits: &str, next: bool) -> Page<Ticket> {
        let ticket = |digit: char| {
            serde_json::from_value(serde_json::json!({
                "id": format!("65a00000000000000000000{digit}"), "title": "Concert", "price": 20,
                "userId": "65a000000000000000000002", "version": 0,
            }))
        };
        let entries = digits.chars().map(|digit| ticket(digit).unwrap()).collect();
        Page { entries, next: next.then(|| "1".into()), total: None, now: chrono::DateTime::UNIX_EPOCH }
    }

    #[test]
    fn what_came_and_what_went_is_told_from_what_moved_to_another_page() {
        for (shown, more, latest, still_more, expected_gone, expected_new) in [
            ("321", false, "4321", false, "", 1),
            ("321", false, "31", false, "2", 0),
            ("321", false, "", false, "321", 0),
            // Two came, and two moved to the next page.
            ("321", true, "543", true, "", 2),
            // The last one went, or moved: nobody can tell.
            ("432", true, "431", true, "", 0),
            ("321", true, "32", false, "1", 0),
        ] {
            let (shown, latest) = (page(shown, more), page(latest, still_more));
            let ids: HashSet<TicketId> = page(expected_gone, false).entries.into_iter().map(|it| it.id).collect();
            assert_eq!(missing(&shown, &latest), ids);
            assert_eq!(missing(&latest, &shown).len(), expected_new);
        }
    }

    #[test]
    fn links_keep_the_rest_of_the_search() {
        let wanted = Wanted::default().with("q", "a&b").with("sort", "cheapest");
        assert_eq!(wanted.page(), "/?q=a%26b&sort=cheapest");
        assert_eq!(wanted.with("sort", "").page(), "/?q=a%26b");
        assert_eq!(wanted.with("q", "").with("sort", "").page(), "/");
    }
}
