//! Sample sellers and tickets, through the HTTP API as anybody would.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use chrono::Days;
use common::api::tickets::{About, Category, Ticket};
use common::api::users::User;
use common::clock::Clock;
use http::StatusCode;

use crate::shopper::{Call, Shop, Shopper};

/// The password of every sample seller.
pub const PASSWORD: &str = "sample-seller";

/// The first of the sample sellers.
pub const SELLER: &str = "box-office@example.com";

/// The sample seller who deposits no codes, so that buyers see how it is to wait.
const DEPOSITS_LATER: &str = "season-tickets@example.com";

/// One ticket on each line, separated by tabs: seller, title, price in dollars, category,
/// venue, days from today, time with the venue's offset, and details. A field may be empty.
const SAMPLES: &str = include_str!("samples.tsv");

/// Signs the sellers up and lists what they do not sell yet. Gives the number of new
/// tickets. Fails if the shop refuses anything.
pub async fn seed(gateway: &str) -> Result<usize> {
    let (shop, mut new) = (Shop::Gateway(gateway.to_owned()), 0);
    let mut sellers: BTreeMap<&str, Vec<(&str, Call)>> = BTreeMap::new();
    for line in SAMPLES.lines() {
        let [seller, title, price, about @ ..] = &line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("{line:?} is no sample")
        };
        let about = about_of(about).with_context(|| format!("{line:?} is no sample"))?;
        sellers.entry(seller).or_default().push((title, Call::list(title, price, &about)));
    }
    for (email, tickets) in sellers {
        let seller = Shopper::known("seller", email.to_owned(), PASSWORD, &shop)?;
        sign_up_or_in(&seller).await.with_context(|| format!("{email} can neither sign up nor sign in"))?;
        let listed: Vec<Ticket> = seller.get("/api/tickets/mine?limit=200").await?;
        for (_, call) in tickets.into_iter().filter(|(title, _)| listed.iter().all(|it| it.title != *title)) {
            let ticket: Ticket = seller.send(&call).await?.read(StatusCode::CREATED)?;
            new += 1;
            // One seller deposits later.
            if email != DEPOSITS_LATER {
                let code = format!("SAMPLE-{}", &ticket.id.as_str()[16..]).to_uppercase();
                seller.send(&Call::deposit(&ticket.id, &code)).await?.read::<()>(StatusCode::NO_CONTENT)?;
            }
        }
    }
    Ok(new)
}

/// When, where and what a sample is for, from today.
fn about_of(fields: &[&str]) -> Result<About> {
    let [category, venue, days, time, details] = fields else { bail!("it has other fields") };
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let starts_at = match days.parse() {
        Ok(days) => {
            let day = Clock::system().now().date_naive() + Days::new(days);
            let (hour, offset) = time.split_at(5);
            Some(format!("{day}T{hour}:00{offset}").parse()?)
        }
        Err(_) => None,
    };
    Ok(About {
        starts_at,
        venue: said(venue),
        category: Some(category.parse::<Category>()?.into()),
        details: said(details),
    })
}

/// An earlier run may have signed them up.
async fn sign_up_or_in(seller: &Shopper) -> Result<User> {
    let reply = seller.sign_up().await?;
    if reply.status != StatusCode::BAD_REQUEST {
        return reply.read(StatusCode::CREATED);
    }
    seller.send(&seller.sign_in()).await?.read(StatusCode::OK)
}
