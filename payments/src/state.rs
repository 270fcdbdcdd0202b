//! What handlers and listeners share.

use std::error::Error;

use axum::extract::FromRef;
use common::{clock::Clock, messaging::Broker, mongo, session::Sessions};
use mongodb::Database;

use crate::{
    Config,
    cashier::Cashier,
    config::StripeConfig,
    gateway::Gateway,
    models::{OrderReplicas, Payments},
};

/// Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub(crate) database: Database,
    pub(crate) broker: Broker,
    pub(crate) clock: Clock,
    pub(crate) sessions: Sessions,
    pub(crate) stripe: StripeConfig,
    pub(crate) orders: OrderReplicas,
    pub(crate) payments: Payments,
    pub(crate) cashier: Cashier,
}

impl AppState {
    /// Connects to the stores and creates what is missing in them.
    pub async fn connect(config: &Config, clock: Clock) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let database = mongo::connect(&config.mongo_uri).await?;
        let broker = config.broker.connect().await?;
        let orders = OrderReplicas::open(&database);
        let payments = Payments::open(&database, clock.clone()).await?;
        let gateway = Gateway::new(&config.stripe)?;
        Ok(Self {
            broker,
            sessions: Sessions::new(&config.session, clock.clone()),
            stripe: config.stripe.clone(),
            cashier: Cashier::new(orders.clone(), payments.clone(), gateway, clock.clone()),
            database,
            clock,
            orders,
            payments,
        })
    }
}
