use bson::{Document, doc};
use common::{
    api::{TicketId, tickets::Ticket},
    events::{Event, PaymentCreated, Subject, TicketUpdated},
    mongo,
    testing::{Service, TestEnv, eventually, user},
};
use serde_json::json;

use super::{cancelled, list, listed, order, paid, show, start, start_in};

/// Publishes an event and waits until it is taken.
async fn tell<E: Event>(env: &TestEnv, event: &E) {
    env.publish(event).await;
    env.all_handled().await;
}

async fn is_sold(service: &Service, ticket: &Ticket) -> Ticket {
    eventually("it is sold", async || Some(show(service, &ticket.id).await).filter(|ticket| ticket.sold)).await
}

#[tokio::test]
async fn a_seller_tells_sold_from_held() {
    let (env, service) = start().await;
    let seller = user();
    let (held, sold) = (list(&service, &seller, "held").await, list(&service, &seller, "sold").await);
    list(&service, &seller, "free").await;
    let bought = order(&sold, 1);
    tell(&env, &order(&held, 1)).await;
    tell(&env, &bought).await;
    tell(&env, &paid(&bought)).await;

    let mine = service.signed_in(&seller).get("/api/tickets/mine").await.expect(200).body;
    let said = |index: usize| (mine[index]["title"].as_str().unwrap(), mine[index].get("sold"));
    assert_eq!([said(0), said(1), said(2)], [("free", None), ("sold", Some(&json!(true))), ("held", None)]);
    let shown = service.anonymous().get(&format!("/api/tickets/{}", sold.id)).await.expect(200).body;
    assert_eq!((&shown["sold"], &shown["orderId"]), (&json!(true), &json!(bought.id)));
    assert_eq!(service.anonymous().get("/api/tickets").await.body.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_held_ticket_shows_what_its_order_says_whatever_the_seller_changed() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let path = format!("/api/tickets/{}", ticket.id);
    let dearer = json!({ "title": "Concert, dearer", "price": 900 });
    // The edit crosses the order, which was made before it.
    let crossed = order(&ticket, 1);
    let _ = service.signed_in(&seller).put(&path, &dearer).await.expect(200);
    tell(&env, &crossed).await;
    let said = async || {
        let ticket = show(&service, &ticket.id).await;
        (ticket.title, ticket.price.to_string())
    };
    let (ordered, edited) = (("Concert".into(), "20.00".into()), ("Concert, dearer".into(), "900.00".into()));
    assert_eq!(said().await, ordered);
    let mine: Vec<Ticket> = service.signed_in(&seller).get("/api/tickets/mine").await.expect(200).read();
    assert_eq!(mine[0].price.cents(), 2000);
    // What the next buyer pays is what the seller asks.
    let event = env.event::<TicketUpdated>(|event| event.order_id.as_ref() == Some(&crossed.id)).await;
    assert_eq!(event.price.cents(), 90_000);

    tell(&env, &cancelled(&crossed)).await;
    assert_eq!(said().await, edited);
    // Heard of in the other order: sold first, and by an order that tells its terms later.
    let next = order(&ticket, 2);
    tell(&env, &paid(&next)).await;
    tell(&env, &next).await;
    assert_eq!(said().await, ordered);
    assert!(show(&service, &ticket.id).await.sold);
}

#[tokio::test]
async fn an_order_that_was_paid_too_late_gives_its_ticket_back() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let late = order(&ticket, 1);
    tell(&env, &late).await;
    tell(&env, &paid(&late)).await;
    is_sold(&service, &ticket).await;
    tell(&env, &cancelled(&late)).await;
    let free = show(&service, &ticket.id).await;
    assert_eq!((free.order_id, free.sold), (None, false));
    // The payment heard of once more, or only now, is old news.
    tell(&env, &paid(&late)).await;
    let free = show(&service, &ticket.id).await;
    assert_eq!((free.order_id, free.sold, free.version.0), (None, false, 3));
}

#[tokio::test]
async fn a_payment_heard_of_before_its_order_sells() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    tell(&env, &paid(&order)).await;
    tell(&env, &order).await;
    let sold = show(&service, &ticket.id).await;
    assert_eq!((sold.order_id, sold.sold), (Some(order.id.clone()), true));
    // The order told what it says of the ticket; heard of twice, it is one change.
    tell(&env, &order).await;
    assert_eq!(sold.version.0, 2);
    assert_eq!(show(&service, &ticket.id).await.version.0, 2);
}

#[tokio::test]
async fn an_earlier_orders_payment_leaves_the_next_order_alone() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let (first, second) = (order(&ticket, 1), order(&ticket, 2));
    tell(&env, &first).await;
    tell(&env, &second).await;
    tell(&env, &paid(&first)).await;
    let held = show(&service, &ticket.id).await;
    assert_eq!((held.order_id, held.sold), (Some(second.id), false));
}

#[tokio::test]
async fn the_next_order_holds_what_was_paid_too_late() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let (late, next) = (order(&ticket, 1), order(&ticket, 2));
    tell(&env, &late).await;
    tell(&env, &paid(&late)).await;
    tell(&env, &next).await;
    tell(&env, &cancelled(&late)).await;
    let held = show(&service, &ticket.id).await;
    assert_eq!((held.order_id, held.sold), (Some(next.id), false));
}

