//! When, where and what a ticket is for.

use std::{fmt, str::FromStr};

use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

/// What a seller may say of the event; beside the other fields of a ticket on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// When it starts, by the venue's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub starts_at: Option<StartsAt>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false, example = "Hall 2"))]
    pub venue: Option<String>,
    /// What kind of event it is: a [`Category`], or one that only newer programs know, which
    /// older ones keep and pass on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false, example = "music"))]
    pub category: Option<String>,
    /// Seat, block or row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false, example = "Block C, row 4"))]
    pub details: Option<String>,
}

impl About {
    /// The kind of event, if it is said and known.
    #[must_use]
    pub fn kind(&self) -> Option<Category> {
        self.category.as_ref().and_then(|category| category.parse().ok())
    }

    /// Whether the event has begun, if it is said when it starts.
    #[must_use]
    pub fn has_begun(&self, now: DateTime<Utc>) -> bool {
        self.starts_at.is_some_and(|start| start.utc() <= now)
    }
}

#[cfg(feature = "server")]
impl From<&About> for bson::Bson {
    fn from(about: &About) -> Self {
        let fields = [
            ("startsAt", about.starts_at.map(String::from)),
            ("venue", about.venue.clone()),
            ("category", about.category.clone()),
            ("details", about.details.clone()),
        ];
        let said = fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), Self::String(text?))));
        Self::Document(said.collect())
    }
}

/// The kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Category {
    Music,
    Sport,
    Theatre,
    Festival,
    Other,
}

impl Category {
    /// Every category.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The spelling on the wire and in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.as_str().to_owned()
    }
}

/// When an event starts: to the second, with the venue's offset from UTC, which is kept.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
#[cfg_attr(feature = "server", schema(value_type = String, format = DateTime, example = "2026-12-31T20:00:00+01:00"))]
pub struct StartsAt(#[cfg_attr(feature = "server", schemars(with = "DateTime<Utc>"))] DateTime<FixedOffset>);

/// The text is no date and time with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Start must be a date and time with an offset, such as 2026-12-31T20:00:00+01:00")]
pub struct InvalidStart;

impl StartsAt {
    /// The point in time.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0.to_utc()
    }

    /// What the venue's clock shows then.
    #[must_use]
    pub fn local(self) -> NaiveDateTime {
        self.0.naive_local()
    }

    /// The venue's offset from UTC, in minutes.
    #[must_use]
    pub fn offset_minutes(self) -> i32 {
        self.0.offset().local_minus_utc() / 60
    }
}

impl PartialEq for StartsAt {
    /// The same time by another clock is another start.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 && self.0.offset() == other.0.offset()
    }
}

impl Eq for StartsAt {}

impl FromStr for StartsAt {
    type Err = InvalidStart;

    /// Reads RFC 3339, <https://www.rfc-editor.org/rfc/rfc3339>.
    fn from_str(text: &str) -> Result<Self, InvalidStart> {
        DateTime::parse_from_rfc3339(text.trim()).map(|time| Self(time.trunc_subsecs(0))).map_err(|_| InvalidStart)
    }
}

impl TryFrom<String> for StartsAt {
    type Error = InvalidStart;

    fn try_from(text: String) -> Result<Self, InvalidStart> {
        text.parse()
    }
}

impl From<StartsAt> for String {
    fn from(start: StartsAt) -> Self {
        start.to_string()
    }
}

impl fmt::Display for StartsAt {
    /// RFC 3339: `2026-12-31T20:00:00+01:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_keeps_the_venues_offset() {
        let start: StartsAt = " 2026-12-31T20:00:00.750+01:00 ".parse().unwrap();
        assert_eq!(start.to_string(), "2026-12-31T20:00:00+01:00");
        assert_eq!(start.utc().to_string(), "2026-12-31 19:00:00 UTC");
        assert_eq!((start.local().to_string().as_str(), start.offset_minutes()), ("2026-12-31 20:00:00", 60));
        assert_ne!(start, "2026-12-31T19:00:00Z".parse().unwrap());
        for bad in ["", "2026-12-31", "2026-12-31T20:00:00", "2026-12-32T20:00:00Z", "20:00"] {
            assert_eq!(bad.parse::<StartsAt>(), Err(InvalidStart), "{bad}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_on_the_wire() {
        assert_eq!(serde_json::to_string(&About::default()).unwrap(), "{}");
        let said = r#"{"startsAt":"2026-12-31T20:00:00Z","venue":"Hall 2","category":"music","details":"Row 4"}"#;
        let about: About = serde_json::from_str(said).unwrap();
        assert_eq!(serde_json::to_string(&about).unwrap(), said);
    }

    #[cfg(feature = "server")]
    #[test]
    fn what_is_stored_is_read_back() {
        let about = About {
            starts_at: Some("2026-12-31T20:00:00-05:00".parse().unwrap()),
            venue: Some("Hall 2".into()),
            category: Some("festival".into()),
            details: Some("Row 4".into()),
        };
        for about in [about, About::default()] {
            assert_eq!(bson::deserialize_from_bson::<About>((&about).into()).unwrap(), about);
        }
    }

    #[test]
    fn a_category_is_read_as_it_is_spelled() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse(), Ok(*category));
        }
        let newer: About = serde_json::from_str(r#"{"category":"opera"}"#).unwrap();
        assert_eq!((newer.kind(), serde_json::to_string(&newer).unwrap()), (None, r#"{"category":"opera"}"#.into()));
    }
}
