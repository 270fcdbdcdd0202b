//! Waiting for what another service has just made.
//!
//! A client that has been told of a new ticket may order it before its event
//! has reached orders. An id tells when it was made: what is so young may be on
//! its way, and is waited for before it is called unknown.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::{sync::Semaphore, time::sleep};

use crate::{api::ids::Id, clock::Clock};

/// What is older is not waited for. Ids count in whole seconds, and two
/// programs' clocks may differ a little.
const YOUNG: TimeDelta = TimeDelta::seconds(10);
/// The pauses between two looks, in milliseconds: three seconds and nine looks.
const PAUSES: [u64; 8] = [15, 25, 50, 100, 250, 500, 1_000, 1_060];
/// Requests that wait at the same time; more are answered at once. Few, as each
/// takes one of the places that requests are worked on in.
const WAITING: usize = 32;

/// Waits for copies of what is young. Cheap to clone.
#[derive(Clone)]
pub struct Arrivals {
    clock: Clock,
    places: Arc<Semaphore>,
}

impl Arrivals {
    /// By the time of `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, places: Arc::new(Semaphore::new(WAITING)) }
    }

    /// What `look` finds of `id`: at once, or, if the id is young, within three
    /// seconds.
    pub async fn find<T, E, F>(&self, id: &impl Id, look: impl Fn() -> F) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let found = look().await?;
        let age = self.clock.now() - id.created_at();
        if found.is_some() || age.abs() > YOUNG {
            return Ok(found);
        }
        let Ok(_place) = self.places.try_acquire() else { return Ok(None) };
        for pause in PAUSES {
            sleep(Duration::from_millis(pause)).await;
            let found = look().await?;
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

    /// How many looks and how much time it took to find something that is there
    /// at the `th` look.
    async fn find(id: &TicketId, th: usize) -> (Option<usize>, usize, Duration) {
        let (looks, began) = (AtomicUsize::new(0), Instant::now());
        let look = || async {
            let look = looks.fetch_add(1, Ordering::SeqCst) + 1;
            Ok::<_, ()>((look >= th).then_some(look))
        };
        let found = Arrivals::new(Clock::system()).find(id, look).await.unwrap();
        (found, looks.into_inner(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_young_is_waited_for_with_few_looks() {
        let young = TicketId::new();
        assert_eq!(find(&young, 1).await, (Some(1), 1, Duration::ZERO));
        assert_eq!(find(&young, 3).await.0, Some(3));
        let (found, looks, time) = find(&young, usize::MAX).await;
        assert_eq!((found, looks, time), (None, 9, Duration::from_secs(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_old_or_of_the_future_is_answered_at_once() {
        for made_up in ["65a000000000000000000001", "ffffffff0000000000000001", "000000000000000000000000"] {
            assert_eq!(find(&made_up.parse().unwrap(), 2).await, (None, 1, Duration::ZERO), "{made_up}");
        }
    }
}
