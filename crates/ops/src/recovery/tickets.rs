//! Tickets, of which orders keeps copies.

use std::pin::pin;

use anyhow::Result;
use bson::{RawDocumentBuf, doc};
use common::{mongo::readable, text};
use futures::TryStreamExt;
use serde::Deserialize;

use super::Recovered;
use crate::Stack;

/// Orders' copy of a ticket.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Copy {
    #[serde(rename = "_id")]
    id: String,
    version: i64,
    title: String,
    price: i64,
    user_id: String,
}

pub(super) async fn recover(stack: &Stack) -> Result<Recovered> {
    let own = stack.database("tickets").await?.collection("tickets");
    let copies = stack.database("orders").await?.collection::<RawDocumentBuf>("tickets").find(doc! {}).await?;
    let mut copies = pin!(readable(copies, "tickets, orders' copies"));
    let mut taken = Recovered::default();
    while let Some(Copy { id, version, title, price, user_id }) = copies.try_next().await? {
        let told = doc! { "version": version, "words": text::index(&title), "title": title, "price": price };
        // Who holds it is heard again.
        let untold = doc! { "userId": user_id, "orderId": null, "sold": false, "orderSequence": 0_i64, "outbox": [] };
        taken.one(&own, doc! { "_id": id, "version": { "$lt": version } }, told, untold).await?;
    }
    Ok(taken)
}
