//! Ids in Stripe's style.

use rand::distr::{Alphanumeric, SampleString};

/// A fresh id: `pi_` and 24 letters or digits.
pub(crate) fn fresh(prefix: &str) -> String {
    format!("{prefix}_{}", Alphanumeric.sample_string(&mut rand::rng(), 24))
}

/// What a page needs to act on an intent; Stripe builds it from the id.
pub(crate) fn client_secret(intent: &str) -> String {
    fresh(&format!("{intent}_secret"))
}
