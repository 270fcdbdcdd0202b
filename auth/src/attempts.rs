//! Who has tried how often of late.

use std::{
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

/// Addresses remembered before those that have rested are looked for.
const REMEMBERED: usize = 10_000;
/// How long they may be remembered after that, if no more come.
const KEPT: Duration = Duration::from_mins(1);

/// Counts attempts by address.
pub(crate) struct Attempts {
    counts: DefaultKeyedRateLimiter<IpAddr>,
    cleaning: Mutex<Cleaning>,
}

/// When addresses that have rested are forgotten. To find them is to look at all:
/// so it is done only when twice as many are remembered as after the last time, or
/// after a minute, and costs each attempt no more than looking at a few.
struct Cleaning {
    above: usize,
    last: Instant,
    #[cfg(test)]
    done: u32,
}

impl Attempts {
    /// Allows each address `quota`.
    pub(crate) fn new(quota: Quota) -> Self {
        let cleaning = Cleaning {
            above: REMEMBERED,
            last: Instant::now(),
            #[cfg(test)]
            done: 0,
        };
        Self { counts: RateLimiter::keyed(quota), cleaning: Mutex::new(cleaning) }
    }

    /// Counts an attempt; the error is the time to wait.
    pub(crate) fn count(&self, address: IpAddr) -> Result<(), Duration> {
        self.forget_rested(Instant::now());
        let refused = |until: NotUntil<_>| until.wait_time_from(DefaultClock::default().now());
        self.counts.check_key(&address).map_err(refused)
    }

    fn forget_rested(&self, now: Instant) {
        let remembered = self.counts.len();
        if remembered <= REMEMBERED {
            return;
        }
        // Held elsewhere, somebody else is at it.
        let Ok(mut cleaning) = self.cleaning.try_lock() else { return };
        if remembered > cleaning.above || now.saturating_duration_since(cleaning.last) >= KEPT {
            self.counts.retain_recent();
            self.counts.shrink_to_fit();
            cleaning.above = REMEMBERED.max(2 * self.counts.len());
            cleaning.last = now;
            #[cfg(test)]
            {
                cleaning.done += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// So many addresses that each try once; how often all were looked at.
    fn cleanings(attempts: &Attempts, addresses: u32) -> u32 {
        for address in 0..addresses {
            attempts.count(Ipv4Addr::from(address).into()).unwrap();
        }
        attempts.cleaning.lock().unwrap().done
    }

    /// Where an attempt is forgiven after `rest`.
    fn forgiving(rest: Duration) -> Attempts {
        Attempts::new(Quota::with_period(rest).unwrap())
    }

    #[test]
    fn a_flood_of_addresses_is_looked_through_only_as_often_as_it_doubles() {
        let attempts = forgiving(Duration::from_hours(1));
        // At 10,001, 20,003, 40,007 and 80,015; twice more if that took minutes.
        assert!((4..=6).contains(&cleanings(&attempts, 100_000)));
        assert_eq!(attempts.counts.len(), 100_000, "none has rested");
    }

    #[test]
    fn addresses_that_have_rested_are_forgotten() {
        let attempts = forgiving(Duration::from_millis(1));
        assert!(cleanings(&attempts, 100_000) >= 4);
        assert!(attempts.counts.len() < 50_000);
    }

    #[test]
    fn what_a_flood_has_left_is_looked_through_after_a_minute() {
        let attempts = forgiving(Duration::from_hours(1));
        let done = cleanings(&attempts, 30_000);
        attempts.forget_rested(Instant::now() + KEPT / 2);
        assert_eq!(cleanings(&attempts, 0), done);
        attempts.forget_rested(Instant::now() + KEPT);
        assert_eq!(cleanings(&attempts, 0), done + 1);
    }
}
