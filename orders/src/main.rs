//! The program `orders`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    common::service::run(orders::NAME, orders::start).await
}
