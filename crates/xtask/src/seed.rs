//! Sample sellers and tickets, through the HTTP API as anybody would.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};
use http::StatusCode;
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::json;

/// The password of every sample seller.
pub const PASSWORD: &str = "sample-seller";

/// Sellers and what they sell, prices in dollars.
pub const SHOP: [(&str, &[(&str, &str)]); 3] = [
    (
        "box-office@example.com",
        &[
            ("The Glass Lighthouse – opening night", "64.00"),
            ("The Glass Lighthouse – matinee", "38.50"),
            ("A Winter of Paper Birds", "45.00"),
            ("The Clockmaker's Orchard", "52.25"),
            ("Nine Doors to the Sea", "41.00"),
            ("Improvised Shakespeare by Candlelight", "22.00"),
            ("Ballet: The Salt Garden", "79.90"),
            ("Opera on the Quay", "95.00"),
            ("Puppets at the Old Mill", "12.00"),
            ("Comedy Cellar, late show", "18.75"),
        ],
    ),
    (
        "festival-desk@example.com",
        &[
            ("Riverbank Festival – three days", "149.00"),
            ("Riverbank Festival – Saturday", "69.00"),
            ("Northern Lights Jazz Week", "88.00"),
            ("Brass in the Harbour", "25.00"),
            ("Electric Meadow", "110.00"),
            ("Folk at the Ferry House", "31.50"),
            ("The Velvet Antennas – reunion tour", "57.00"),
            ("Paper Satellites, live", "42.00"),
            ("Midnight Choir in the Water Tower", "36.00"),
            ("String Quartets at Noon", "15.00"),
        ],
    ),
    (
        "season-tickets@example.com",
        &[
            ("City Derby, east stand", "48.00"),
            ("City Derby, family block", "29.00"),
            ("Ice Hockey: Harbour Seals v. Pine Ridge", "34.00"),
            ("Basketball semi-final", "61.50"),
            ("Night of the Sprinters", "27.00"),
            ("Velodrome Six Days, first evening", "33.00"),
            ("Open-air Chess Final", "9.50"),
            ("Planetarium: A Walk on Europa", "14.00"),
            ("Robotics Fair, weekend pass", "39.99"),
            ("Street Food and Circus", "5.00"),
        ],
    ),
];

#[derive(Deserialize)]
struct Listed {
    title: String,
}

/// Signs the sellers up and lists what they do not sell yet. Says how many
/// tickets are new.
pub async fn seed(gateway: &str) -> Result<usize> {
    let mut new = 0;
    for (email, tickets) in SHOP {
        let seller = Client::builder().no_proxy().cookie_store(true).build()?;
        sign_in(&seller, gateway, email).await?;
        let listed = titles(&seller, gateway).await?;
        for (title, price) in tickets.iter().filter(|(title, _)| !listed.contains(*title)) {
            let ticket = json!({ "title": title, "price": price });
            accepted(seller.post(format!("{gateway}/api/tickets")).json(&ticket).send().await?).await?;
            new += 1;
        }
    }
    Ok(new)
}

/// Whoever has been signed up by an earlier run signs in.
async fn sign_in(seller: &Client, gateway: &str, email: &str) -> Result<()> {
    let who = json!({ "email": email, "password": PASSWORD });
    let signup = seller.post(format!("{gateway}/api/users/signup")).json(&who).send().await?;
    if signup.status() != StatusCode::BAD_REQUEST {
        return accepted(signup).await.map(drop);
    }
    let signin = seller.post(format!("{gateway}/api/users/signin")).json(&who).send().await?;
    accepted(signin).await.map(drop).with_context(|| format!("{email} can neither sign up nor sign in"))
}

async fn titles(seller: &Client, gateway: &str) -> Result<HashSet<String>> {
    let mine = seller.get(format!("{gateway}/api/tickets/mine?limit=200")).send().await?;
    let listed: Vec<Listed> = accepted(mine).await?.json().await?;
    Ok(listed.into_iter().map(|ticket| ticket.title).collect())
}

async fn accepted(answer: Response) -> Result<Response> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (url, status) = (answer.url().path().to_owned(), answer.status());
    bail!("{url} answered {status}: {}", answer.text().await.unwrap_or_default())
}
