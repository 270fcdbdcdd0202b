//! What the environment says.

use common::{
    config::{self, ConfigError, Env},
    messaging::Prefix,
    session::SessionConfig,
};

/// The service's configuration; `README.md` has the table.
pub struct Config {
    /// Where to serve.
    pub port: u16,
    /// The service's own database.
    pub mongo_uri: String,
    /// The broker.
    pub nats_url: String,
    /// What stands in front of the names of streams and subjects.
    pub events_prefix: Prefix,
    /// How sessions are signed.
    pub session: SessionConfig,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            port: config::port(env)?,
            mongo_uri: env.required("MONGO_URI")?,
            nats_url: env.required("NATS_URL")?,
            events_prefix: env.or("EVENTS_PREFIX", Prefix::default())?,
            session: SessionConfig::from_env(env)?,
        })
    }
}
