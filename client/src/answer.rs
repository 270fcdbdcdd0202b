//! Answers of the services, as pages see them.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use common::api::FieldError;
use leptos::prelude::ServerFnError;
use serde::{Deserialize, Serialize};

/// The outcome of a request. A refusal is a value, not an error: only faults of
/// the storefront itself are errors, answered with 500.
pub type Answer<T> = Result<T, Refusal>;

/// What a server function returns.
pub type Reply<T> = Result<Answer<T>, ServerFnError>;

/// Why a service did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The visitor is not signed in, or is not the owner.
    NotAuthorized,
    /// It does not exist.
    NotFound,
    /// It breaks a rule; the service's messages, by field.
    Invalid(Vec<FieldError>),
    /// The service is unavailable; a retry is safe.
    Unavailable(String),
}

impl Refusal {
    /// The messages to show, with the fields that they belong to.
    pub fn messages(&self) -> Vec<FieldError> {
        match self {
            Self::NotAuthorized => vec![FieldError::general(
                "You are not signed in any more. Sign in, in another tab if you like, and send this again.",
            )],
            Self::NotFound => vec![FieldError::general("That is no longer here.")],
            Self::Invalid(errors) => errors.clone(),
            Self::Unavailable(message) => vec![FieldError::general(message.clone())],
        }
    }
}

/// A page of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Its heading.
    pub title: String,
    /// The rest.
    pub html: String,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The entries, in their order.
    pub entries: Vec<T>,
    /// The place after which the next page begins, if there is one.
    pub next: Option<String>,
    /// The number of entries on all pages, if it was asked for: `12`, `1000+`.
    pub total: Option<String>,
    /// The server's time.
    pub now: DateTime<Utc>,
}

impl<T> Page<T> {
    /// The ids of the entries, as [`crate::paths::live`] has them.
    pub fn ids<I: Display>(&self, id: impl Fn(&T) -> &I) -> String {
        self.entries.iter().map(|entry| id(entry).to_string()).collect::<Vec<_>>().join(",")
    }
}
