//! The environment that a stack gives its services.

use std::collections::BTreeMap;

use anyhow::Result;

use super::StackOptions;
use super::folder::Folder;
use crate::stores::Stores;

/// What expiration takes where nothing else is said.
const DEFAULT_GRACE_SECONDS: u32 = 30;

/// What all services of a stack share.
#[derive(Clone, Debug)]
pub(super) struct Settings(BTreeMap<String, String>);

/// The stand-in serves unless somebody has said where Stripe is.
pub(super) fn wants_standin(options: &StackOptions) -> bool {
    !options.env.iter().any(|(name, _)| name == "STRIPE_KEY" || name == "STRIPE_API_BASE")
}

impl Settings {
    /// Defaults, overruled by the options' environment, overruled by their numbers.
    pub(super) fn new(options: &StackOptions, folder: &Folder, stores: &Stores, standin: Option<u16>) -> Result<Self> {
        let mut all = BTreeMap::new();
        let mut set = |name: &str, value: String| all.insert(name.to_owned(), value);
        set("JWT_KEY", folder.secret("jwt-key")?);
        set("HANDOVER_KEYS", format!("1:{}", folder.secret("handover-key")?));
        set("STRIPE_WEBHOOK_SECRET", format!("whsec_{}", folder.secret("stripe-webhook-secret")?));
        // Plain http on localhost, and the gateway in front is a proxy to trust.
        set("COOKIE_SECURE", "false".to_owned());
        set("TRUST_PROXY", "true".to_owned());
        if let Some(port) = standin {
            set("STRIPE_API_BASE", format!("http://127.0.0.1:{port}"));
            set("STRIPE_JS_URL", format!("http://127.0.0.1:{port}/v3/"));
            set("STRIPE_KEY", "sk_test_standin".to_owned());
            set("STRIPE_PUBLISHABLE_KEY", "pk_test_standin".to_owned());
        }
        for (name, value) in &options.env {
            set(name, value.clone());
        }
        let numbers = [("ORDER_HOLD_SECONDS", options.hold_seconds), ("PAYMENT_GRACE_SECONDS", options.grace_seconds)];
        for (name, seconds) in numbers {
            seconds.map(|seconds| set(name, seconds.to_string()));
        }
        set("NATS_URL", stores.nats.url().to_owned());
        set("REDIS_URL", stores.redis.url().to_owned());
        Ok(Self(all))
    }

    /// One value; empty if it is not set.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The grace that the services have, theirs by default.
    pub(super) fn grace_seconds(&self) -> u32 {
        self.get("PAYMENT_GRACE_SECONDS").parse().unwrap_or(DEFAULT_GRACE_SECONDS)
    }

    /// What every program gets.
    pub(super) fn shared(&self) -> Vec<(String, String)> {
        self.0.clone().into_iter().collect()
    }

    /// One service's own: its database and its port.
    pub(super) fn of_service(&self, mongo_uri: String, port: u16) -> Vec<(String, String)> {
        let own = [("MONGO_URI".to_owned(), mongo_uri), ("PORT".to_owned(), port.to_string())];
        self.shared().into_iter().chain(own).collect()
    }
}
