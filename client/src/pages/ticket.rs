use std::time::Duration;

use common::api::{ids::Id, tickets::Seller};
use leptos::{form::ActionForm, html::Input, prelude::*};
use leptos_meta::{Link, Meta, Script};

use super::{param, query};
use crate::{
    browser,
    components::{AboutRows, Alert, Announce, Field, Head, Stub, Submit, Sum, When, page_for},
    format,
    forms::Form,
    live::{Live, Pace},
    paths, schema,
    server_fns::{
        orders::Buy,
        tickets::{Deposit, TicketView, find_ticket, renew_ticket},
    },
    session::Session,
};

/// How often the ticket is refreshed if changes are not told.
const PERIOD: Duration = Duration::from_secs(5);

/// A ticket.
#[component]
pub fn TicketPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_ticket);
    page_for(page, |view| view! { <Details view/> })
}

#[component]
fn Details(view: TicketView) -> impl IntoView {
    let id = view.ticket.id.clone();
    let (url, seller, listed_at) = (view.url.clone(), view.seller.clone(), view.ticket.id.created_at());
    let of = id.to_string();
    // For the account that the page was rendered for, until another one is seen.
    let (account, viewer) = (Session::current().shown, StoredValue::new(view.viewer.clone()));
    let live = Live::new(view, move || renew_ticket(id.to_string(), viewer.try_get_value().flatten()));
    let live = live.watch(&of, Pace::of_one(PERIOD), |_| false);
    let view = live.signal();
    // Who is signed in decides what can be done with it.
    Effect::new(move |before: Option<()>| {
        let now = account.get();
        if before.is_some() && viewer.get_value() != now {
            viewer.set_value(now);
            live.refresh();
        }
    });
    let title = Memo::new(move |_| view.with(|view| view.ticket.title.clone()));
    let price = Memo::new(move |_| view.with(|view| format::money(view.ticket.price)));
    let described = view.with_untracked(|view| schema::described(&view.ticket, url.as_deref()));
    let picture = view.with_untracked(|view| url.as_deref().map(|url| schema::picture(url, &view.ticket)));
    let summary = format!("{} for {}, on Ticketing.", title.get_untracked(), price.get_untracked());
    let about = Memo::new(move |_| view.with(|view| view.ticket.about.clone()));
    let deposited = Memo::new(move |_| {
        view.with(|view| view.deposited.filter(|deposited| !(view.ticket.withdrawn || view.ticket.sold && *deposited)))
    });
    let standing = Memo::new(move |_| view.with(Standing::of));
    let link = url.clone();
    let to_share = Memo::new(move |_| {
        link.clone().filter(|_| view.with(|view| view.mine && !view.ticket.withdrawn && !view.ticket.sold))
    });
    // The pressed button is gone.
    Effect::new(move |before: Option<bool>| {
        let is_for_sale = standing.with(Option::is_none);
        if before == Some(true) && !is_for_sale {
            browser::keep_focus("#standing");
        }
        is_for_sale
    });
    let announcement = Signal::derive(move || match standing.get() {
        None => format!("The ticket is for sale for {}.", price.get()),
        Some(standing) => format!("{}. {}", standing.badge, standing.text),
    });
    view! {
        <Head title=move || title.get() description=summary.clone()/>
        <Meta property="og:type" content="product"/>
        <Meta property="og:site_name" content="Ticketing"/>
        <Meta property="og:title" content=title.get_untracked()/>
        <Meta property="og:description" content=summary.clone()/>
        {url.zip(picture).map(|(url, picture)| view! {
            <Link rel="canonical" href=url.clone()/>
            <Meta property="og:image" content=picture.clone()/>
            <Meta property="og:image:width" content=schema::PICTURE_WIDTH.to_string()/>
            <Meta property="og:image:height" content=schema::PICTURE_HEIGHT.to_string()/>
            <Meta property="og:image:alt" content=summary.clone()/>
            <Meta name="twitter:card" content="summary_large_image"/>
            <Meta property="og:url" content=url/>
        })}
        <Script type_="application/ld+json">{described}</Script>
        <Announce text=announcement/>
        <article class="two">
            <div class="panel">
                <Stub title=title.get_untracked() about=about.get_untracked() banner=true/>
                <h1 dir="auto">{title}</h1>
                <dl class="facts">
                    {move || view! { <AboutRows about=about.get()/> }}
                    <dt>"Listed"</dt>
                    <dd><When time=listed_at/></dd>
                    <dt>"Delivery"</dt>
                    <dd>"The seller’s code or link appears on your order once it is paid"</dd>
                    {seller.map(|seller| view! { <dt>"Seller"</dt><dd>{seller_line(&seller)}</dd> })}
                </dl>
            </div>
            <div class="panel side">
                <Sum price/>
                {move || match standing.get() {
                    None => view! { <BuyForm live/> }.into_any(),
                    Some(standing) => view! { <NotForSale standing/> }.into_any(),
                }}
                {move || to_share.get().map(|link| view! { <LinkToCopy link/> })}
                {move || deposited.get().map(|deposited| view! { <DepositForm live deposited/> })}
                <ul class="trust">
                    <li>"Held for you while you pay"</li>
                    <li>"Your card goes to Stripe, never to us or the seller"</li>
                    <li>"Paid too late? You get everything back"</li>
                </ul>
            </div>
        </article>
    }
}

