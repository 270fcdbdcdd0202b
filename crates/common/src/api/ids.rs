//! Identifiers: `MongoDB` `ObjectId`s, written as 24 hexadecimal digits.
//!
//! They stay text from the browser to the stores: one shape everywhere, and
//! their order is still the order of creation.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The text is not an `ObjectId`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an ObjectId: 24 hexadecimal digits")]
pub struct InvalidId;

/// What all identifiers have in common.
pub trait Id: FromStr<Err = InvalidId> + fmt::Display {
    /// What one is called in a message: "an order's id".
    const NAME: &'static str;

    /// When it was made, to the second: an `ObjectId` begins with that time,
    /// <https://www.mongodb.com/docs/manual/reference/bson-types/#objectid>.
    fn created_at(&self) -> DateTime<Utc>;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $called:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
        #[cfg_attr(feature = "server", schema(pattern = "^[0-9a-f]{24}$", example = $example))]
        #[cfg_attr(feature = "server", schemars(extend("pattern" = "^[0-9a-f]{24}$")))]
        pub struct $name(String);

        impl $name {
            /// A new identifier, different from every other.
            #[cfg(feature = "server")]
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(bson::oid::ObjectId::new().to_hex())
            }

            /// The 24 digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Id for $name {
            const NAME: &'static str = $called;

            fn created_at(&self) -> DateTime<Utc> {
                let seconds = i64::from_str_radix(&self.0[..8], 16).unwrap_or_default();
                DateTime::from_timestamp(seconds, 0).unwrap_or_default()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                let valid = text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                valid.then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidId)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "server")]
        impl From<&$name> for bson::Bson {
            fn from(id: &$name) -> Self {
                Self::String(id.0.clone())
            }
        }
    };
}

id!(
    /// Who signed up.
    UserId,
    "a user's id",
    "65a000000000000000000002"
);
id!(
    /// A ticket for sale, held or sold.
    TicketId,
    "a ticket's id",
    "65a000000000000000000001"
);
id!(
    /// An order: one buyer's hold on a ticket, and what became of it.
    OrderId,
    "an order's id",
    "65a000000000000000000003"
);
id!(
    /// A payment for an order.
    PaymentId,
    "a payment's id",
    "65a000000000000000000005"
);

/// How often an aggregate has changed since its creation, which is version 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
#[cfg_attr(feature = "server", schemars(extend("minimum" = 0)))]
#[serde(transparent)]
#[cfg_attr(feature = "server", schema(minimum = 0, example = 0))]
pub struct Version(pub i64);

impl Version {
    /// The version after one more change.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "server")]
impl From<Version> for bson::Bson {
    fn from(version: Version) -> Self {
        Self::Int64(version.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_24_hexadecimal_digits_are_an_id() {
        assert!("0123456789abcdef01234567".parse::<OrderId>().is_ok());
        for bad in [
            "",
            "0123456789abcdef0123456",
            "0123456789abcdef0123456g",
            "0123456789abcdef012345678",
            "é12345678901234567890123",
        ] {
            assert_eq!(bad.parse::<OrderId>(), Err(InvalidId), "{bad}");
        }
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let id: OrderId = "65a0000000000000000000ff".parse().unwrap();
        assert_eq!(id.created_at(), "2024-01-11T14:49:36Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn digits_are_kept_in_lower_case() {
        let id: TicketId = "0123456789ABCDEF01234567".parse().unwrap();
        assert_eq!(id.as_str(), "0123456789abcdef01234567");
    }
}
