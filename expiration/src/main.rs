//! The program `expiration`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    common::service::run(expiration::NAME, expiration::start).await
}
