//! Parameters in Stripe's form encoding: `metadata[order_id]=…`.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use crate::error::ApiError;

/// The parameters of one request, by their bracketed names.
///
/// As with Stripe, an empty value is the same as an absent one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a form body or a query string.
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        url::form_urlencoded::parse(encoded).into_owned().collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(ToOwned::to_owned)
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str, ApiError> {
        let missing = || ApiError::invalid(format!("Missing required param: {name}.")).code("parameter_missing");
        self.get(name).ok_or_else(|| missing().param(name))
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    pub(crate) fn integer(&self, name: &'static str) -> Result<Option<i64>, ApiError> {
        let invalid = |text: &str| {
            ApiError::invalid(format!("Invalid integer: {text}")).code("parameter_invalid_integer").param(name)
        };
        self.get(name).map(|text| text.parse().map_err(|_| invalid(text))).transpose()
    }

    /// The values of `name[0]`, `name[1]` … or of `name[]`.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.inside(name).map(|(_, value)| value.to_owned()).collect()
    }

    /// `metadata[…]`, within Stripe's limits.
    pub(crate) fn metadata(&self) -> Result<BTreeMap<String, String>, ApiError> {
        let metadata: BTreeMap<_, _> =
            self.inside("metadata").map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let fits = metadata.len() <= 50
            && metadata.iter().all(|(key, value)| key.chars().count() <= 40 && value.chars().count() <= 500);
        if fits {
            return Ok(metadata);
        }
        let limits = "Metadata can have up to 50 keys, with keys of up to 40 characters and values of up to 500.";
        Err(ApiError::invalid(limits).param("metadata"))
    }

    fn inside<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = format!("{name}[");
        self.0.iter().filter_map(move |(key, value)| {
            let key = key.strip_prefix(&prefix)?.strip_suffix(']')?;
            Some((key, value.as_str()))
        })
    }
}

impl FromIterator<(String, String)> for Params {
    /// Numbers each `name[]` by its position, so that none replaces another.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut params = BTreeMap::new();
        for (position, (name, value)) in pairs.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
            let name = name.strip_suffix("[]").map(|list| format!("{list}[{position}]")).unwrap_or(name);
            params.insert(name, value);
        }
        Self(params)
    }
}

impl Display for Params {
    /// The same text for the same parameters in any order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        f.write_str(&form.extend_pairs(&self.0).finish())
    }
}
