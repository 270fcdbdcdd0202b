//! The list by kind, time and price, and in other orders.

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    api::tickets::Ticket,
    testing::{Client, Service, user},
};
use serde_json::{Value, json};

use super::start;

/// A ticket at a price, whose event starts in so many hours.
async fn list(service: &Service, title: &str, price: u32, hours: Option<i64>, now: DateTime<Utc>) -> Ticket {
    let starts_at = hours.map(|hours| (now + TimeDelta::hours(hours)).to_rfc3339());
    let category = if hours.is_some() { "music" } else { "sport" };
    let body = json!({ "title": title, "price": price, "startsAt": starts_at, "category": category });
    service.signed_in(&user()).post("/api/tickets", &body).await.expect(201).read()
}

/// The titles of all pages of a list, two on each.
async fn titles(client: &Client, query: &str) -> Vec<String> {
    let (mut path, mut titles) = (format!("/api/tickets?limit=2&{query}"), Vec::new());
    loop {
        let reply = client.get(&path).await.expect(200);
        titles.extend(reply.read::<Vec<Ticket>>().into_iter().map(|ticket| ticket.title));
        let Some(link) = reply.headers.get("link") else { return titles };
        link.to_str().unwrap().split_once('>').unwrap().0[1..].clone_into(&mut path);
    }
}

