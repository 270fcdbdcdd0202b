//! Time, injected: services ask a [`Clock`], which tests can move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The current time, in whole milliseconds, which is what documents and events store.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Milliseconds that the clock is ahead of the system's.
    Shifted(Arc<AtomicI64>),
    /// Milliseconds since 1970, standing still.
    Stopped(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that runs like the system's and can be advanced.
    #[must_use]
    pub fn adjustable() -> Self {
        Self(Source::Shifted(Arc::default()))
    }

    /// A clock that stands still until it is advanced.
    #[must_use]
    pub fn stopped_at(time: DateTime<Utc>) -> Self {
        Self(Source::Stopped(Arc::new(AtomicI64::new(time.timestamp_millis()))))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Shifted(ahead) => system_now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst)),
            Source::Stopped(at) => DateTime::from_timestamp_millis(at.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Advances an adjustable or stopped clock and every copy of it.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Shifted(milliseconds) | Source::Stopped(milliseconds) = &self.0 {
            milliseconds.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
