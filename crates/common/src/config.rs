//! Environment variables, which are read in this one place.

use std::{collections::HashMap, fmt::Display, str::FromStr, time::Duration};

/// A variable is missing or invalid. The message names the variable, never its value,
/// which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name}: {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

/// A program's environment.
#[derive(Debug, Clone, Default)]
pub struct Env(HashMap<String, String>);

impl Env {
    /// The environment of this process, without variables that are not Unicode.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Sets a variable, for tests.
    #[cfg(feature = "testing")]
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// A variable's text, without surrounding white space; an empty one counts as unset.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A variable that must be set.
    pub fn required<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, ConfigError> {
        self.optional(name)?.ok_or_else(|| problem(name, "must be set"))
    }

    /// A variable that has a default.
    pub fn or<T: FromStr<Err: Display>>(&self, name: &'static str, default: T) -> Result<T, ConfigError> {
        Ok(self.optional(name)?.unwrap_or(default))
    }

    /// A variable that may be left out.
    pub fn optional<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<Option<T>, ConfigError> {
        self.text(name).map(|value| value.parse().map_err(|error: T::Err| problem(name, error))).transpose()
    }

    /// A variable in whole seconds that has a default.
    pub fn seconds_or(&self, name: &'static str, default: u32) -> Result<Duration, ConfigError> {
        self.or(name, default).map(|seconds| Duration::from_secs(seconds.into()))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Env {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// The error for a variable whose value is not allowed.
pub fn problem(name: &'static str, problem: impl Display) -> ConfigError {
    ConfigError { name, problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_variable_but_not_its_value() {
        let env = Env::from([("PORT", "s3cret"), ("EMPTY", "  ")]);
        let bad = env.or::<u16>("PORT", 1).unwrap_err().to_string();
        assert!(bad.contains("PORT") && !bad.contains("s3cret"), "{bad}");
        assert_eq!(env.required::<String>("EMPTY").unwrap_err().to_string(), "environment variable EMPTY: must be set");
    }

    #[test]
    fn unset_variables_have_their_defaults() {
        let env = Env::from([("HOLD", "5")]);
        assert_eq!(env.seconds_or("HOLD", 900), Ok(Duration::from_secs(5)));
        assert_eq!(env.seconds_or("GRACE", 30), Ok(Duration::from_secs(30)));
    }
}
