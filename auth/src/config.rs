//! What the environment says.

use common::{
    config::{self, ConfigError, Env},
    session::SessionConfig,
};

/// The service's configuration; `README.md` has the table.
pub struct Config {
    /// Where to serve.
    pub port: u16,
    /// The service's own database.
    pub mongo_uri: String,
    /// How sessions are signed.
    pub session: SessionConfig,
    /// Sign-ins and sign-ups per minute and client address; 0 is without limit.
    pub rate_per_minute: u32,
    /// Whether the client's address is what a proxy in front says it is.
    pub trust_proxy: bool,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            port: config::port(env)?,
            mongo_uri: env.required("MONGO_URI")?,
            session: SessionConfig::from_env(env)?,
            rate_per_minute: env.or("AUTH_RATE_PER_MINUTE", 30)?,
            trust_proxy: env.or("TRUST_PROXY", false)?,
        })
    }
}
