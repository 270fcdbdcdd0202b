//! What the environment says.

use common::{
    config::{self, ConfigError, Env},
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
            session: SessionConfig::from_env(env)?,
        })
    }
}
