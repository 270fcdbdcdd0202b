//! The bare program: axum and one call to MongoDB for each request, and nothing else. What the
//! services are compared with.

use std::net::Ipv4Addr;

use anyhow::{Error, Result};
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bson::doc;
use bson::oid::ObjectId;
use common::clock::Clock;
use futures::TryStreamExt;
use http::StatusCode;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What a page shows of a ticket, under the names that the tickets service stores.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    #[serde(rename(deserialize = "_id", serialize = "id"))]
    id: String,
    title: String,
    price: i64,
    user_id: String,
    version: i64,
}

/// What the tickets service stores of a new ticket, without its event and what searches need.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    #[serde(rename = "_id")]
    id: String,
    version: i64,
    title: String,
    price: i64,
    user_id: String,
}

#[derive(Deserialize)]
struct Draft {
    title: String,
}

/// Serves on a port until it is killed. Reads the tickets of the database that `uri` names, and
/// writes to a collection of its own.
pub async fn serve(uri: &str, port: u16) -> Result<()> {
    let router = Router::new()
        .route("/healthz", get(|| async { "alive" }))
        .route("/user", get(|| async { Json(json!({ "currentUser": null })) }))
        .route("/list", get(list))
        .route("/one/{id}", get(one))
        .route("/insert", post(insert))
        .with_state(common::mongo::connect(uri).await?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, router).await.map_err(Error::from)
}

async fn list(State(database): State<Database>) -> Result<Json<Vec<Ticket>>, Failure> {
    let now = bson::DateTime::from(Clock::system().now());
    let for_sale = doc! { "orderId": null, "withdrawn": { "$ne": true }, "begins": { "$gt": now } };
    let cursor = tickets(&database).find(for_sale).sort(doc! { "_id": -1 }).limit(51).await?;
    Ok(Json(cursor.try_collect().await?))
}

async fn one(State(database): State<Database>, Path(id): Path<String>) -> Result<Json<Option<Ticket>>, Failure> {
    Ok(Json(tickets(&database).find_one(doc! { "_id": id }).await?))
}

async fn insert(
    State(database): State<Database>,
    Json(draft): Json<Draft>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (id, user_id) = (ObjectId::new().to_hex(), ObjectId::new().to_hex());
    let listing = Listing { id, version: 0, title: draft.title, price: 1_250, user_id };
    database.collection::<Listing>("bare").insert_one(&listing).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": listing.id, "title": listing.title, "version": 0 }))))
}

fn tickets(database: &Database) -> Collection<Ticket> {
    database.collection("tickets")
}

/// A 500 with the reason.
struct Failure(mongodb::error::Error);

impl From<mongodb::error::Error> for Failure {
    fn from(error: mongodb::error::Error) -> Self {
        Self(error)
    }
}

impl axum::response::IntoResponse for Failure {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}