/// What buyers may know of a seller.
fn seller_line(seller: &Seller) -> String {
    let since = seller.member_since.format("%B %Y");
    match seller.sold {
        0 => format!("Member since {since}"),
        sold => format!("Member since {since} · {} sold", format::tickets(&sold.to_string())),
    }
}

/// Why the visitor can't buy a ticket, and what they can do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    class: &'static str,
    badge: &'static str,
    text: &'static str,
    link_class: &'static str,
    href: String,
    link: &'static str,
    /// Where the seller can take it off the market.
    withdraw: Option<String>,
}

impl Standing {
    /// Nothing if the visitor can buy it.
    fn of(view: &TicketView) -> Option<Self> {
        let TicketView { ticket, mine, my_order, .. } = view;
        let has_begun = ticket.about.has_begun(view.now);
        let (class, badge, text) = match (my_order, &ticket.order_id, ticket.sold, mine) {
            (None, None, _, false) if ticket.withdrawn => {
                ("badge over", "Withdrawn", "Its seller does not sell this ticket any more.")
            }
            (None, None, _, true) if ticket.withdrawn => {
                ("badge over", "Withdrawn", "You have withdrawn this ticket. Nobody can buy it.")
            }
            (None, None, _, _) if has_begun => {
                ("badge over", "Over", "The event has begun. The ticket can't be bought any more.")
            }
            (None, None, _, false) => return None,
            (None, None, _, true) => {
                ("badge open", "For sale", "This is your own ticket. Send its link to tell others of it.")
            }
            (Some(_), _, true, _) => ("badge done", "Yours", "You have bought this ticket."),
            (Some(_), _, false, _) => ("badge done", "Held for you", "This ticket is held for you."),
            (None, Some(_), true, true) => ("badge done", "Sold", "You have sold this ticket."),
            (None, Some(_), true, false) => ("badge done", "Sold", "Somebody has bought this ticket."),
            (None, Some(_), false, true) => {
                ("badge held", "Held", "A buyer is paying for this ticket. You can edit it again if they don't.")
            }
            (None, Some(_), false, false) => (
                "badge held",
                "Held",
                "Somebody else is paying for this ticket just now. If they don't, it goes back on sale here.",
            ),
        };
        let (link_class, href, link) = match (my_order, &ticket.order_id) {
            (Some(order), _) => ("button", paths::order(order), "Go to your order"),
            (None, None) if *mine && !ticket.withdrawn => ("button", paths::edit(&ticket.id), "Edit"),
            (None, _) => ("", "/".to_owned(), "See other tickets"),
        };
        let withdraw = (*mine && ticket.order_id.is_none() && !ticket.withdrawn).then(|| paths::withdraw(&ticket.id));
        Some(Self { class, badge, text, link_class, href, link, withdraw })
    }
}

