//! Sample sellers and tickets, through the HTTP API as anybody would.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use common::api::tickets::Ticket;
use common::api::users::User;
use http::StatusCode;

use crate::shopper::{Shop, Shopper};

/// The password of every sample seller.
pub const PASSWORD: &str = "sample-seller";

/// The first of the sample sellers.
pub const SELLER: &str = "box-office@example.com";

/// Sellers, titles and prices in dollars, separated by tabs.
const SAMPLES: &str = include_str!("samples.tsv");

/// Signs the sellers up and lists what they do not sell yet. Gives the number of new
/// tickets. Fails if the shop refuses anything.
pub async fn seed(gateway: &str) -> Result<usize> {
    let (shop, mut new) = (Shop::Gateway(gateway.to_owned()), 0);
    let mut sellers: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for line in SAMPLES.lines() {
        let [seller, title, price] = line.split('\t').collect::<Vec<_>>()[..] else { bail!("{line:?} is no sample") };
        sellers.entry(seller).or_default().push((title, price));
    }
    for (email, tickets) in sellers {
        let seller = Shopper::known("seller", email.to_owned(), PASSWORD, &shop)?;
        sign_up_or_in(&seller).await.with_context(|| format!("{email} can neither sign up nor sign in"))?;
        let listed: Vec<Ticket> = seller.get("/api/tickets/mine?limit=200").await?;
        for (title, price) in tickets.into_iter().filter(|(title, _)| listed.iter().all(|it| it.title != *title)) {
            seller.list(title, price).await?;
            new += 1;
        }
    }
    Ok(new)
}

/// An earlier run may have signed them up.
async fn sign_up_or_in(seller: &Shopper) -> Result<User> {
    let reply = seller.sign_up().await?;
    if reply.status != StatusCode::BAD_REQUEST {
        return reply.read(StatusCode::CREATED);
    }
    seller.send(&seller.sign_in()).await?.read(StatusCode::OK)
}
