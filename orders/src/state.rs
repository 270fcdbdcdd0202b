//! What handlers and listeners share.

use std::error::Error;

use axum::extract::FromRef;
use common::{arrivals::Arrivals, clock::Clock, messaging::Broker, mongo, session::Sessions};
use mongodb::Database;

use crate::{
    Config,
    models::{Orders, TicketReplicas},
};

/// Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub(crate) database: Database,
    pub(crate) broker: Broker,
    pub(crate) sessions: Sessions,
    pub(crate) orders: Orders,
    pub(crate) tickets: TicketReplicas,
    pub(crate) arrivals: Arrivals,
}

impl AppState {
    /// Connects to the stores and creates what is missing in them.
    pub async fn connect(config: &Config, clock: Clock) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let database = mongo::connect(&config.mongo_uri).await?;
        let broker = config.broker.connect().await?;
        let orders = Orders::open(&database, config.hold, clock.clone()).await?;
        let tickets = TicketReplicas::open(&database);
        let (sessions, arrivals) = (Sessions::new(&config.session, clock.clone()), Arrivals::new(clock));
        Ok(Self { database, broker, sessions, orders, tickets, arrivals })
    }
}
