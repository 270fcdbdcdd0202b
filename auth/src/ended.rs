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
/// How far back a query looks beyond the latest end that is known: writes may become visible
/// in another order, and the clocks of two members of the database's replica set differ.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);
/// How far the clocks of a replica and of the database may differ.
const SKEW: TimeDelta = TimeDelta::days(1);

/// The accounts whose sessions were ended in the last days, kept in memory, so that no
/// request asks the database. Cheap to clone.
#[derive(Clone)]
pub struct Ended {
    users: Users,
    clock: Clock,
    versions: Arc<RwLock<Versions>>,
}

/// The first version that is not over, and since when by the database's clock.
type Versions = HashMap<UserId, (i64, DateTime<Utc>)>;

impl Ended {
    /// Reads them.
    pub async fn open(users: Users, clock: Clock) -> Result<Self, Error> {
        let ended = Self { users, clock, versions: Arc::default() };
        ended.update(ended.horizon()).await?;
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
        let EndedSessions { id, session_version: version, sessions_ended_at } = ended;
        let at = sessions_ended_at.to_chrono();
        versions
            .entry(id)
            .and_modify(|known| *known = (known.0.max(version), known.1.max(at)))
            .or_insert((version, at));
    }

    /// Follows what other replicas end, until `stop` is cancelled. Each query begins where the
    /// last successful one ended, however long ago that was, but not in the future: an older
    /// program stamps by its own clock.
    pub async fn follow(self, stop: CancellationToken) {
        let mut since = self.horizon();
        while !stop.is_cancelled() {
            match self.update(since).await {
                Ok(latest) => since = latest.map_or(since, |latest| since.max(latest.min(self.clock.now()) - OVERLAP)),
                Err(error) => tracing::warn!(error = chain(&error), "ended sessions can't be read, trying again"),
            }
            self.forget(self.horizon());
            let _ = stop.run_until_cancelled(sleep(PERIOD)).await;
        }
    }

    /// The sessions that were ended before this time have expired.
    fn horizon(&self) -> DateTime<Utc> {
        self.clock.now() - LIFETIME - SKEW
    }

    fn forget(&self, before: DateTime<Utc>) {
        let mut versions = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        versions.retain(|_, (_, at)| *at > before);
    }

    /// Reads what was ended since a time by the database's clock, and returns the latest.
    async fn update(&self, since: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
        let ended = self.users.sessions_ended_since(since).await?;
        let latest = ended.iter().map(|ended| ended.sessions_ended_at.to_chrono()).max();
        for ended in ended {
            self.add(ended);
        }
        Ok(latest)
    }
}
