use leptos::prelude::*;

use super::query;
use crate::{
    components::{Empty, Head, LIST_PERIOD, Listed, TicketGrid, page_for},
    live::Live,
    server_fns::tickets::find_my_tickets,
};

/// The visitor's tickets.
#[component]
pub fn MyTickets() -> impl IntoView {
    let after = query("after");
    let page = Resource::new(move || after.get(), find_my_tickets);
    view! {
        <Head title="My tickets" description="The tickets that you sell."/>
        {page_for(page, move |page| {
            let after = after.get_untracked();
            let later = !after.is_empty();
            let live = Live::new(page, move || find_my_tickets(after.clone())).every(LIST_PERIOD);
            let list = |page| view! { <TicketGrid page with_standing=true/> }.into_any();
            view! {
                <Listed heading="My tickets" live list path="/tickets/mine" later>
                    <Empty text="You sell nothing yet." href="/tickets/new" link="Sell a ticket"/>
                </Listed>
            }
        })}
    }
}
