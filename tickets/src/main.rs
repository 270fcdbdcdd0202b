//! The program `tickets`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    common::service::run(tickets::NAME, tickets::start).await
}
