//! Time, injected: services ask a [`Clock`], tests turn its hands.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Tells the time, in whole milliseconds (what documents and events keep).
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

    /// A clock that runs like the system's and can be put forward.
    #[must_use]
    pub fn adjustable() -> Self {
        Self(Source::Shifted(Arc::default()))
    }

    /// A clock that stands still until it is put forward.
    #[must_use]
    pub fn stopped_at(time: DateTime<Utc>) -> Self {
        Self(Source::Stopped(Arc::new(AtomicI64::new(time.timestamp_millis()))))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Shifted(ahead) => system_now() + TimeDelta::milliseconds(ahead.load(Ordering::SeqCst)),
            Source::Stopped(at) => DateTime::from_timestamp_millis(at.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Puts an adjustable or stopped clock, and every copy of it, forward.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Shifted(hand) | Source::Stopped(hand) = &self.0 {
            hand.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one home of the system's time")]
fn system_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
