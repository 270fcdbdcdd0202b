//! What every program shares: its `main`, its stores, its start.

use std::{error::Error, process::ExitCode};

use mongodb::Database;

use crate::{
    clock::Clock,
    config::Env,
    error::chain,
    messaging::{Broker, BrokerConfig},
    mongo,
    server::App,
    session::Sessions,
    telemetry,
};

/// The port to serve on, as in the cluster, unless `PORT` names another.
const DEFAULT_PORT: u16 = 3000;

/// Why a program can't start: a variable of its environment, or a store.
pub type StartError = Box<dyn Error + Send + Sync>;

/// Runs a program: starts telemetry, has `start` read the environment and connect
/// to the stores, and serves on `PORT` until SIGTERM or Ctrl-C. The exit code is
/// 0, or 1 once the error has been logged.
pub async fn run(name: &'static str, start: impl AsyncFnOnce(&Env, Clock) -> Result<App, StartError>) -> ExitCode {
    let program = Box::pin(async {
        let _telemetry = telemetry::init(name)?;
        let env = Env::process();
        let port = env.or("PORT", DEFAULT_PORT)?;
        start(&env, Clock::system()).await?.serve(port).await.map_err(StartError::from)
    });
    match program.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

/// What services share that have a database, events and sessions.
pub struct Base {
    /// The service's own database.
    pub database: Database,
    /// Where events go and come from.
    pub broker: Broker,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The time.
    pub clock: Clock,
}

impl Base {
    /// Reads `MONGO_URI`, `JWT_KEY` and the [broker's variables](BrokerConfig::from_env),
    /// then connects to both stores. The error names the variable or the store.
    pub async fn connect(env: &Env, clock: Clock) -> Result<Self, StartError> {
        let mongo_uri: String = env.required("MONGO_URI")?;
        let broker = BrokerConfig::from_env(env)?;
        let sessions = Sessions::from_env(env, clock.clone())?;
        Ok(Self { database: mongo::connect(&mongo_uri).await?, broker: broker.connect().await?, sessions, clock })
    }
}
