//! Buying, and what became of orders.

use axum::http::header;
use reqwest::Method;

use crate::{
    services::{OLDER, PRICE, TICKET},
    stage::{Reply, played, run, send},
};

fn has_price(page: &Reply, price: &str) -> bool {
    page.body.contains(&format!(r#"name="price" value="{price}""#))
}

#[test]
fn an_order_at_a_price_that_has_changed_is_asked_for_again_at_the_new_one() {
    run(async {
        let page = format!("/tickets/{TICKET}");
        let reply = played().form("/fn/buy", &[("ticket", TICKET), ("price", "20.00")]).await;
        assert_eq!(reply.location(), page);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();

        let request = played().request(Method::GET, &page).header(header::ACCEPT, "text/html");
        let again = send(request.header(header::COOKIE, cookie)).await;
        assert!(again.body.contains("The price has changed") && again.body.contains("$25.50"), "{}", again.body);
        assert!(has_price(&again, PRICE), "{}", again.body);

        let reply = played().form("/fn/buy", &[("ticket", TICKET), ("price", PRICE)]).await;
        assert_eq!(reply.location(), format!("/orders/{OLDER}"));
    });
}

#[test]
fn a_script_that_buys_at_another_price_is_told_so() {
    run(async {
        let request = played().request(Method::POST, "/fn/buy").form(&[("ticket", TICKET), ("price", "20.00")]);
        let reply = send(request).await;
        assert!(reply.status.is_success() && reply.body.contains("The price has changed"), "{}", reply.body);
        reply.leads_nowhere("a refusal");
    });
}

#[test]
fn a_long_list_of_orders_goes_on_on_its_next_page() {
    run(async {
        let first = played().page("/orders").await;
        assert!(first.body.contains("More orders") && !first.body.contains("Back to the newest"), "{}", first.body);
        let next = "/orders?after=65a000000000000000000020";
        assert!(first.body.replace("?&amp;", "?").replace("?&", "?").contains(next), "{}", first.body);
        let second = played().page(next).await;
        assert!(second.body.contains(&format!("Concert of {OLDER}")), "{}", second.body);
        assert!(!second.body.contains("More orders") && second.body.contains("Back to the newest"), "{}", second.body);
    });
}

#[test]
fn a_complete_order_that_was_refunded_says_so_and_takes_no_payment() {
    run(async {
        for (id, badge, amount) in [(OLDER, "Partly refunded", "$5.00"), ("65a000000000000000000011", ">Refunded<", "")]
        {
            let page = played().page(&format!("/orders/{id}")).await;
            assert!(page.body.contains(badge) && page.body.contains(amount), "{}", page.body);
            assert!(!page.body.contains("Pay by card"), "{}", page.body);
        }
        let list = played().page("/orders").await;
        assert!(list.body.contains("Partly refunded") && list.body.contains(" $5.00"), "{}", list.body);
    });
}
