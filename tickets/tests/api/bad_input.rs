use common::testing::{Client, Reply, user};
use reqwest::{Method, header};
use serde_json::{Value, json};

use super::{list, start};

async fn send(client: &Client, path: &str, body: impl Into<reqwest::Body>) -> Reply {
    let method = if path.ends_with("tickets") { Method::POST } else { Method::PUT };
    let request = client.request(method, path).header(header::CONTENT_TYPE, "application/json");
    client.send(request.body(body)).await
}

#[tokio::test]
async fn fields_of_wrong_types_and_values_are_refused() {
    let (_env, service) = start().await;
    let seller = user();
    let ticket = list(&service, &seller, "Concert").await;
    let client = service.signed_in(&seller);
    let title = |title: Value| json!({ "title": title, "price": 1 }).to_string();
    let price = |price: &str| format!(r#"{{"title":"Concert","price":{price}}}"#);
    let mut bodies = vec!["{}".to_owned(), "[]".into(), "null".into(), "1".into(), "\"x\"".into(), String::new()];
    bodies.extend(["{".to_owned(), "{\"title\":".into(), "\u{feff}{}".into(), "[\"Concert\",1]".into()]);
    for bad in [json!(null), json!(1), json!([]), json!(["a"]), json!({}), json!(true)] {
        bodies.push(title(bad));
    }
    bodies.extend([title(json!("")), title(json!(" \t\n ")), title(json!("a\0b")), title(json!("x".repeat(300)))]);
    for bad in ["0", "-1", "0.001", "19.999", "1e308", "1e999", "NaN", "\"NaN\"", "null", "[1]", "{}", "true", "\"\""] {
        bodies.push(price(bad));
    }
    for path in ["/api/tickets".to_owned(), format!("/api/tickets/{}", ticket.id)] {
        for body in &bodies {
            let reply = send(&client, &path, body.clone()).await;
            assert_eq!(reply.status, 400, "{path} {body}: {}", reply.body);
            let _ = reply.messages();
        }
    }
    assert_eq!(super::show(&service, &ticket.id).await, ticket);
}

#[tokio::test]
async fn refusals_explain_the_wrong_price_or_title() {
    let (_env, service) = start().await;
    let client = service.signed_in(&user());
    let number = "Price must be a number such as 12.50";
    for (price, message) in [
        (json!(null), "Price is required"),
        (json!(""), "Price is required"),
        (json!("abc"), number),
        (json!([1]), number),
        (json!("1e3"), number),
        (json!("12,50"), "Price must be written with a point and without commas, such as 12.50"),
        (json!("١٢"), "Price must be written in the digits 0 to 9, such as 12.50"),
        (json!(0), "Price must be greater than zero"),
        (json!("-5"), "Price must be greater than zero"),
    ] {
        client.post("/api/tickets", &json!({ "title": "Concert", "price": price })).await.refused(400, &[message]);
    }
    for (title, message) in [
        ("\u{200b}\u{3164}\u{2800}", "Title is required"),
        ("Concert \u{202e}", "Title must not contain text direction controls"),
        ("Con\u{2028}cert", "Title must not contain control characters"),
    ] {
        client.post("/api/tickets", &json!({ "title": title, "price": 1 })).await.refused(400, &[message]);
    }
}

#[tokio::test]
async fn bodies_that_are_not_json_or_too_large_are_refused() {
    let (_env, service) = start().await;
    let client = service.signed_in(&user());
    let large = json!({ "title": "x".repeat(70 * 1024), "price": 1 }).to_string();
    send(&client, "/api/tickets", large).await.refused(413, &["Request body is too large"]);
    let bytes: &[u8] = &[0xff, 0xfe, 0x00];
    assert_eq!(send(&client, "/api/tickets", bytes).await.status, 400);

    let unsupported = ["Content-Type must be application/json"];
    let form = client.request(Method::POST, "/api/tickets").form(&[("title", "Concert"), ("price", "1")]);
    client.send(form).await.refused(415, &unsupported);
    client.send(client.request(Method::POST, "/api/tickets").body("{}")).await.refused(415, &unsupported);
}
