use common::api::{TicketId, tickets::Selling};
use leptos::prelude::*;

use super::query;
use crate::{
    browser,
    components::{Announce, Empty, Head, Listed, Own, TicketGrid, page_for},
    format,
    live::{Live, Pace},
    paths,
    server_fns::tickets::{SellingView, find_my_tickets},
};

/// What the visitor sells, by state.
#[component]
pub fn MyTickets() -> impl IntoView {
    let (state, after) = (query("state"), query("after"));
    let page = Resource::new(move || (state.get(), after.get()), |(state, after)| find_my_tickets(state, after, true));
    view! {
        <Head title="Selling" description="The tickets that you sell."/>
        {page_for(page, move |view| view! { <Tickets view state=state.get_untracked() after=after.get_untracked()/> })}
    }
}

#[component]
fn Tickets(view: SellingView, state: String, after: String) -> impl IntoView {
    let later = !after.is_empty();
    let query = if state.is_empty() { String::new() } else { format!("state={state}&") };
    let wanted = state.clone();
    let (ids, place) = (view.page.ids(|ticket| &ticket.id), after.clone());
    let live = Live::new(view, move || find_my_tickets(wanted.clone(), after.clone(), false)).watch(
        &ids,
        Pace::OWN_LIST,
        |_| false,
    );
    let page = RwSignal::new(live.signal().with_untracked(|view| view.page.clone()));
    let repriced = RwSignal::new(None::<TicketId>);
    Effect::new(move |_| {
        page.set(live.signal().with(|view| view.page.clone()));
        // The ticket has a new card.
        if let Some(id) = repriced.try_update_untracked(Option::take).flatten() {
            browser::keep_focus(format!("#ticket-{id}"));
        }
    });
    let saved = RwSignal::new(false);
    let changed = Callback::new(move |id| {
        repriced.set(Some(id));
        saved.set(true);
        live.refresh();
    });
    let said = Signal::derive(move || if saved.get() { "The price is changed." } else { "" }.to_owned());
    let own = Own { state: state.clone(), after: place, changed };
    let numbers = Memo::new(move |_| live.signal().with(|view| view.numbers.clone()));
    let list = move || view! { <TicketGrid page own=own.clone()/> };
    let text = match state.as_str() {
        "" => "You sell nothing yet.",
        "for-sale" => "None of your tickets is for sale.",
        "on-hold" => "Nobody is paying for one of your tickets just now.",
        _ => "You have sold nothing yet.",
    };
    view! {
        <h1>"Selling"</h1>
        <Announce text=said/>
        <p class="muted">{move || numbers.with(earned)}</p>
        {move || numbers.with(|numbers| view! { <Tabs numbers=numbers.clone() state=state.clone()/> })}
        <Listed page list path="/tickets/mine" query later>
            <Empty text href="/tickets/new" link="Sell a ticket"/>
        </Listed>
    }
}

/// `3 tickets sold, $120.00`
fn earned(numbers: &Selling) -> String {
    format!("{} sold, ${}", format::tickets(&numbers.sold.to_string()), numbers.earned)
}

/// The states, as links with numbers.
#[component]
fn Tabs(numbers: Selling, state: String) -> impl IntoView {
    let Selling { for_sale, on_hold, sold, .. } = numbers;
    let tabs = [
        ("", "All".to_owned()),
        ("for-sale", format!("For sale {for_sale}")),
        ("on-hold", format!("On hold {on_hold}")),
        ("sold", format!("Sold {sold}")),
    ];
    let links = tabs.map(|(it, text)| {
        let current = (it == state).then_some("true");
        view! { <li><a href=paths::selling(it, "") aria-current=current>{text}</a></li> }
    });
    view! { <nav aria-label="States" class="toolbar"><ul class="choices">{links.collect_view()}</ul></nav> }
}
