//! Tickets of a restored backup, recovered from what orders has.

use bson::{Document, doc};
use common::{
    api::{UserId, Version},
    mongo,
    recovery::Recovered,
};

use super::*;

/// Orders' replica of a ticket.
fn replica(id: &TicketId, seller: &UserId, version: i64, title: &str) -> Document {
    doc! { "_id": id, "version": version, "title": title, "price": 3000_i64, "userId": seller }
}

#[tokio::test]
async fn recovered_tickets_are_read_and_changed_by_the_service_as_its_own() {
    let (env, service) = start().await;
    let own = mongo::connect(&env.env().required::<String>("MONGO_URI").unwrap()).await.unwrap();
    let orders = own.client().database(&format!("{}-orders", own.name()));
    let seller = user();
    let (behind, newer) = (list(&service, &seller, "Concert").await, list(&service, &seller, "Reading").await);
    let (changed, missing) = (service.signed_in(&seller), TicketId::new());
    let path = format!("/api/tickets/{}", newer.id);
    let newer: Ticket = changed.put(&path, &json!({ "title": "Talk", "price": 20 })).await.expect(200).read();
    let replicas = [
        replica(&behind.id, &seller.id, 2, "Opera"),
        replica(&newer.id, &seller.id, 0, "Reading"),
        replica(&missing, &seller.id, 1, "Ballet"),
    ];
    orders.collection("tickets").insert_many(replicas).await.unwrap();

    let recovered = tickets::recover(&own, &orders).await.unwrap();
    assert_eq!(recovered, Recovered { changed: 2, new: 1 });
    for (id, title, version) in [(&behind.id, "Opera", 2), (&newer.id, "Talk", 1), (&missing, "Ballet", 1)] {
        let ticket = show(&service, id).await;
        assert_eq!((ticket.title.as_str(), ticket.version, ticket.sold), (title, Version(version), false));
        let found = service.anonymous().get(&format!("/api/tickets?q={title}")).await.expect(200);
        assert_eq!(found.read::<Vec<Ticket>>(), [ticket]);
    }
    let path = format!("/api/tickets/{missing}");
    let edited: Ticket = changed.put(&path, &json!({ "title": "Ballet", "price": 25 })).await.expect(200).read();
    assert_eq!(edited.version, Version(2));
    let again = tickets::recover(&own, &orders).await.unwrap();
    assert_eq!(again, Recovered::default());
}
