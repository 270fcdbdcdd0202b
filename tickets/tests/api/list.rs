use common::{
    api::tickets::Ticket,
    testing::{Client, eventually, order_cancelled, user},
};

use super::{list, order, show, start};

async fn titles(client: &Client, path: &str) -> Vec<String> {
    let page: Vec<Ticket> = client.get(path).await.expect(200).read();
    page.into_iter().map(|ticket| ticket.title).collect()
}

#[tokio::test]
async fn free_tickets_are_listed_newest_first() {
    let (env, service) = start().await;
    let seller = user();
    let mut tickets = Vec::new();
    for title in ["first", "second", "third"] {
        tickets.push(list(&service, &seller, title).await);
    }
    let client = service.anonymous();
    assert_eq!(titles(&client, "/api/tickets").await, ["third", "second", "first"]);

    let order = order(&tickets[1], 1);
    env.publish(&order).await;
    eventually("the ticket is held", async || show(&service, &tickets[1].id).await.order_id).await;
    assert_eq!(titles(&client, "/api/tickets").await, ["third", "first"]);

    env.publish(&order_cancelled(&order)).await;
    eventually("the ticket is free", async || show(&service, &tickets[1].id).await.order_id.is_none().then_some(()))
        .await;
    assert_eq!(titles(&client, "/api/tickets").await, ["third", "second", "first"]);
}

#[tokio::test]
async fn a_link_leads_to_the_next_page() {
    let (_env, service) = start().await;
    let seller = user();
    for number in 0..5 {
        list(&service, &seller, &format!("Concert {number}")).await;
    }
    list(&service, &seller, "Fair").await;
    let client = service.anonymous();
    let (mut path, mut pages) = ("/api/tickets?limit=2&q=concert".to_owned(), Vec::new());
    loop {
        let reply = client.get(&path).await.expect(200);
        let page: Vec<Ticket> = reply.read();
        pages.push(page.into_iter().map(|ticket| ticket.title).collect::<Vec<_>>());
        let Some(link) = reply.headers.get("link") else { break };
        let (next, relation) = link.to_str().unwrap().split_once("; ").unwrap();
        assert_eq!(relation, "rel=\"next\"");
        path = next.trim_matches(['<', '>']).to_owned();
    }
    assert_eq!(pages, [vec!["Concert 4", "Concert 3"], vec!["Concert 2", "Concert 1"], vec!["Concert 0"]]);
}

#[tokio::test]
async fn a_search_matches_the_beginnings_of_words() {
    let (_env, service) = start().await;
    let seller = user();
    for title in ["Rock am See", "Jazz & Rock", "ليلة الموسيقى"] {
        list(&service, &seller, title).await;
    }
    let client = service.anonymous();
    for (query, found) in [
        ("rock", vec!["Jazz & Rock", "Rock am See"]),
        ("ROCK+ja", vec!["Jazz & Rock"]),
        ("ock", vec![]),
        ("%D8%A7%D9%84%D9%85", vec!["ليلة الموسيقى"]),
        (".*", vec!["ليلة الموسيقى", "Jazz & Rock", "Rock am See"]),
        ("%24where", vec![]),
        (&"x".repeat(40_000), vec![]),
    ] {
        assert_eq!(titles(&client, &format!("/api/tickets?q={query}")).await, found, "{query}");
    }
}

#[tokio::test]
async fn wrong_parameters_are_refused() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let limit = "limit must be between 1 and 200";
    client.get("/api/tickets?limit=0").await.refused(400, &[limit]);
    client.get("/api/tickets?limit=many&after=x").await.refused(400, &[limit, "after must be a ticket's id"]);
    assert_eq!(titles(&client, "/api/tickets?limit=&after=&q=&other=1").await, Vec::<String>::new());
}

#[tokio::test]
async fn sellers_see_all_their_own_tickets() {
    let (env, service) = start().await;
    let seller = user();
    let held = list(&service, &seller, "held").await;
    list(&service, &seller, "free").await;
    list(&service, &user(), "somebody else's").await;
    env.publish(&order(&held, 1)).await;
    eventually("the ticket is held", async || show(&service, &held.id).await.order_id).await;
    assert_eq!(titles(&service.signed_in(&seller), "/api/tickets/mine").await, ["free", "held"]);
    service.anonymous().get("/api/tickets/mine").await.refused(401, &["Not authorized"]);
}
