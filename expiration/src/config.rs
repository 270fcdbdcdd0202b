//! What the environment says.

use chrono::TimeDelta;
use common::{
    config::{self, ConfigError, Env},
    messaging::BrokerConfig,
};

/// The service's configuration; `README.md` has the table.
pub struct Config {
    /// Where to serve.
    pub port: u16,
    /// Where the jobs are kept.
    pub redis_url: String,
    /// Where events go and come from.
    pub broker: BrokerConfig,
    /// The queue's name, which all its keys in Redis begin with.
    pub queue: String,
    /// How long a payment that began in time may take to finish.
    pub grace: TimeDelta,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            port: config::port(env)?,
            redis_url: env.required("REDIS_URL")?,
            broker: BrokerConfig::from_env(env)?,
            queue: format!("{}expiration", env.text("EVENTS_PREFIX").unwrap_or_default()),
            grace: TimeDelta::seconds(env.or::<u32>("PAYMENT_GRACE_SECONDS", 30)?.into()),
        })
    }
}
