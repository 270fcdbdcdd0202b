//! The program `expiration`.

use std::{error::Error, process::ExitCode};

use common::{clock::Clock, config::Env, telemetry};
use expiration::{AppState, Config};

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::init(expiration::NAME).run(Box::pin(run())).await
}

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let config = Config::from_env(&Env::process())?;
    let state = AppState::connect(&config, Clock::system()).await?;
    Ok(expiration::app(state).serve(config.port).await?)
}
