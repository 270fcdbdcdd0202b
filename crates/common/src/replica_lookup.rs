//! Finding the replica of something that another service has just created.
//!
//! A client may order a ticket right after creating it, before `ticket:created`
//! has reached orders. Ids contain their time of creation: a replica with a young
//! id that is not found yet is looked up again for a moment before the answer is 404.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::{sync::Semaphore, time::sleep};

use crate::{api::ids::Id, clock::Clock};

/// Older ids are not waited for. Ids count in whole seconds, and the clocks of two
/// services may differ a little.
const YOUNG: TimeDelta = TimeDelta::seconds(10);
/// The pauses between lookups, in milliseconds: nine lookups within three seconds.
const PAUSES: [u64; 8] = [15, 25, 50, 100, 250, 500, 1_000, 1_060];
/// Requests that may wait at the same time; others are answered at once. Few, as
/// each occupies one of the slots that limit concurrent requests.
const MAX_WAITING: usize = 32;

/// Looks up replicas, with retries for young ids. Cheap to clone.
#[derive(Clone)]
pub struct ReplicaLookup {
    clock: Clock,
    slots: Arc<Semaphore>,
}

impl ReplicaLookup {
    /// A lookup that judges ages by `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, slots: Arc::new(Semaphore::new(MAX_WAITING)) }
    }

    /// The result of `find`, which is called once, or for a young id until it finds
    /// something, for three seconds at most.
    pub async fn find<T, E, F>(&self, id: &impl Id, find: impl Fn() -> F) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let found = find().await?;
        let age = self.clock.now() - id.created_at();
        if found.is_some() || age.abs() > YOUNG {
            return Ok(found);
        }
        let Ok(_slot) = self.slots.try_acquire() else { return Ok(None) };
        for pause in PAUSES {
            sleep(Duration::from_millis(pause)).await;
            let found = find().await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::Instant;

    use super::*;
    use crate::api::TicketId;

    /// Looks up something that the lookup number `at` finds; returns that number if
    /// it was found, the number of lookups, and the time they took.
    async fn find(id: &TicketId, at: usize) -> (Option<usize>, usize, Duration) {
        let (lookups, began) = (AtomicUsize::new(0), Instant::now());
        let lookup = || async {
            let lookup = lookups.fetch_add(1, Ordering::SeqCst) + 1;
            Ok::<_, ()>((lookup >= at).then_some(lookup))
        };
        let found = ReplicaLookup::new(Clock::system()).find(id, lookup).await.unwrap();
        (found, lookups.into_inner(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_young_id_is_looked_up_again_for_three_seconds() {
        let young = TicketId::new();
        assert_eq!(find(&young, 1).await, (Some(1), 1, Duration::ZERO));
        assert_eq!(find(&young, 3).await.0, Some(3));
        let (found, lookups, time) = find(&young, usize::MAX).await;
        assert_eq!((found, lookups, time), (None, 9, Duration::from_secs(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_id_or_one_of_the_future_is_looked_up_once() {
        for made_up in ["65a000000000000000000001", "ffffffff0000000000000001", "000000000000000000000000"] {
            assert_eq!(find(&made_up.parse().unwrap(), 2).await, (None, 1, Duration::ZERO), "{made_up}");
        }
    }
}
