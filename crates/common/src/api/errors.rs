//! The error envelope, the body of every answer that is not a success.

use serde::{Deserialize, Serialize};

/// `{"errors":[{"message":"…","field":"…"?}]}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What is wrong, at least one entry.
    #[cfg_attr(feature = "server", schema(min_items = 1))]
    pub errors: Vec<FieldError>,
}

impl ErrorBody {
    /// An envelope with one message that belongs to no field.
    pub fn message(message: impl Into<String>) -> Self {
        Self { errors: vec![FieldError::general(message)] }
    }
}

/// One message, and the field of the request that it is about, if any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// What is wrong, in words for people.
    pub message: String,
    /// The field's name in the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub field: Option<String>,
}

impl FieldError {
    /// A message about one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { message: message.into(), field: Some(field.into()) }
    }

    /// A message about no field.
    pub fn general(message: impl Into<String>) -> Self {
        Self { message: message.into(), field: None }
    }
}
