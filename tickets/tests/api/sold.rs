use common::{
    api::{OrderId, TicketId, tickets::Ticket},
    events::{Event, Subject, TicketUpdated},
    testing::{Service, TestEnv, eventually, order_cancelled, order_completed, payment_created, user},
};
use serde_json::json;

use super::{list, listed, order, show, start, start_in};

/// Publishes an event and waits until it is handled.
async fn publish<E: Event>(env: &TestEnv, event: &E) {
    env.publish(event).await;
    env.all_handled().await;
}

async fn order_and_sold(service: &Service, ticket: &Ticket) -> (Option<OrderId>, bool) {
    let ticket = show(service, &ticket.id).await;
    (ticket.order_id, ticket.sold)
}

#[tokio::test]
async fn sellers_can_distinguish_sold_from_held_tickets() {
    let (env, service) = start().await;
    let seller = user();
    let (held, sold) = (list(&service, &seller, "held").await, list(&service, &seller, "sold").await);
    list(&service, &seller, "free").await;
    let bought = order(&sold, 1);
    publish(&env, &order(&held, 1)).await;
    publish(&env, &bought).await;
    publish(&env, &order_completed(&bought)).await;

    let mine = service.signed_in(&seller).get("/api/tickets/mine").await.expect(200).body;
    let shown = |index: usize| (mine[index]["title"].as_str().unwrap(), mine[index].get("sold"));
    assert_eq!([shown(0), shown(1), shown(2)], [("free", None), ("sold", Some(&json!(true))), ("held", None)]);
    let public = service.anonymous().get(&format!("/api/tickets/{}", sold.id)).await.expect(200).body;
    assert_eq!((&public["sold"], &public["orderId"]), (&json!(true), &json!(bought.id)));
    assert_eq!(service.anonymous().get("/api/tickets").await.body.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_held_ticket_shows_title_and_price_as_ordered() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let path = format!("/api/tickets/{}", ticket.id);
    let dearer = json!({ "title": "Concert, dearer", "price": 900 });
    // The edit crosses the earlier order.
    let crossed = order(&ticket, 1);
    let _ = service.signed_in(&seller).put(&path, &dearer).await.expect(200);
    publish(&env, &crossed).await;
    let displayed = async || {
        let ticket = show(&service, &ticket.id).await;
        (ticket.title, ticket.price.to_string())
    };
    let (ordered, edited) = (("Concert".into(), "20.00".into()), ("Concert, dearer".into(), "900.00".into()));
    assert_eq!(displayed().await, ordered);
    let mine: Vec<Ticket> = service.signed_in(&seller).get("/api/tickets/mine").await.expect(200).read();
    assert_eq!(mine[0].price.cents(), 2000);
    // The event carries the seller's price, which the next buyer pays.
    let event = env.event::<TicketUpdated>(|event| event.order_id.as_ref() == Some(&crossed.id)).await;
    assert_eq!(event.price.cents(), 90_000);

    publish(&env, &order_cancelled(&crossed)).await;
    assert_eq!(displayed().await, edited);
    // The completion arrives before the creation with its terms.
    let next = order(&ticket, 2);
    publish(&env, &order_completed(&next)).await;
    publish(&env, &next).await;
    assert_eq!(displayed().await, ordered);
    assert!(show(&service, &ticket.id).await.sold);
}

#[tokio::test]
async fn a_payment_alone_sells_nothing() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let late = order(&ticket, 1);
    publish(&env, &late).await;
    // Its buyer has cancelled meanwhile.
    publish(&env, &payment_created(&late)).await;
    assert_eq!(order_and_sold(&service, &ticket).await, (Some(late.id.clone()), false));
    publish(&env, &order_cancelled(&late)).await;
    let free = show(&service, &ticket.id).await;
    assert_eq!((free.order_id, free.sold, free.version.0), (None, false, 2));
}

