//! The pages, one file each; `app.rs` has their addresses.

mod about;
mod account;
mod edit_ticket;
mod home;
mod my_orders;
mod my_tickets;
mod order;
mod phase;
mod sell;
mod sign_in;
mod sign_out;
mod ticket;
mod withdraw;

pub use about::About;
pub use account::Account;
pub use edit_ticket::EditTicket;
pub use home::Home;
pub use my_orders::MyOrders;
pub use my_tickets::MyTickets;
pub use order::OrderPage;
pub use sell::Sell;
pub use sign_in::{SignIn, SignUp};
pub use sign_out::SignOut;
pub use ticket::TicketPage;
pub use withdraw::WithdrawTicket;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    components::{ErrorPage, SignedIn, page_for},
    server_fns::tickets::{TicketView, find_ticket},
};

/// A parameter of the page's address.
fn param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get(name).unwrap_or_default())
}

/// A parameter of the page's query.
fn query(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get(name).unwrap_or_default())
}

/// A page about the ticket that the address names, for its seller alone.
fn own_ticket(page: fn(TicketView) -> AnyView) -> impl IntoView {
    let id = param("id");
    let ticket = Resource::new(move || id.get(), find_ticket);
    let for_seller = move |view: TicketView| {
        if view.mine { page(view) } else { view! { <ErrorPage status=403/> }.into_any() }
    };
    view! { <SignedIn>{page_for(ticket, for_seller)}</SignedIn> }
}
