//! Sessions that were ended before they expire.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    api::{UserId, users::CurrentUser},
    clock::Clock,
    error::{ApiError, chain},
    session::LIFETIME,
};
use mongodb::error::Error;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::models::{EndedSessions, Users};

/// The pause between two queries: how long a session goes on at other replicas.
const PERIOD: Duration = Duration::from_secs(1);
/// How far the clocks of two replicas may differ.
const SKEW: TimeDelta = TimeDelta::minutes(2);

/// The accounts whose sessions were ended in the last days, kept in memory, so that no
/// request asks the database. Cheap to clone.
#[derive(Clone)]
pub struct Ended {
    users: Users,
    clock: Clock,
    versions: Arc<RwLock<Versions>>,
}

/// The first version that is not over, and since when.
type Versions = HashMap<UserId, (i64, DateTime<Utc>)>;

impl Ended {
    /// Reads them.
    pub async fn open(users: Users, clock: Clock) -> Result<Self, Error> {
        let ended = Self { users, clock, versions: Arc::default() };
        ended.update(ended.clock.now() - LIFETIME - SKEW).await?;
        Ok(ended)
    }

    /// Fails if a session was ended: 401.
    pub fn check(&self, user: &CurrentUser) -> Result<(), ApiError> {
        let versions = self.versions.read().unwrap_or_else(PoisonError::into_inner);
        match versions.get(&user.id) {
            Some((version, _)) if user.version < *version => Err(ApiError::NotAuthorized),
            _ => Ok(()),
        }
    }

    /// Ends sessions here at once.
    pub fn add(&self, ended: EndedSessions) {
        let mut versions = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        let EndedSessions { id, version, at } = ended;
        versions
            .entry(id)
            .and_modify(|known| *known = (known.0.max(version), known.1.max(at)))
            .or_insert((version, at));
    }

    /// Follows what other replicas end, until `stop` is cancelled.
    pub async fn follow(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let now = self.clock.now();
            if let Err(error) = self.update(now - SKEW).await {
                tracing::warn!(error = chain(&error), "ended sessions can't be read, trying again");
            }
            self.forget(now - LIFETIME - SKEW);
            let _ = stop.run_until_cancelled(sleep(PERIOD)).await;
        }
    }

    fn forget(&self, before: DateTime<Utc>) {
        let mut versions = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        versions.retain(|_, (_, at)| *at > before);
    }

    async fn update(&self, since: DateTime<Utc>) -> Result<(), Error> {
        for ended in self.users.sessions_ended_since(since).await? {
            self.add(ended);
        }
        Ok(())
    }
}