#[component]
fn NotForSale(standing: Standing) -> impl IntoView {
    view! {
        <p id="standing" tabindex="-1"><span class=standing.class>{standing.badge}</span></p>
        <p>{standing.text}</p>
        <p><a href=standing.href class=standing.link_class>{standing.link}</a></p>
        {standing.withdraw.map(|href| view! { <p><a href=href>"Withdraw it"</a></p> })}
    }
}

/// The page's address, to be sent to others. Without JavaScript it is selected by hand.
#[component]
fn LinkToCopy(link: String) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    let said = RwSignal::new("");
    let copy = move |_| {
        let copied = input.get_untracked().is_some_and(|input| browser::copy(&input));
        said.set(if copied { "The link is copied." } else { "Copy the selected link." });
    };
    view! {
        <div class="field">
            <label for="link">"Link to this ticket"</label>
            <input id="link" type="text" readonly value=link node_ref=input/>
            // Its place is kept, so that nothing moves when it comes to life.
            <button type="button" class="secondary outline" class:dormant=move || !is_alive.get() on:click=copy>
                "Copy the link"
            </button>
            <small role="status">{said}</small>
        </div>
    }
}

/// Takes what lets one in, from the seller.
#[component]
fn DepositForm(live: Live<TicketView>, deposited: bool) -> impl IntoView {
    let action = ServerAction::<Deposit>::new();
    let (id, sold) = live.signal().with_untracked(|view| (view.ticket.id.to_string(), view.ticket.sold));
    let form = Form::new(format!("deposit {id}"), action);
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(Ok(())))) {
            live.refresh();
        }
    });
    let text = match (deposited, sold) {
        (true, _) => "What lets one in is deposited. The buyer gets it once it is paid.",
        (false, true) => "The buyer waits: deposit what lets one in. They see it at once.",
        (false, false) => "Deposit what lets one in, and the buyer gets it once it is paid. You can do so later.",
    };
    view! {
        <h2>"The ticket itself"</h2>
        <p>{text}</p>
        <ActionForm action attr:novalidate=true>
            <Alert form fields=&["text"]/>
            <input type="hidden" name="id" value=id/>
            <Field form name="text" label="Code or link"/>
            <Submit form label=if deposited { "Replace it" } else { "Deposit it" } class="secondary outline"/>
        </ActionForm>
    }
}

#[component]
fn BuyForm(live: Live<TicketView>) -> impl IntoView {
    let action = ServerAction::<Buy>::new();
    let session = Session::current();
    let (id, hold) = live.signal().with_untracked(|view| (view.ticket.id.to_string(), format::duration(view.hold)));
    // The price that the page shows: at another one the visitor confirms first.
    let price = move || live.signal().with(|view| view.ticket.price.to_string());
    // The account that the page was shown to: with another one the visitor confirms first.
    let account = move || live.signal().with(|view| view.viewer.as_ref().map(ToString::to_string));
    let form = Form::new(format!("buy {id}"), action);
    let held = query("held");
    let is_not_held = move || held.get() == "no" && action.version().get() == 0;
    // After a refusal the page shows at once who holds the ticket or what it costs.
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(Err(_)))) {
            live.refresh();
            session.refresh();
        }
    });
    view! {
        <ActionForm action>
            <Show when=is_not_held>
                <p class="alert" role="alert">
                    "You are signed in now, but the ticket is not held for you yet. Look at its price, and press Buy again."
                </p>
            </Show>
            <Alert form/>
            <input type="hidden" name="ticket" value=id/>
            <input type="hidden" name="price" value=price/>
            <input type="hidden" name="account" value=account/>
            <Submit form label=move || format!("Buy for {}", live.signal().with(|view| format::money(view.ticket.price)))/>
        </ActionForm>
        <p class="muted">{format!("We hold it for {hold} while you pay. You are charged only when you pay.")}</p>
    }
}
