//! Orders, of which payments keeps copies, and knows how they ended.

use std::pin::pin;

use anyhow::{Context, Result};
use bson::{DateTime, Document, RawDocumentBuf, doc};
use common::mongo::readable;
use futures::TryStreamExt;
use mongodb::{Collection, Database};
use serde::Deserialize;

use super::Recovered;
use crate::Stack;

/// Payments' copy of an order.
#[derive(Deserialize)]
struct Copy {
    #[serde(rename = "_id")]
    id: String,
    cancelled: bool,
    /// Missing while only its end is known.
    terms: Option<Terms>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    user_id: String,
    price: i64,
    expires_at: DateTime,
    /// Missing in copies from before tickets were kept.
    ticket: Option<HeldTicket>,
}

#[derive(Deserialize)]
struct HeldTicket {
    id: String,
    sequence: i64,
}

pub(super) async fn recover(stack: &Stack) -> Result<Recovered> {
    let own = stack.database("orders").await?.collection("orders");
    let (payments, tickets) = (stack.database("payments").await?, stack.database("tickets").await?);
    let copies = payments.collection::<RawDocumentBuf>("orders").find(doc! {}).await?;
    let mut copies = pin!(readable(copies, "orders, payments' copies"));
    let mut taken = Recovered::default();
    while let Some(Copy { id, cancelled, terms }) = copies.try_next().await? {
        let Some((terms, held)) = terms.and_then(|mut terms| terms.ticket.take().map(|held| (terms, held))) else {
            continue;
        };
        let told = outcome(&payments, &id, cancelled).await?;
        let untold = doc! {
            "userId": terms.user_id,
            "expiresAt": terms.expires_at,
            "ticket": {
                "title": title(&tickets.collection("tickets"), &held.id).await?,
                "id": held.id,
                "price": terms.price,
                "sequence": held.sequence,
            },
            "outbox": [],
        };
        taken.one(&own, doc! { "_id": id, "status": "created" }, told, untold).await?;
    }
    Ok(taken)
}

/// How an order stands, and what came back of its money. Of a cancellation and a payment the cancellation counted.
async fn outcome(payments: &Database, order: &str, cancelled: bool) -> Result<Document> {
    // What was refunded though its order stands was refunded by hand, at Stripe.
    let paid = doc! { "orderId": order, "state": { "$in": ["succeeded", "refunded"] } };
    let payment = payments.collection::<Document>("payments").find_one(paid).await?;
    let paid = payment.is_some();
    let all = payment.as_ref().is_some_and(|payment| payment.get_str("state").is_ok_and(|state| state == "refunded"));
    let part = payment.and_then(|payment| payment.get_i64("refundedCents").ok()).filter(|cents| *cents > 0 && !all);
    let status = match (cancelled, paid) {
        (true, _) => "cancelled",
        (false, true) => "complete",
        (false, false) => "created",
    };
    let version = i64::from(status != "created");
    Ok(doc! { "status": status, "version": version, "refunded": all || part.is_some(), "refundedCents": part })
}

async fn title(tickets: &Collection<Document>, id: &str) -> Result<String> {
    let ticket = tickets.find_one(doc! { "_id": id }).await?;
    let missing = || format!("tickets knows of no ticket {id}: recover tickets first");
    Ok(ticket.with_context(missing)?.get_str("title")?.to_owned())
}