#[tokio::test]
async fn a_completion_received_before_its_order_sells_the_ticket() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    publish(&env, &order_completed(&order)).await;
    publish(&env, &order).await;
    assert_eq!(order_and_sold(&service, &ticket).await, (Some(order.id.clone()), true));
    // The order adds its terms once; a duplicate changes nothing.
    for _ in 0..2 {
        assert_eq!(show(&service, &ticket.id).await.version.0, 2);
        publish(&env, &order).await;
    }
}

#[tokio::test]
async fn the_end_of_an_earlier_order_leaves_the_next_order_alone() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let (first, second) = (order(&ticket, 1), order(&ticket, 2));
    publish(&env, &second).await;
    publish(&env, &first).await;
    publish(&env, &order_cancelled(&first)).await;
    assert_eq!(order_and_sold(&service, &ticket).await, (Some(second.id), false));
}

/// Several orders on many tickets at once. Each event comes twice, each ticket's events
/// in an order of their own, and two replicas handle them.
#[tokio::test]
async fn shuffled_events_of_several_orders_converge() {
    const TICKETS: usize = 20;
    let (env, service) = start().await;
    let _second = start_in(&env).await;
    let mut messages = Vec::new();
    let mut expected = Vec::new();
    for turn in 0..TICKETS {
        let ticket = listed(&service).await;
        let (first, dropped, last) = (order(&ticket, 1), order(&ticket, 2), order(&ticket, 3));
        let mut all = vec![
            payload(&first),
            payload(&order_cancelled(&first)),
            payload(&dropped),
            payload(&order_cancelled(&dropped)),
            payload(&last),
            payload(&order_completed(&last)),
        ];
        all.extend(all.clone());
        all.rotate_left(turn % 6);
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
async fn a_duplicate_completion_changes_nothing() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let order = order(&ticket, 1);
    publish(&env, &order).await;
    let (subject, payload) = payload(&order_completed(&order));
    for _ in 0..3 {
        env.publish_raw(subject, &payload).await;
    }
    env.all_handled().await;
    let sold = show(&service, &ticket.id).await;
    assert_eq!((sold.sold, sold.version.0), (true, 2));
}

#[tokio::test]
async fn a_completion_that_names_no_ticket_is_a_dead_letter() {
    let (env, service) = start().await;
    let ticket = listed(&service).await;
    let bought = order(&ticket, 1);
    publish(&env, &bought).await;
    let mut unnamed = serde_json::to_value(order_completed(&bought)).unwrap();
    unnamed.as_object_mut().unwrap().remove("ticket").unwrap();
    env.publish_raw(Subject::OrderCompleted, unnamed.to_string().as_bytes()).await;
    let letter = eventually("a dead letter", async || env.dead_letters().await.into_iter().next()).await;
    assert_eq!(letter.service, "tickets-service");
    assert!(letter.reason.contains("missing field `ticket`"), "{}", letter.reason);
    assert!(!show(&service, &ticket.id).await.sold);
}

#[tokio::test]
async fn the_completion_of_an_order_on_an_unknown_ticket_is_a_dead_letter() {
    let (env, service) = start().await;
    let mut lost = order(&listed(&service).await, 1);
    lost.ticket.id = TicketId::new();
    env.publish(&order_completed(&lost)).await;
    let letter = eventually("a dead letter", async || env.dead_letters().await.into_iter().next()).await;
    assert_eq!(letter.service, "tickets-service");
    assert!(letter.subject.ends_with("order:completed"), "{}", letter.subject);
    assert!(letter.reason.contains("unknown ticket"), "{}", letter.reason);
}

#[tokio::test]
async fn a_sold_ticket_is_not_edited() {
    let (env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    publish(&env, &order_completed(&order(&ticket, 1))).await;
    let body = json!({ "title": "Concert", "price": 30 });
    let path = format!("/api/tickets/{}", ticket.id);
    service.signed_in(&seller).put(&path, &body).await.refused(400, &["Cannot edit a reserved ticket"]);
}
