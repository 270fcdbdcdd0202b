//! The program `client`.

use std::{error::Error, process::ExitCode};

use client::{AppState, Config};
use common::{config::Env, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init(client::NAME).run(Box::pin(run())).await
}

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let config = Config::from_env(&Env::process())?;
    let state = AppState::new(&config)?;
    Ok(client::app(state).serve(config.port).await?)
}