/// Several orders of many tickets at once, everything twice, each ticket's in
/// an order of its own and handled by two replicas.
#[tokio::test]
async fn shuffled_events_of_several_orders_come_to_the_same() {
    const TICKETS: usize = 20;
    let (env, service) = start().await;
    let _second = start_in(&env).await;
    let mut messages = Vec::new();
    let mut expected = Vec::new();
    for turn in 0..TICKETS {
        let ticket = listed(&service).await;
        let (late, dropped, last) = (order(&ticket, 1), order(&ticket, 2), order(&ticket, 3));
        let mut all = vec![
            payload(&late),
            payload(&paid(&late)),
            payload(&cancelled(&late)),
            payload(&dropped),
            payload(&cancelled(&dropped)),
            payload(&last),
            payload(&paid(&last)),
        ];
        all.extend(all.clone());
        all.rotate_left(turn % 7);
        if turn % 2 == 1 {
            all.reverse();
        }
        messages.push(all);
        expected.push((ticket.id, last.id));
    }
    for step in 0..messages[0].len() {
        for (subject, payload) in messages.iter().map(|all| &all[step]) {
            env.publish_raw(*subject, payload).await;
        }
    }
    env.all_handled().await;
    for (ticket, last) in expected {
        let sold = show(&service, &ticket).await;
        assert_eq!((sold.order_id, sold.sold), (Some(last), true));
    }
    assert_eq!(env.dead_letters().await.len(), 0);
}

fn payload<E: Event>(event: &E) -> (Subject, Vec<u8>) {
    (E::SUBJECT, serde_json::to_vec(event).unwrap())
}

#[tokio::test]
async fn a_payment_that_comes_again_changes_nothing() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    tell(&env, &order).await;
    let (subject, payload) = payload(&paid(&order));
    for _ in 0..3 {
        env.publish_raw(subject, &payload).await;
    }
    env.all_handled().await;
    let sold = show(&service, &ticket.id).await;
    assert_eq!((sold.sold, sold.version.0), (true, 2));
}

#[tokio::test]
async fn a_payment_that_names_no_ticket_sells_what_its_order_holds() {
    let (env, service) = start().await;
    let (ticket, other) = (listed(&service).await, listed(&service).await);
    let bought = order(&ticket, 1);
    tell(&env, &bought).await;
    tell(&env, &order(&other, 1)).await;
    let unnamed = PaymentCreated { ticket: None, ..paid(&bought) };
    tell(&env, &unnamed).await;
    assert_eq!(is_sold(&service, &ticket).await.order_id, Some(bought.id.clone()));
    assert!(!show(&service, &other.id).await.sold);
    // Nor does it come back once the order has ended, or trouble anybody.
    tell(&env, &cancelled(&bought)).await;
    let (subject, payload) = payload(&unnamed);
    env.publish_raw(subject, &payload).await;
    env.all_handled().await;
    let free = show(&service, &ticket.id).await;
    assert_eq!((free.order_id, free.sold), (None, false));
    assert_eq!(env.dead_letters().await.len(), 0);
}

#[tokio::test]
async fn a_payment_for_an_unknown_ticket_is_a_dead_letter() {
    let (env, service) = start().await;
    let mut lost = order(&listed(&service).await, 1);
    lost.ticket.id = TicketId::new();
    env.publish(&paid(&lost)).await;
    let letter = eventually("it is kept", async || env.dead_letters().await.into_iter().next()).await;
    assert_eq!(letter.service, "tickets-service");
    assert!(letter.subject.ends_with("payment:created"), "{}", letter.subject);
    assert!(letter.reason.contains("unknown ticket"), "{}", letter.reason);
}

#[tokio::test]
async fn a_ticket_of_before_sales_were_heard_of_is_read_and_sold() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    tell(&env, &order).await;
    let database = mongo::connect(env.env().text("MONGO_URI").unwrap()).await.unwrap();
    let tickets = database.collection::<Document>("tickets");
    let forgot = tickets.update_many(doc! {}, doc! { "$unset": { "sold": 1 } }).await.unwrap();
    assert_eq!(forgot.modified_count, 1);
    let held = show(&service, &ticket.id).await;
    assert_eq!((held.order_id.as_ref(), held.sold), (Some(&order.id), false));
    tell(&env, &paid(&order)).await;
    is_sold(&service, &ticket).await;
    let told = env.event::<TicketUpdated>(|event| event.version.0 == 2).await;
    assert_eq!(told.order_id, Some(order.id));
}

#[tokio::test]
async fn a_sold_ticket_is_not_edited() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    tell(&env, &paid(&order(&ticket, 1))).await;
    let body = json!({ "title": "Concert", "price": 30 });
    let path = format!("/api/tickets/{}", ticket.id);
    service.signed_in(&seller).put(&path, &body).await.refused(400, &["Cannot edit a reserved ticket"]);
}
