//! Prices and times as visitors read them.

use chrono::{DateTime, Utc};
use common::api::Price;

/// `$1,234.50`
pub fn money(price: Price) -> String {
    let (dollars, cents) = (price.cents() / 100, price.cents() % 100);
    if dollars >= 1000 {
        format!("${},{:03}.{cents:02}", dollars / 1000, dollars % 1000)
    } else {
        format!("${dollars}.{cents:02}")
    }
}

/// `22 November 2026, 18:30 UTC`
pub fn moment(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// Remaining seconds as `14:59`; hours are counted as minutes.
pub fn countdown(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals_and_groups_of_three() {
        for (cents, shown) in [
            (1, "$0.01"),
            (99_999, "$999.99"),
            (100_000, "$1,000.00"),
            (123_405, "$1,234.05"),
            (99_999_999, "$999,999.99"),
        ] {
            assert_eq!(money(Price::from_cents(cents).unwrap()), shown);
        }
    }

    #[test]
    fn a_countdown_stops_at_zero() {
        for (seconds, shown) in [(900, "15:00"), (899, "14:59"), (61, "1:01"), (9, "0:09"), (0, "0:00"), (-5, "0:00")] {
            assert_eq!(countdown(seconds), shown);
        }
    }

    #[test]
    fn times_are_shown_with_their_zone() {
        assert_eq!(moment("2026-11-02T08:05:59Z".parse().unwrap()), "2 November 2026, 08:05 UTC");
    }
}