#[tokio::test]
async fn the_list_is_sorted_and_narrowed_over_all_pages() {
    let (env, service) = start().await;
    let now = env.clock.now();
    for (title, price, hours) in
        [("a", 30, Some(48)), ("b", 10, None), ("c", 20, Some(24)), ("d", 20, Some(72)), ("e", 5, None)]
    {
        list(&service, title, price, hours, now).await;
    }
    let client = service.anonymous();
    let day = |days: i64| (now + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    for (query, expected) in [
        ("sort=newest", "edcba"),
        ("sort=soonest", "cadbe"),
        ("sort=cheapest", "ebcda"),
        ("sort=dearest", "adcbe"),
        ("category=sport", "eb"),
        ("category=theatre", ""),
        ("minPrice=10&maxPrice=20.00&sort=cheapest", "bcd"),
        (&format!("from={}&sort=soonest", day(2)), "ad"),
        (&format!("to={}", day(1)), "c"),
        (&format!("from={}&to={}", day(1), day(2)), "ca"),
        ("category=music&sort=dearest&q=d", "d"),
        (" sort= &category=&from=", "edcba"),
    ] {
        assert_eq!(titles(&client, query).await.concat(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_place_in_a_sorted_list_stays_when_its_ticket_changes() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let mut tickets = Vec::new();
    for price in [10, 20, 30] {
        let body = json!({ "title": format!("{price}"), "price": price });
        tickets.push(client.post("/api/tickets", &body).await.expect(201).read::<Ticket>());
    }
    let first = client.get("/api/tickets?limit=2&sort=cheapest").await.expect(200);
    let dearer = json!({ "title": "20", "price": 99 });
    let _ = client.put(&format!("/api/tickets/{}", tickets[1].id), &dearer).await.expect(200);
    let link = first.headers["link"].to_str().unwrap().split_once('>').unwrap().0[1..].to_owned();
    let rest: Vec<Ticket> = client.get(&link).await.expect(200).read();
    assert_eq!(rest.iter().map(|ticket| ticket.title.as_str()).collect::<Vec<_>>(), ["30", "20"]);
    drop(env);
}

#[tokio::test]
async fn an_event_that_has_begun_leaves_the_list_and_its_seller_still_sees_it() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let starts_at = (env.clock.now() + TimeDelta::hours(1)).to_rfc3339();
    let body = json!({ "title": "Concert", "price": 20, "startsAt": starts_at });
    let ticket: Ticket = client.post("/api/tickets", &body).await.expect(201).read();
    let listed = async || client.get("/api/tickets").await.expect(200).read::<Vec<Ticket>>().len();
    assert_eq!(listed().await, 1);

    env.clock.advance(TimeDelta::hours(1));
    assert_eq!(listed().await, 0);
    let own = Ticket { handover_deposited: Some(false), ..ticket.clone() };
    assert_eq!(client.get("/api/tickets/mine").await.expect(200).read::<Vec<Ticket>>(), [own]);
    // What the seller does not mention stays, a past date included.
    let path = format!("/api/tickets/{}", ticket.id);
    let edited: Ticket = client.put(&path, &json!({ "title": "Gala", "price": 20 })).await.expect(200).read();
    assert_eq!(edited.about, ticket.about);
    client.put(&path, &body).await.refused(400, &["The event must be in the future"]);
}

#[tokio::test]
async fn the_number_of_all_tickets_is_counted_on_request() {
    let (env, service) = start().await;
    for title in ["a", "b", "c"] {
        list(&service, title, 20, None, env.clock.now()).await;
    }
    let client = service.anonymous();
    let count = async |query: &str| {
        let reply = client.get(&format!("/api/tickets?{query}")).await.expect(200);
        reply.headers.get("x-total-count").map(|count| count.to_str().unwrap().to_owned())
    };
    assert_eq!(count("limit=1").await, None);
    assert_eq!(count("limit=1&count=true").await.as_deref(), Some("3"));
    assert_eq!(count("q=c&count=true").await.as_deref(), Some("1"));
    assert_eq!(count("category=music&count=true").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_place_of_another_order_is_refused() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let id = "65a000000000000000000001";
    let link = "after must be from a link to the next page";
    client.get(&format!("/api/tickets?sort=cheapest&after={id}")).await.refused(400, &[link]);
    client.get(&format!("/api/tickets?after=20.{id}")).await.refused(400, &["after must be a ticket's id"]);
}

#[tokio::test]
async fn what_a_seller_says_of_an_event_is_shown_and_published() {
    let (env, service) = start().await;
    let seller = user();
    let client = service.signed_in(&seller);
    let said = json!({
        "title": "Gala", "price": 20, "startsAt": "2126-12-31T20:00:00-05:00", "venue": "Große Halle",
        "category": "festival", "details": "Block C, row 4",
    });
    let ticket = client.post("/api/tickets", &said).await.expect(201).body;
    for (field, value) in said.as_object().unwrap() {
        assert_eq!(ticket[field], *value, "{field}");
    }
    let path = format!("/api/tickets/{}", ticket["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.expect(200).body, ticket);
    let event = env.event::<common::events::TicketCreated>(|event| event.id.as_str() == ticket["id"]).await;
    assert_eq!(serde_json::to_value(event).unwrap(), ticket);

    let change = json!({ "title": "Gala", "price": 20, "venue": null, "details": "Row 5" });
    let changed = client.put(&path, &change).await.expect(200).body;
    let of = |field: &str| changed.get(field).cloned().unwrap_or(Value::Null);
    assert_eq!((of("venue"), of("details"), of("startsAt")), (json!(null), json!("Row 5"), said["startsAt"].clone()));
    let event = env.event::<common::events::TicketUpdated>(|event| event.id.as_str() == ticket["id"]).await;
    assert_eq!(serde_json::to_value(event).unwrap(), changed);
}

#[tokio::test]
async fn an_edit_of_a_version_that_is_not_the_latest_changes_nothing() {
    let (env, service) = start().await;
    let client = service.signed_in(&user());
    let body = |title: &str, version: Value| json!({ "title": title, "price": 20, "version": version });
    let ticket: Ticket = client.post("/api/tickets", &body("a", json!(7))).await.expect(201).read();
    let path = format!("/api/tickets/{}", ticket.id);
    let _ = client.put(&path, &body("b", json!(0))).await.expect(200);
    client.put(&path, &body("c", json!("0"))).await.refused(409, &["The ticket has changed meanwhile"]);
    let latest: Ticket = client.put(&path, &body("d", json!("1"))).await.expect(200).read();
    assert_eq!((latest.title.as_str(), latest.version.0), ("d", 2));
    drop(env);
}
