//! Buying, and orders.

use axum::http::header;
use reqwest::Method;

use crate::{
    services::{OLDER, PRICE, TICKET},
    storefront::{Reply, run, send, with_services},
};

fn has_price(page: &Reply, price: &str) -> bool {
    page.body.contains(&format!(r#"name="price" value="{price}""#))
}

#[test]
fn a_changed_price_is_confirmed_before_the_order() {
    run(async {
        let page = format!("/tickets/{TICKET}");
        let reply = with_services().form("/fn/buy", &[("ticket", TICKET), ("price", "20.00")]).await;
        assert_eq!(reply.location(), page);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();

        let request = with_services().request(Method::GET, &page).header(header::ACCEPT, "text/html");
        let again = send(request.header(header::COOKIE, cookie)).await;
        assert!(again.body.contains("The price has changed") && again.body.contains("$25.50"), "{}", again.body);
        assert!(has_price(&again, PRICE), "{}", again.body);

        let reply = with_services().form("/fn/buy", &[("ticket", TICKET), ("price", PRICE)]).await;
        assert_eq!(reply.location(), format!("/orders/{OLDER}"));
    });
}

#[test]
fn an_order_at_a_stale_price_is_refused_for_scripts() {
    run(async {
        let request = with_services().request(Method::POST, "/fn/buy").form(&[("ticket", TICKET), ("price", "20.00")]);
        let reply = send(request).await;
        assert!(reply.status.is_success() && reply.body.contains("The price has changed"), "{}", reply.body);
        reply.is_no_redirect("a refusal");
    });
}

#[test]
fn a_long_list_of_orders_continues_on_its_next_page() {
    run(async {
        let first = with_services().page("/orders").await;
        assert!(first.body.contains("More orders") && !first.body.contains("First page"), "{}", first.body);
        let next = "/orders?after=65a000000000000000000020";
        assert!(first.body.replace("?&amp;", "?").replace("?&", "?").contains(next), "{}", first.body);
        let second = with_services().page(next).await;
        assert!(second.body.contains(&format!("Concert of {OLDER}")), "{}", second.body);
        assert!(!second.body.contains("More orders") && second.body.contains("First page"), "{}", second.body);
    });
}

#[test]
fn a_refunded_order_shows_the_refund_and_no_card_form() {
    run(async {
        for (id, badge, amount) in [(OLDER, "Partly refunded", "$5.00"), ("65a000000000000000000011", ">Refunded<", "")]
        {
            let page = with_services().page(&format!("/orders/{id}")).await;
            assert!(page.body.contains(badge) && page.body.contains(amount), "{}", page.body);
            assert!(!page.body.contains("Pay by card"), "{}", page.body);
        }
        let list = with_services().page("/orders").await;
        assert!(list.body.contains("Partly refunded") && list.body.contains(" $5.00"), "{}", list.body);
    });
}
