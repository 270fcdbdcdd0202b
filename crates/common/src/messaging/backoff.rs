//! How long a failing message waits, and when it is given up.

use std::time::Duration;

/// Deliveries before a message that keeps failing becomes a dead letter: with
/// the waits below about an hour and a half, longer than most outages of a store.
pub(super) const MAX_DELIVERIES: i64 = 600;

/// Seconds to wait after the first, second … failed delivery. The last one repeats:
/// the longest that an event waits once its listener can handle it again.
const WAITS: [f32; 6] = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0];

/// The wait after delivery number `delivered`, from 1, has failed.
pub(super) fn wait(delivered: i64) -> Duration {
    let index = usize::try_from(delivered - 1).unwrap_or(0).min(WAITS.len() - 1);
    Duration::from_secs_f32(WAITS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_outlast_a_stores_outage() {
        let waits: Vec<_> = (1..MAX_DELIVERIES).map(wait).collect();
        assert!(waits.is_sorted());
        assert!(waits.iter().sum::<Duration>() > Duration::from_mins(90));
    }
}
