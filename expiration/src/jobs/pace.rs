use std::{
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Wakes a worker at an interval, whatever happens.
///
/// apalis' own interval, once it is over, wakes nobody until it is asked again:
/// after an answer of Redis that took long the worker would sleep for ever.
pub(super) struct Pace(Interval);

impl Pace {
    pub(super) fn new(pause: Duration) -> Self {
        let mut interval = interval(pause);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(interval)
    }
}

impl PollStrategy for Pace {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        // Until it is pending, which means that the next tick will wake.
        while self.0.poll_tick(cx).is_ready() {}
        Poll::Pending
    }
}
