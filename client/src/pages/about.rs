//! What visitors may want to know before they trust the shop.

use leptos::prelude::*;

use super::param;
use crate::components::{Head, NotFound};

/// A page of text: its path, its title, and its headings with a paragraph each.
type Text = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const TEXTS: [Text; 5] = [
    (
        "how-it-works",
        "How it works",
        &[
            (
                "Buying",
                "Press Buy on a ticket. It is held for you, and for nobody else, while you pay: the page shows how long. You are charged only when you pay. What is not paid in time goes back on sale.",
            ),
            (
                "Paying",
                "You pay by card. The number goes from your browser to Stripe; neither we nor the seller see it. There are no fees. A card that is declined costs nothing, and you can try another one while the ticket is held.",
            ),
            (
                "Selling",
                "List a ticket with a title and a price; date, venue and seat help buyers. You can change or withdraw it while nobody is paying for it. Selling shows what is for sale, on hold and sold.",
            ),
        ],
    ),
    (
        "refunds",
        "Refunds",
        &[
            (
                "If a payment comes too late",
                "A payment that arrives after its order has ended is given back in full, by itself. Your order shows it.",
            ),
            (
                "If you cancel",
                "An order that is not paid can be cancelled at any time and costs nothing. A paid order is final, as the ticket is yours.",
            ),
            (
                "If an event is cancelled",
                "Ask the shop's operator, who can give back all or a part of a payment. Your order then shows how much.",
            ),
        ],
    ),
    (
        "terms",
        "Terms",
        &[
            (
                "A demonstration",
                "This shop shows how such a shop is built. Unless its operator says otherwise, its tickets are samples, its cards are test cards, and nothing is bought or sold for real.",
            ),
            (
                "Who sells",
                "Every ticket is sold by the person who has listed it. The shop holds it for one buyer at a time and passes the payment on.",
            ),
        ],
    ),
    (
        "privacy",
        "Privacy",
        &[
            (
                "What is kept",
                "Your email address, a hash of your password, the tickets that you list, your orders and payments. Others see your tickets, how many you have sold and since when you have an account, but not your address.",
            ),
            (
                "Cookies",
                "One cookie keeps you signed in, and one keeps what you typed into a form that was refused, for a moment. Nothing follows you to other sites.",
            ),
            (
                "Card numbers",
                "They go to Stripe, see stripe.com/privacy. We keep what Stripe tells us of a payment, which has no card number.",
            ),
        ],
    ),
    (
        "contact",
        "Contact",
        &[(
            "The operator",
            "This is a demonstration shop without an operator. Whoever runs it for real puts an address here.",
        )],
    ),
];

/// The addresses of all texts.
#[cfg(feature = "ssr")]
pub fn about_paths() -> impl Iterator<Item = String> {
    TEXTS.iter().map(|(path, ..)| format!("/about/{path}"))
}

/// One of the texts.
#[component]
pub fn About() -> impl IntoView {
    let name = param("text");
    move || match TEXTS.into_iter().find(|(path, ..)| name.with(|name| name == path)) {
        Some((_, title, parts)) => {
            let parts = parts.iter().map(|(heading, text)| view! { <h2>{*heading}</h2><p>{*text}</p> });
            view! {
                <Head title description=format!("{title}: what to know about this shop.")/>
                <div class="prose">
                    <h1>{title}</h1>
                    {parts.collect_view()}
                </div>
            }
            .into_any()
        }
        None => view! { <NotFound/> }.into_any(),
    }
}
