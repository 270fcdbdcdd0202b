//! The variables of this service alone; `README.md` lists all.

use common::config::{ConfigError, Env, problem};

/// How to call Stripe, and what pages need for it.
#[derive(Clone)]
pub(crate) struct StripeConfig {
    /// The secret key.
    pub(crate) key: String,
    /// The key for pages.
    pub(crate) publishable_key: String,
    /// Stripe's API, if it is not at Stripe's own address.
    pub(crate) api_base: Option<String>,
    /// The address of Stripe.js.
    pub(crate) js_url: String,
    /// The secret that signs Stripe's webhook events.
    pub(crate) webhook_secret: String,
}

impl StripeConfig {
    /// Reads the five `STRIPE_…` variables; the error names the one that is missing or bad.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
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
