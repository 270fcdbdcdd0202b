//! Searches in all scripts, and the reindexing of outdated words.

use bson::doc;
use common::{
    api::{TicketId, tickets::Ticket, users::User},
    testing::{Client, Service, TestEnv, eventually, user},
};
use futures::future::join_all;
use serde_json::json;

use super::{list, show, start, start_in};

async fn found(client: &Client, query: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let page: Vec<Ticket> = client.get(&format!("/api/tickets?limit=200&q={query}")).await.expect(200).read();
    page.into_iter().map(|ticket| ticket.title).collect()
}

#[tokio::test]
async fn a_search_finds_a_title_with_and_without_accents_and_in_either_normal_form() {
    let (_env, service) = start().await;
    let seller = user();
    let titles = [
        ("Zoë live", ["zoe", "ZOË", "zoe\u{308}"]),
        ("Zoe\u{308} again", ["zoe", "zoë", "Zoe\u{308}"]),
        ("İstanbul Caz", ["istanbul", "İSTANBUL", "ıstanbul"]),
        ("Straße", ["strasse", "STRASSE", "straß"]),
        ("Οδυσσεύς", ["ΟΔΥΣΣΕΥΣ", "οδυσσευς", "οδυσ"]),
        ("Łódź", ["lodz", "ŁÓDŹ", "łod"]),
        ("हिन्दी कविता", ["हिन्दी", "कविता", "हिन्"]),
        ("ไม่มีชื่อ", ["ไม่", "ไม่มี", "ไม่มีชื่อ"]),
        ("مُحَمَّد عبده", ["محمد", "مُحَمَّد", "عبده"]),
        ("שָׁלוֹם", ["שלום", "שָׁלוֹם", "של"]),
        ("서울 재즈", ["서울", "서", "\u{1109}\u{1165}\u{110b}\u{116e}\u{11af}"]),
        ("ガラコンサート", ["ガラ", "ｶﾞﾗ", "カ\u{3099}ラ"]),
    ];
    for (title, _) in &titles {
        list(&service, &seller, title).await;
    }
    let client = service.anonymous();
    for (title, queries) in titles {
        for query in queries {
            let found = found(&client, query).await;
            assert!(found.iter().any(|it| it == title), "{query} finds {title}: {found:?}");
        }
    }
    for (query, other) in [("ไม", "nothing but its beginning"), ("カラ", "ガラ"), ("हनद", "हिन्दी")]
    {
        let found = found(&client, query).await;
        assert!(found.iter().all(|title| title.starts_with(query)), "{query} is not {other}: {found:?}");
    }
}

/// Inserts a ticket whose words have an outdated form, with accents.
async fn insert_outdated(env: &TestEnv, seller: &User, title: &str) -> TicketId {
    let id = TicketId::new();
    let document = doc! {
        "_id": &id, "version": 0_i64, "title": title, "words": outdated_words(title), "price": 2000_i64,
        "userId": &seller.id, "orderId": null, "sold": false, "terms": null, "orderSequence": 0_i64, "outbox": [],
    };
    env.collection("tickets").await.insert_one(document).await.unwrap();
    id
}

fn outdated_words(title: &str) -> Vec<String> {
    title.to_lowercase().split(|symbol: char| !symbol.is_alphanumeric()).map(str::to_owned).collect()
}

async fn eventually_finds(service: &Service, query: &str, titles: &[&str]) {
    let client = service.anonymous();
    eventually(query, async || (found(&client, query).await == titles).then_some(())).await;
}

#[tokio::test]
async fn a_ticket_with_outdated_words_is_found_after_a_start() {
    let env = TestEnv::new().await;
    let id = insert_outdated(&env, &user(), "Zoë in İstanbul").await;
    let service = start_in(&env).await;
    eventually_finds(&service, "zoe istanbul", &["Zoë in İstanbul"]).await;
    assert_eq!(show(&service, &id).await.version.0, 0);
}

#[tokio::test]
async fn words_that_an_older_replica_writes_are_reindexed_at_the_next_start() {
    let (env, service) = start().await;
    let ticket = list(&service, &user(), "Zoë").await;
    let edit = doc! { "$set": { "title": "Chloë", "words": outdated_words("Chloë"), "version": 1_i64 } };
    env.collection("tickets").await.update_one(doc! { "_id": &ticket.id }, edit).await.unwrap();
    let service = start_in(&env).await;
    eventually_finds(&service, "chloe", &["Chloë"]).await;
}

#[tokio::test]
async fn edits_during_reindexing_keep_their_own_words() {
    let env = TestEnv::new().await;
    let seller = user();
    let ids = join_all((0..40).map(|_| insert_outdated(&env, &seller, "Früher"))).await;
    let (one, other) = tokio::join!(start_in(&env), start_in(&env));
    let edits = ids.iter().step_by(2).zip([&one, &other].into_iter().cycle()).map(|(id, service)| {
        let (client, path) = (service.signed_in(&seller), format!("/api/tickets/{id}"));
        async move { client.put(&path, &json!({ "title": "Später", "price": 1 })).await.expect(200) }
    });
    join_all(edits).await;
    eventually_finds(&one, "spater", &["Später"; 20]).await;
    eventually_finds(&other, "fruher", &["Früher"; 20]).await;
    let outdated = doc! { "words": { "$ne": common::text::FORM } };
    assert_eq!(env.collection("tickets").await.count_documents(outdated).await.unwrap(), 0);
}
