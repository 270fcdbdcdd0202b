//! Money.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A price in US dollars, kept as whole cents: 0.01 to 999,999.99.
///
/// On the wire it is a JSON number of dollars with at most two decimals; a
/// numeric string is read too, because HTML forms send one. Both are read and
/// written as decimal text: no floating-point arithmetic touches money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
#[cfg_attr(feature = "server", schema(value_type = f64, minimum = 0.01, maximum = 999_999.99, example = 20.5))]
pub struct Price(#[cfg_attr(feature = "server", schemars(with = "f64", range(min = 0.01, max = 999_999.99)))] u32);

/// Why a text or a number is not a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrice {
    /// There is none.
    #[error("Price is required")]
    Missing,
    /// Not a number, or one in another notation.
    #[error("Price must be a number such as 12.50")]
    NotANumber,
    /// A comma, for decimals or thousands.
    #[error("Price must be written with a point and without commas, such as 12.50")]
    Comma,
    /// Digits of another script.
    #[error("Price must be written in the digits 0 to 9, such as 12.50")]
    OtherDigits,
    /// Zero or negative.
    #[error("Price must be greater than zero")]
    NotPositive,
    /// More than two decimals.
    #[error("Price must have at most two decimals")]
    TooPrecise,
    /// Over 999,999.99.
    #[error("Price must be at most 999999.99")]
    TooHigh,
}

impl Price {
    /// 999,999.99 dollars.
    pub const MAX: Self = Self(99_999_999);

    /// A price of so many cents, if it is within the limits.
    pub fn from_cents(cents: i64) -> Result<Self, InvalidPrice> {
        if cents <= 0 {
            return Err(InvalidPrice::NotPositive);
        }
        u32::try_from(cents).ok().map(Self).filter(|price| *price <= Self::MAX).ok_or(InvalidPrice::TooHigh)
    }

    /// Cents.
    #[must_use]
    pub fn cents(self) -> i64 {
        self.0.into()
    }
}

impl FromStr for Price {
    type Err = InvalidPrice;

    /// Reads plain decimal text, `20`, `20.5` or `20.00`.
    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        let text = text.trim();
        let (negative, amount) = text.strip_prefix('-').map_or((false, text), |amount| (true, amount));
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(InvalidPrice::of(text));
        }
        if negative {
            return Err(InvalidPrice::NotPositive);
        }
        if fraction.len() > 2 {
            return Err(InvalidPrice::TooPrecise);
        }
        let cents = format!("{whole}{fraction:0<2}").parse().map_err(|_| InvalidPrice::TooHigh)?;
        Self::from_cents(cents)
    }
}

impl InvalidPrice {
    /// What is wrong with a trimmed text that is no decimal number.
    fn of(text: &str) -> Self {
        if text.is_empty() {
            Self::Missing
        } else if text.contains(|symbol: char| symbol.is_numeric() && !symbol.is_ascii()) {
            Self::OtherDigits
        } else if text.contains(',') && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.,".contains(&byte)) {
            Self::Comma
        } else {
            Self::NotANumber
        }
    }
}

impl fmt::Display for Price {
    /// Dollars with two decimals: `20.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            return serializer.serialize_u32(self.0 / 100);
        }
        // The double nearest to a decimal of eight digits prints as that decimal.
        serializer.serialize_f64(self.to_string().parse().map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Dollars::deserialize(deserializer)? {
            Dollars::Whole(dollars) => dollars.to_string(),
            // `Display` writes the shortest decimal that reads back as this double,
            // never in scientific notation: what the sender wrote.
            Dollars::Decimal(dollars) => dollars.to_string(),
            Dollars::Text(text) => text,
        };
        text.parse().map_err(de::Error::custom)
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a price in dollars")]
enum Dollars {
    Whole(u64),
    Decimal(f64),
    Text(String),
}

/// A price in a request: a number, or the text of one.
#[cfg(feature = "server")]
pub(crate) fn price_or_text() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\s*[0-9]+(\.[0-9]{0,2})?\s*$"));
    OneOfBuilder::new().item(<Price as utoipa::PartialSchema>::schema()).item(text).into()
}

/// The same, where null means that the field is absent.
#[cfg(feature = "server")]
pub(crate) fn price_or_text_or_null() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
    OneOfBuilder::new().item(price_or_text()).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}

/// Prices in stored documents: cents, as an integer. For `#[serde(with = "…")]`.
pub mod cents {
    use super::{Deserialize, Deserializer, Price, Serializer, de};

    /// Writes cents.
    pub fn serialize<S: Serializer>(price: &Price, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(price.cents())
    }

    /// Reads cents.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Price, D::Error> {
        Price::from_cents(i64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<i64, String> {
        serde_json::from_str::<Price>(json).map(Price::cents).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_and_numeric_strings_are_read_to_the_cent() {
        for (json, cents) in [
            ("20", 2000),
            ("20.5", 2050),
            ("0.01", 1),
            ("19.99", 1999),
            ("1e2", 10_000),
            ("999999.99", 99_999_999),
            ("\"20.00\"", 2000),
            ("\" 7.1 \"", 710),
        ] {
            assert_eq!(read(json), Ok(cents), "{json}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused_with_the_reason() {
        for (json, reason) in [
            ("0", "greater than zero"),
            ("-1", "greater than zero"),
            ("-0.0", "greater than zero"),
            ("-1e300", "greater than zero"),
            ("\"-19.999\"", "greater than zero"),
            ("0.00", "greater than zero"),
            ("\"\"", "is required"),
            ("\" \"", "is required"),
            ("\"abc\"", "a number such as 12.50"),
            ("\"NaN\"", "a number such as 12.50"),
            ("\"1e3\"", "a number such as 12.50"),
            ("\"+5\"", "a number such as 12.50"),
            ("\"-\"", "a number such as 12.50"),
            ("\".5\"", "a number such as 12.50"),
            ("\"1.2.3\"", "a number such as 12.50"),
            ("\"12 50\"", "a number such as 12.50"),
            ("\"$20\"", "a number such as 12.50"),
            ("\"ten, please\"", "a number such as 12.50"),
            ("\"12,50\"", "with a point and without commas"),
            ("\"-12,50\"", "with a point and without commas"),
            ("\"1,234.50\"", "with a point and without commas"),
            ("\"１２\"", "in the digits 0 to 9"),
            ("\"١٢٫٥\"", "in the digits 0 to 9"),
            ("0.001", "two decimals"),
            ("19.999", "two decimals"),
            ("1000000", "at most"),
            ("999999.991", "two decimals"),
            ("1e308", "at most"),
            ("18446744073709551615", "at most"),
        ] {
            let refused = read(json).expect_err(json);
            assert!(refused.contains(reason), "{json}: {refused}");
        }
    }

    #[test]
    fn every_price_up_to_a_thousand_dollars_survives_the_wire() {
        for cents in 1..=100_000 {
            let price = Price::from_cents(cents).unwrap();
            let json = serde_json::to_string(&price).unwrap();
            assert!(json.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 2), "{json}");
            assert_eq!(read(&json), Ok(cents));
        }
    }
}
