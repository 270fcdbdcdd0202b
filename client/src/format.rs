//! Prices and times as visitors read them.

use chrono::{DateTime, Timelike, Utc};
use common::api::{
    Price,
    orders::Card,
    tickets::{Category, StartsAt},
};

/// `$1,234.50`
pub fn money(price: Price) -> String {
    let (dollars, cents) = (price.cents() / 100, price.cents() % 100);
    if dollars >= 1000 {
        format!("${},{:03}.{cents:02}", dollars / 1000, dollars % 1000)
    } else {
        format!("${dollars}.{cents:02}")
    }
}

/// `22 Nov 2026, 18:30 UTC`: about as long as in the visitor's language, so that nothing moves then.
pub fn moment(time: DateTime<Utc>) -> String {
    time.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// How long ago: `just now`, `5 minutes ago`, `on 22 November 2026` after a month.
pub fn ago(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - time).num_minutes();
    let (count, unit) = match minutes {
        ..1 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        1440..43_200 => (minutes / 1440, "day"),
        _ => return time.format("on %-d %B %Y").to_string(),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// A length of time: `15 minutes`, `90 seconds`.
pub fn duration(seconds: u64) -> String {
    let (count, unit) = if seconds.is_multiple_of(60) { (seconds / 60, "minute") } else { (seconds, "second") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The day and the month of an event by the venue's clock: `31`, `Dec`.
pub fn day_and_month(start: StartsAt) -> (String, String) {
    (start.local().format("%-d").to_string(), start.local().format("%b").to_string())
}

/// When an event starts by the venue's clock: `Thu 31 Dec 2026, 20:00`.
pub fn start(start: StartsAt) -> String {
    start.local().format("%a %-d %b %Y, %H:%M").to_string()
}

/// The same as the value of an input for date and time: `2026-12-31T20:00`, with seconds if
/// there are any.
pub fn start_field(start: StartsAt) -> String {
    let seconds = if start.local().second() == 0 { "" } else { ":%S" };
    start.local().format(&format!("%Y-%m-%dT%H:%M{seconds}")).to_string()
}

/// The venue's clock: `UTC+1`, `UTC−3:30`.
pub fn offset(start: StartsAt) -> String {
    offset_of(start.offset_minutes())
}

/// Minutes from UTC: `UTC`, `UTC+1`, `UTC−3:30`.
pub fn offset_of(minutes: i32) -> String {
    let (sign, hours, rest) = (if minutes < 0 { "−" } else { "+" }, minutes.abs() / 60, minutes.abs() % 60);
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        (_, _) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// A kind of event.
pub fn category(category: Category) -> &'static str {
    match category {
        Category::Music => "Music",
        Category::Sport => "Sport",
        Category::Theatre => "Theatre",
        Category::Festival => "Festival",
        Category::Other => "Other",
    }
}

/// `Visa ending in 4242`
pub fn card(card: &Card) -> String {
    let brand = match card.brand.as_str() {
        "amex" => "American Express".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        other => other.chars().take(1).flat_map(char::to_uppercase).chain(other.chars().skip(1)).collect(),
    };
    format!("{brand} ending in {}", card.last4)
}

/// `1 ticket`, `2 tickets`; the number may be a text such as `1000+`.
pub fn tickets(count: &str) -> String {
    format!("{count} ticket{}", if count == "1" { "" } else { "s" })
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
    fn ages_are_told_in_whole_units() {
        let now: DateTime<Utc> = "2026-12-31T12:00:00Z".parse().unwrap();
        for (time, told) in [
            ("2026-12-31T12:00:05Z", "just now"),
            ("2026-12-31T11:59:01Z", "just now"),
            ("2026-12-31T11:59:00Z", "1 minute ago"),
            ("2026-12-31T09:30:00Z", "2 hours ago"),
            ("2026-12-30T12:00:00Z", "1 day ago"),
            ("2026-12-02T12:00:00Z", "29 days ago"),
            ("2026-12-01T12:00:00Z", "on 1 December 2026"),
        ] {
            assert_eq!(ago(time.parse().unwrap(), now), told, "{time}");
        }
    }

    #[test]
    fn a_hold_is_told_in_minutes_if_it_can_be() {
        assert_eq!([900, 60, 90, 1].map(duration), ["15 minutes", "1 minute", "90 seconds", "1 second"]);
    }

    #[test]
    fn events_are_shown_by_the_venues_clock() {
        let new_year = "2026-12-31T23:30:00-05:00".parse().unwrap();
        assert_eq!((start(new_year), offset(new_year)), ("Thu 31 Dec 2026, 23:30".into(), "UTC−5".into()));
        assert_eq!(day_and_month(new_year), ("31".into(), "Dec".into()));
        assert_eq!(start_field(new_year), "2026-12-31T23:30");
        assert_eq!(start_field("2026-12-31T20:00:05Z".parse().unwrap()), "2026-12-31T20:00:05");
        assert_eq!([0, 60, 345, -210].map(offset_of), ["UTC", "UTC+1", "UTC+5:45", "UTC−3:30"]);
    }

    #[test]
    fn cards_are_named_as_their_holders_do() {
        let shown = |brand: &str| card(&Card { brand: brand.into(), last4: "4242".into() });
        assert_eq!(shown("visa"), "Visa ending in 4242");
        assert_eq!(shown("amex"), "American Express ending in 4242");
    }

    #[test]
    fn times_are_shown_with_their_zone() {
        assert_eq!(moment("2026-11-02T08:05:59Z".parse().unwrap()), "2 Nov 2026, 08:05 UTC");
    }
}
