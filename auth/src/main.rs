//! The program `auth`.

use std::{error::Error, process::ExitCode};

use auth::{AppState, Config};
use common::{clock::Clock, config::Env, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init(auth::NAME).run(Box::pin(run())).await
}

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let config = Config::from_env(&Env::process())?;
    let state = AppState::connect(&config, Clock::system()).await?;
    Ok(auth::app(state).serve(config.port).await?)
}
