//! Times on the wire: RFC 3339 in UTC with milliseconds, as JavaScript's
//! `Date.toJSON` writes them. For `#[serde(with = "…")]`.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serializer};

/// Writes `2026-01-31T12:00:00.000Z`.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Reads any RFC 3339 time, to the millisecond.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::<Utc>::deserialize(deserializer).map(|time| time.trunc_subsecs(3))
}
