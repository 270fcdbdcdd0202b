//! Sample sellers and tickets, through the HTTP API as anybody would.

use anyhow::{Context, Result};
use common::api::tickets::Ticket;
use common::api::users::User;
use http::StatusCode;

use crate::shopper::{Shop, Shopper};

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

/// Signs the sellers up and lists what they do not sell yet. Gives the number of new
/// tickets.
pub async fn seed(gateway: &str) -> Result<usize> {
    let (shop, mut new) = (Shop::Gateway(gateway.to_owned()), 0);
    for (email, tickets) in SHOP {
        let seller = Shopper::known("seller", email.to_owned(), PASSWORD, &shop)?;
        sign_up_or_in(&seller).await.with_context(|| format!("{email} can neither sign up nor sign in"))?;
        let listed: Vec<Ticket> = seller.get("/api/tickets/mine?limit=200").await?;
        for (title, price) in tickets.iter().filter(|(title, _)| listed.iter().all(|ticket| ticket.title != *title)) {
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
