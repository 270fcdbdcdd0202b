//! Rate limits by client address.

use std::{
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

/// The number of addresses from which on idle ones are evicted.
const EVICT_ABOVE: usize = 10_000;
/// The longest pause between two evictions while there are that many.
const EVICT_AFTER: Duration = Duration::from_mins(1);

/// Counts attempts by address.
pub(crate) struct Attempts {
    counts: DefaultKeyedRateLimiter<IpAddr>,
    eviction: Mutex<Eviction>,
}

/// When to evict addresses whose allowance is full again. An eviction scans all
/// addresses, so it runs only once their number has doubled or a minute has passed:
/// the amortized cost per attempt is constant.
struct Eviction {
    above: usize,
    last: Instant,
    #[cfg(test)]
    runs: u32,
}

impl Attempts {
    /// Allows `quota` to each address.
    pub(crate) fn new(quota: Quota) -> Self {
        let eviction = Eviction {
            above: EVICT_ABOVE,
            last: Instant::now(),
            #[cfg(test)]
            runs: 0,
        };
        Self { counts: RateLimiter::keyed(quota), eviction: Mutex::new(eviction) }
    }

    /// Counts an attempt. The error is the time until the next one is allowed.
    pub(crate) fn count(&self, address: IpAddr) -> Result<(), Duration> {
        self.evict_idle(Instant::now());
        let refused = |until: NotUntil<_>| until.wait_time_from(DefaultClock::default().now());
        self.counts.check_key(&address).map_err(refused)
    }

    fn evict_idle(&self, now: Instant) {
        let addresses = self.counts.len();
        if addresses <= EVICT_ABOVE {
            return;
        }
        // Locked: another request is evicting.
        let Ok(mut eviction) = self.eviction.try_lock() else { return };
        if addresses > eviction.above || now.saturating_duration_since(eviction.last) >= EVICT_AFTER {
            self.counts.retain_recent();
            self.counts.shrink_to_fit();
            eviction.above = EVICT_ABOVE.max(2 * self.counts.len());
            eviction.last = now;
            #[cfg(test)]
            {
                eviction.runs += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// Counts one attempt each of so many addresses; returns the number of evictions.
    fn evictions(attempts: &Attempts, addresses: u32) -> u32 {
        for address in 0..addresses {
            attempts.count(Ipv4Addr::from(address).into()).unwrap();
        }
        attempts.eviction.lock().unwrap().runs
    }

    /// Allows one attempt per `period` and address.
    fn one_per(period: Duration) -> Attempts {
        Attempts::new(Quota::with_period(period).unwrap())
    }

    #[test]
    fn a_flood_of_addresses_is_scanned_only_when_it_doubles() {
        let attempts = one_per(Duration::from_hours(1));
        // At 10,001, 20,003, 40,007 and 80,015 addresses; more often if it takes minutes.
        assert!((4..=6).contains(&evictions(&attempts, 100_000)));
        assert_eq!(attempts.counts.len(), 100_000, "none is idle");
    }

    #[test]
    fn idle_addresses_are_evicted() {
        let attempts = one_per(Duration::from_millis(1));
        assert!(evictions(&attempts, 100_000) >= 4);
        assert!(attempts.counts.len() < 50_000);
    }

    #[test]
    fn the_addresses_of_a_flood_are_scanned_after_a_minute() {
        let attempts = one_per(Duration::from_hours(1));
        let runs = evictions(&attempts, 30_000);
        attempts.evict_idle(Instant::now() + EVICT_AFTER / 2);
        assert_eq!(evictions(&attempts, 0), runs);
        attempts.evict_idle(Instant::now() + EVICT_AFTER);
        assert_eq!(evictions(&attempts, 0), runs + 1);
    }
}
