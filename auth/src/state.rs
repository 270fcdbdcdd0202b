//! What handlers share.

use std::error::Error;

use axum::extract::FromRef;
use common::{clock::Clock, mongo, session::Sessions};
use mongodb::Database;

use crate::{Config, limiter::Limiter, models::Users, passwords::Passwords};

/// Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub(crate) database: Database,
    pub(crate) sessions: Sessions,
    pub(crate) users: Users,
    pub(crate) passwords: Passwords,
    pub(crate) limiter: Limiter,
}

impl AppState {
    /// Connects to the database and creates what is missing in it.
    pub async fn connect(config: &Config, clock: Clock) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let database = mongo::connect(&config.mongo_uri).await?;
        Ok(Self {
            users: Users::open(&database).await?,
            database,
            sessions: Sessions::new(&config.session, clock),
            passwords: Passwords::new()?,
            limiter: Limiter::new(config.rate_per_minute, config.trust_proxy),
        })
    }
}
