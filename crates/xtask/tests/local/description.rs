//! The services answer as their `OpenAPI` descriptions say: schemathesis sends
//! each of them valid and invalid requests, through the gateway.

use std::path::Path;
use std::process::{Output, Stdio};

use common::api::orders::Order;
use common::api::tickets::Ticket;
use common::api::users::User;
use common::clock::Clock;
use common::session::{SessionIssuer, Sessions};
use common::testing::{Client, KEY, eventually, user};
use futures::future::join_all;
use serde_json::json;
use tokio::process::Command;
use xtask::build::Programs;
use xtask::install;
use xtask::report::Report;
use xtask::stack::{Stack, StackOptions};

/// Those that have an HTTP interface.
const SERVICES: [&str; 4] = ["auth", "tickets", "orders", "payments"];

/// Three checks stay out. A path without the requested method is a 404 here, not a
/// 405. What a schema can't say (a ticket that is held, a title of blanks) makes a
/// request that fits it a 400. And what is deleted stays to be seen, as cancelled.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,negative_data_rejection,\
                      missing_required_header,ignored_auth";

/// Half of all ids are of these, so that not only refusals are tested.
fn config(service: &str, tickets: &[&Ticket], order: &Order) -> String {
    let tickets: Vec<_> = tickets.iter().map(|ticket| &ticket.id).collect();
    let path = if service == "tickets" { "tickets" } else { "orders" };
    let bindings = [("path.id", path), ("body.ticketId", "tickets"), ("body.orderId", "orders")];
    let bindings =
        bindings.map(|(place, name)| format!("\"{place}\" = {{ dictionary = {name:?}, probability = 0.5 }}\n"));
    format!(
        "[dictionaries]\ntickets = {{ values = {} }}\norders = {{ values = {} }}\n[parameters]\n{}",
        json!(tickets),
        json!([order.id]),
        bindings.concat()
    )
}

/// Runs against one service: the same requests each time. The limit of a minute is far
/// from what they take, so that it cuts none off.
async fn run(bin: &Path, config: &Path, url: &str, service: &str, cookie: &str) -> Output {
    let mut command = Command::new(bin.join("schemathesis"));
    command
        .current_dir(config.parent().unwrap())
        .arg("--config-file")
        .arg(config)
        .args(["run", &format!("{url}/api/{service}/openapi.json"), "--header", &format!("Cookie: {cookie}")])
        .args(["--checks", CHECKS, "--generation-with-security-parameters", "false"])
        .args([
            "--phases",
            "examples,coverage,fuzzing",
            "--seed",
            "1",
            "--max-examples",
            "10",
            "--max-time",
            "60",
            "--generation-database",
            "none",
        ])
        .args(["--continue-on-failure", "--no-color"])
        .env("NO_PROXY", "*")
        .stdin(Stdio::null());
    command.kill_on_drop(true).output().await.unwrap()
}

/// A user's session cookie.
fn cookie(user: &User) -> (String, String) {
    let cookie = SessionIssuer::new(Sessions::new(KEY, Clock::system()), false).begin(user).unwrap();
    (cookie.name().to_owned(), cookie.value().to_owned())
}

/// Lists a ticket.
async fn list(seller: &Client) -> Ticket {
    seller.post("/api/tickets", &json!({ "title": "Concert", "price": 20 })).await.expect(201).read()
}

#[tokio::test]
async fn every_service_answers_as_its_description_says() {
    let bin = tokio::task::spawn_blocking(|| install::checks(&Report::terminal())).await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let env = vec![("AUTH_RATE_PER_MINUTE".to_owned(), "0".to_owned()), ("JWT_KEY".to_owned(), KEY.to_owned())];
    let stack = Stack::start(StackOptions { env, ..options }).await.unwrap();
    let url = stack.url().unwrap();
    let (tester, other) = (cookie(&user()), cookie(&user()));
    let client = |(name, value): &(String, String)| Client::new(&url).with_cookie(name, value);
    let (own, listed, bought) =
        (list(&client(&tester)).await, list(&client(&other)).await, list(&client(&other)).await);
    let buy = json!({ "ticketId": bought.id });
    let order: Order = client(&tester).post("/api/orders", &buy).await.expect(201).read();
    eventually("payments knows the order", async || {
        let payment = json!({ "orderId": order.id, "token": "pm_card_visa" });
        (client(&other).post("/api/payments", &payment).await.status == 401).then_some(())
    })
    .await;
    let header = format!("{}={}", tester.0, tester.1);
    let runs = SERVICES.map(|service| {
        let file = folder.path().join(format!("{service}.toml"));
        std::fs::write(&file, config(service, &[&own, &listed], &order)).unwrap();
        let (bin, url, header) = (&bin, &url, &header);
        async move { run(bin, &file, url, service, header).await }
    });
    let outputs = join_all(runs).await;
    stack.stop().await;
    for (service, output) in SERVICES.into_iter().zip(outputs) {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("Test cases:"), "schemathesis tested nothing of {service}: {said}");
        assert!(output.status.success(), "{said}");
    }
}
