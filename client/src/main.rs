//! The program `client`.

use client::{AppState, Config};
use common::config::Env;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let start = async |env: &Env, _| Ok(client::app(AppState::new(&Config::from_env(env)?)?));
    common::service::run(client::NAME, start).await
}
