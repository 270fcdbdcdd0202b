//! Where a stack's stores are.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use common::{
    config::{ConfigError, Env},
    messaging::{Broker, BrokerConfig},
    mongo,
};
use mongodb::Database;

/// Seconds of grace after a hold, as expiration has it where nothing is set.
const DEFAULT_GRACE_SECONDS: u32 = 30;

/// The addresses of a stack's stores.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The broker of the events.
    pub broker: BrokerConfig,
    /// How long after its hold an order may still complete a payment.
    pub grace: TimeDelta,
    /// A MongoDB URI by service.
    pub databases: BTreeMap<String, String>,
    /// The URL of the ledger of a stand-in for Stripe, if there is one.
    pub ledger: Option<String>,
}

impl Stack {
    /// Reads `NATS_URL`, `EVENTS_PREFIX`, `NATS_STREAM_REPLICAS`,
    /// `PAYMENT_GRACE_SECONDS`, and those of `TICKETS_MONGO_URI`,
    /// `ORDERS_MONGO_URI` and `PAYMENTS_MONGO_URI` that are set.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let uri = |service: &str| env.text(&variable(service)).map(|uri| (service.to_owned(), uri.to_owned()));
        Ok(Self {
            broker: BrokerConfig::from_env(env)?,
            grace: TimeDelta::seconds(env.or("PAYMENT_GRACE_SECONDS", DEFAULT_GRACE_SECONDS)?.into()),
            databases: ["tickets", "orders", "payments"].into_iter().filter_map(uri).collect(),
            ledger: None,
        })
    }

    pub(crate) async fn broker(&self) -> Result<Broker> {
        Ok(self.broker.connect().await?)
    }

    pub(crate) async fn database(&self, service: &str) -> Result<Database> {
        let uri = self.databases.get(service);
        let uri = uri.with_context(|| format!("the database of {service} is not known: set {}", variable(service)))?;
        mongo::connect(uri).await.with_context(|| format!("the database of {service}"))
    }
}

fn variable(service: &str) -> String {
    format!("{}_MONGO_URI", service.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATS: (&str, &str) = ("NATS_URL", "nats://nats-srv:4222");
    const ORDERS: (&str, &str) = ("ORDERS_MONGO_URI", "mongodb://orders-mongo-srv/orders");

    #[tokio::test]
    async fn the_environment_names_the_stack() {
        let stack = Stack::from_env(&Env::from([NATS, ORDERS])).unwrap();
        assert_eq!((stack.broker.url.as_str(), stack.grace), (NATS.1, TimeDelta::seconds(30)));
        assert_eq!(stack.databases, BTreeMap::from([("orders".to_owned(), ORDERS.1.to_owned())]));
        let missing = stack.database("payments").await.unwrap_err().to_string();
        assert!(missing.contains("PAYMENTS_MONGO_URI"), "{missing}");
    }

    #[test]
    fn a_missing_or_malformed_variable_is_named() {
        let missing = Stack::from_env(&Env::from([ORDERS])).unwrap_err().to_string();
        assert!(missing.contains("NATS_URL"), "{missing}");
        let malformed = Stack::from_env(&Env::from([NATS, ("PAYMENT_GRACE_SECONDS", "soon")])).unwrap_err().to_string();
        assert!(malformed.contains("PAYMENT_GRACE_SECONDS"), "{malformed}");
    }
}
