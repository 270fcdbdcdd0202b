//! What the environment says.

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
    /// How sessions are signed.
    pub session: SessionConfig,
    /// Stripe.
    pub stripe: StripeConfig,
}

/// How to talk to Stripe, and what pages need for it.
#[derive(Clone)]
pub struct StripeConfig {
    /// The secret key.
    pub key: String,
    /// The key for pages.
    pub publishable_key: String,
    /// Where Stripe's API is, if not at Stripe.
    pub api_base: Option<String>,
    /// Where Stripe.js is.
    pub js_url: String,
    /// What signs Stripe's webhook events.
    pub webhook_secret: String,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            port: config::port(env)?,
            mongo_uri: env.required("MONGO_URI")?,
            broker: BrokerConfig::from_env(env)?,
            session: SessionConfig::from_env(env)?,
            stripe: StripeConfig::from_env(env)?,
        })
    }
}

impl StripeConfig {
    fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let key: String = env.required("STRIPE_KEY")?;
        if !key.starts_with("sk_") && !key.starts_with("rk_") {
            return Err(problem("STRIPE_KEY", "must be a secret key, sk_… or rk_…"));
        }
        let publishable_key: String = env.required("STRIPE_PUBLISHABLE_KEY")?;
        if !publishable_key.starts_with("pk_") {
            return Err(problem("STRIPE_PUBLISHABLE_KEY", "must be a publishable key, pk_…"));
        }
        Ok(Self {
            key,
            publishable_key,
            api_base: env.optional("STRIPE_API_BASE")?,
            js_url: env.or("STRIPE_JS_URL", "https://js.stripe.com/v3/".into())?,
            webhook_secret: env.required("STRIPE_WEBHOOK_SECRET")?,
        })
    }
}
