//! Orders of a restored backup, recovered from what payments and tickets have.

use bson::{DateTime, Document, doc};
use common::{
    api::{UserId, orders::OrderStatus},
    mongo,
    recovery::Recovered,
};
use mongodb::Database;

use super::*;

async fn databases(env: &TestEnv) -> [Database; 3] {
    let orders = mongo::connect(&env.env().required::<String>("MONGO_URI").unwrap()).await.unwrap();
    let other = |service: &str| orders.client().database(&format!("{}-{service}", orders.name()));
    [orders.clone(), other("payments"), other("tickets")]
}

/// Payments' replica of an order for 20 dollars.
fn replica(id: &OrderId, buyer: &UserId, ticket: &TicketId, cancelled: bool) -> Document {
    let ticket = doc! { "id": ticket, "sequence": 1_i64 };
    let terms = doc! { "userId": buyer, "price": 2000_i64, "expiresAt": DateTime::now(), "ticket": ticket };
    doc! { "_id": id, "version": i64::from(cancelled), "cancelled": cancelled, "terms": terms }
}

#[tokio::test]
async fn recovered_orders_are_read_by_the_service_as_its_own() {
    let (env, service) = start().await;
    let [orders, payments, tickets] = databases(&env).await;
    let client = buyer(&service);
    let behind = ordered(&client, &ticket(&env, &service).await.id).await;
    let [complete, refunded, cancelled] = [OrderId::new(), OrderId::new(), OrderId::new()];
    let titles = [(); 4].map(|()| TicketId::new());
    let replicas = [&behind.id, &complete, &refunded, &cancelled].into_iter().zip(&titles);
    let replicas = replicas.map(|(id, ticket)| replica(id, &behind.user_id, ticket, *id == cancelled));
    payments.collection("orders").insert_many(replicas).await.unwrap();
    let paid =
        |order: &OrderId, state: &str, cents: i64| doc! { "orderId": order, "state": state, "refundedCents": cents };
    let paid = [paid(&behind.id, "succeeded", 0), paid(&complete, "succeeded", 750), paid(&refunded, "refunded", 0)];
    payments.collection("payments").insert_many(paid).await.unwrap();
    let titles = titles.map(|id| doc! { "_id": &id, "title": "Concert" });
    tickets.collection("tickets").insert_many(titles).await.unwrap();

    let recovered = orders::recover(&orders, &payments, &tickets).await.unwrap();
    assert_eq!(recovered, Recovered { changed: 4, new: 3 });
    for (id, status, refunded, amount) in [
        (&behind.id, OrderStatus::Complete, false, None),
        (&complete, OrderStatus::Complete, true, Some("7.50")),
        (&refunded, OrderStatus::Complete, true, None),
        (&cancelled, OrderStatus::Cancelled, false, None),
    ] {
        let order = show(&client, id).await;
        let shown = (order.status, order.version.0, order.refunded, order.refunded_amount);
        assert_eq!(shown, (status, 1, refunded, amount.map(|amount| amount.parse().unwrap())));
        assert_eq!((order.ticket.title.as_str(), order.ticket.price.cents()), ("Concert", 2000));
    }
    let again = orders::recover(&orders, &payments, &tickets).await.unwrap();
    assert_eq!(again, Recovered::default());
}

#[tokio::test]
async fn an_order_whose_ticket_is_missing_is_not_recovered() {
    let env = TestEnv::new().await;
    let [orders, payments, tickets] = databases(&env).await;
    let ticket = TicketId::new();
    let order = replica(&OrderId::new(), &UserId::new(), &ticket, false);
    payments.collection("orders").insert_one(order).await.unwrap();
    let refused = orders::recover(&orders, &payments, &tickets).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("tickets has no ticket {ticket}: recover tickets first"));
}
