//! The program `payments`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    common::service::run(payments::NAME, payments::start).await
}
