//! The services answer as their `OpenAPI` descriptions say: schemathesis sends
//! each of them valid and invalid requests, through the gateway.

use std::path::Path;
use std::process::{Output, Stdio};

use futures::future::join_all;
use http::header;
use serde_json::json;
use tokio::process::Command;
use xtask::build::Programs;
use xtask::install;
use xtask::report::Report;
use xtask::stack::{Stack, StackOptions};

/// Those that have an HTTP interface.
const SERVICES: [&str; 4] = ["auth", "tickets", "orders", "payments"];

/// Two checks stay out. A path without the requested method is a 404 here, not a
/// 405. And what a schema can't say (a ticket that is held, a title of blanks)
/// makes a request that fits it a 400.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,negative_data_rejection,\
                      missing_required_header,ignored_auth,use_after_free";

/// Runs against one service: the same requests each time. The limit of a minute is far
/// from what they take, so that it cuts none off.
async fn run(bin: &Path, folder: &Path, url: &str, service: &str, cookie: &str) -> Output {
    let mut command = Command::new(bin.join("schemathesis"));
    command
        .current_dir(folder)
        .args(["run", &format!("{url}/api/{service}/openapi.json"), "--header", &format!("Cookie: {cookie}")])
        .args(["--checks", CHECKS, "--generation-with-security-parameters", "false"])
        .args(["--seed", "1", "--max-examples", "20", "--max-time", "60", "--generation-database", "none"])
        .args(["--continue-on-failure", "--no-color"])
        .env("NO_PROXY", "*")
        .stdin(Stdio::null());
    command.kill_on_drop(true).output().await.unwrap()
}

async fn sign_up(url: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let account = json!({ "email": "tester@example.com", "password": "correct horse" });
    let answer = http.post(format!("{url}/api/users/signup")).json(&account).send().await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_service_answers_as_its_description_says() {
    let bin = tokio::task::spawn_blocking(|| install::checks(&Report::terminal())).await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let env = vec![("AUTH_RATE_PER_MINUTE".to_owned(), "0".to_owned())];
    let stack = Stack::start(StackOptions { env, ..options }).await.unwrap();
    let url = stack.url().unwrap();
    let cookie = sign_up(&url).await;
    let runs = SERVICES.map(|service| run(&bin, folder.path(), &url, service, &cookie));
    let outputs = join_all(runs).await;
    stack.stop().await;
    for (service, output) in SERVICES.into_iter().zip(outputs) {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("Test cases:"), "schemathesis tested nothing of {service}: {said}");
        assert!(output.status.success(), "{said}");
    }
}
