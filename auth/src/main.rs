//! The program `auth`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    common::service::run(auth::NAME, auth::start).await
}
