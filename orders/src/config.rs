//! What the environment says.

use std::time::Duration;

use common::{
    config::{self, ConfigError, Env, problem},
    messaging::BrokerConfig,
    session::SessionConfig,
};

/// The service's configuration; `README.md` has the table.
pub struct Config {
    /// Where to serve.
    pub port: u16,
    /// The service's own database.
    pub mongo_uri: String,
    /// Where events go and come from.
    pub broker: BrokerConfig,
    /// How long an order holds its ticket unless it is paid.
    pub hold: Duration,
    /// How sessions are signed.
    pub session: SessionConfig,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            port: config::port(env)?,
            mongo_uri: env.required("MONGO_URI")?,
            broker: BrokerConfig::from_env(env)?,
            hold: hold(env)?,
            session: SessionConfig::from_env(env)?,
        })
    }
}

fn hold(env: &Env) -> Result<Duration, ConfigError> {
    let hold = env.seconds_or("ORDER_HOLD_SECONDS", 900)?;
    // An emptied Redis is filled again from the orders of the last day.
    let allowed = Duration::from_secs(1)..Duration::from_hours(23);
    if allowed.contains(&hold) { Ok(hold) } else { Err(problem("ORDER_HOLD_SECONDS", "must be between 1 and 82799")) }
}
