//! What a service said to a request, as pages see it.

use common::api::FieldError;
use serde::{Deserialize, Serialize};

/// What came of a request. A refusal is a value, not an error: only faults of
/// the storefront itself travel as errors and are answered with 500.
pub type Answer<T> = Result<T, Refusal>;

/// Why a service did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Nobody is signed in, or it is somebody else's.
    NotAuthorized,
    /// There is no such thing.
    NotFound,
    /// It breaks a rule; in the service's words, by field.
    Invalid(Vec<FieldError>),
    /// The service can't say now; trying again does no harm.
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
