//! Fake services behind a storefront under test.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::storefront::free_port;

/// A ticket for sale at [`PRICE`].
pub const TICKET: &str = "65a000000000000000000001";
/// The ticket's price.
pub const PRICE: &str = "25.50";
/// The only order on the second page of the visitor's orders.
pub const OLDER: &str = "65a000000000000000000010";

/// Starts all services on one port, and returns their address.
pub fn start() -> String {
    let routes = Router::new()
        .route(
            "/api/users/currentuser",
            get(|| async { Json(json!({ "currentUser": { "id": BUYER, "email": "a@b.c", "iat": 0 } })) }),
        )
        .route("/api/tickets", get(overloaded))
        .route("/api/tickets/mine", get(overloaded))
        .route("/api/tickets/{id}", get(|| async { Json(ticket()) }))
        .route("/api/orders", get(orders).post(order))
        .route("/api/orders/{id}", get(|Path(id): Path<String>| async move { Json(refunded(&id)) }));
    let (listener, address) = free_port();
    tokio::spawn(axum::serve(listener, routes).into_future());
    format!("http://{address}")
}

const BUYER: &str = "65a0000000000000000000aa";
const SELLER: &str = "65a0000000000000000000bb";

async fn overloaded() -> Response {
    let body = json!({ "errors": [{ "message": "Too much at once, please try again" }] });
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], Json(body)).into_response()
}

fn ticket() -> Value {
    json!({ "id": TICKET, "title": "Concert", "price": 25.5, "userId": SELLER, "version": 1 })
}

/// Accepts an order with the ticket's price or without a price.
async fn order(Json(request): Json<Value>) -> Response {
    if request["price"].is_null() || request["price"] == PRICE {
        let mut order = refunded(OLDER);
        order["status"] = "created".into();
        return (StatusCode::CREATED, Json(order)).into_response();
    }
    let body = json!({ "errors": [{ "message": "The price has changed", "field": "price" }] });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// Two pages of one order each.
async fn orders(Query(query): Query<HashMap<String, String>>) -> Response {
    match query["after"].as_str() {
        "" => {
            let next = "</api/orders?limit=50&after=65a000000000000000000020>; rel=\"next\"";
            let headers = HeaderMap::from_iter([(header::LINK, next.parse().unwrap())]);
            (headers, Json(json!([refunded("65a000000000000000000020")]))).into_response()
        }
        "65a000000000000000000020" => Json(json!([refunded(OLDER)])).into_response(),
        _ => overloaded().await,
    }
}

/// A refunded order: in part if its id ends in 0, else in full.
fn refunded(id: &str) -> Value {
    let mut order = json!({
        "id": id, "userId": BUYER, "status": "complete", "expiresAt": "2026-11-25T12:00:00.000Z", "version": 1,
        "ticket": { "id": TICKET, "title": format!("Concert of {id}"), "price": 20 }, "refunded": true,
    });
    if id.ends_with('0') {
        order["refundedAmount"] = json!(5);
    }
    order
}
