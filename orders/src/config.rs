//! The variables of this service alone; `README.md` lists all.

use std::time::Duration;

use common::config::{ConfigError, Env, problem};

/// How long an order holds its ticket unless it is paid: `ORDER_HOLD_SECONDS`,
/// 15 minutes by default.
pub(crate) fn hold(env: &Env) -> Result<Duration, ConfigError> {
    let hold = env.seconds_or("ORDER_HOLD_SECONDS", 900)?;
    // An emptied Redis is filled again from the orders of the last day.
    let allowed = Duration::from_secs(1)..Duration::from_hours(23);
    if allowed.contains(&hold) { Ok(hold) } else { Err(problem("ORDER_HOLD_SECONDS", "must be between 1 and 82799")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_lasts_15_minutes_by_default_and_less_than_a_day() {
        let of = |seconds| hold(&Env::from([("ORDER_HOLD_SECONDS", seconds)]));
        assert_eq!(hold(&Env::default()), Ok(Duration::from_mins(15)));
        assert_eq!(of("82799"), Ok(Duration::from_secs(82_799)));
        for wrong in ["0", "82800", "soon"] {
            assert!(of(wrong).unwrap_err().to_string().contains("ORDER_HOLD_SECONDS"), "{wrong}");
        }
    }
}
