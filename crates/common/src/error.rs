//! What a handler answers when it can't do as asked.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    api::{ErrorBody, FieldError, ids::InvalidId},
    mongo::is_unreachable,
};

/// When to ask again for what can't be told or done just now, in seconds.
const RETRY_AFTER: u64 = 2;

/// A failure, always answered in the error envelope.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: fields, or the request as a whole, are not as they must be.
    #[error("bad request: {0:?}")]
    BadRequest(Vec<FieldError>),
    /// 401: not signed in, or not the owner.
    #[error("Not authorized")]
    NotAuthorized,
    /// 402: the card was declined, in the card's words.
    #[error("payment required: {0}")]
    PaymentRequired(String),
    /// 403: a state-changing request from another origin.
    #[error("Requests from another site are not allowed")]
    CrossOrigin,
    /// 404
    #[error("Not Found")]
    NotFound,
    /// 413
    #[error("Request body is too large")]
    TooLarge,
    /// 415
    #[error("Content-Type must be application/json")]
    UnsupportedMediaType,
    /// 429, with the time to wait.
    #[error("Too many requests, please try again later")]
    TooManyRequests(Duration),
    /// 503: it can't be done now, or not be told whether it was done.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: the cause is logged, never sent.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A 400 with one message that belongs to no field.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::BadRequest(vec![FieldError::general(message)])
    }

    /// A 500 because of `cause`.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotAuthorized => StatusCode::UNAUTHORIZED,
            Self::PaymentRequired(_) => StatusCode::PAYMENT_REQUIRED,
            Self::CrossOrigin => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> ErrorBody {
        match self {
            Self::BadRequest(errors) => ErrorBody { errors: errors.clone() },
            Self::PaymentRequired(message) | Self::Unavailable(message) => ErrorBody::message(message),
            Self::Internal(_) => ErrorBody::message("Something went wrong"),
            other => ErrorBody::message(other.to_string()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            tracing::error!(cause = cause.as_ref(), "a request failed");
        }
        let mut response = (self.status(), Json(self.body())).into_response();
        let wait = match self {
            Self::TooManyRequests(wait) => Some(wait.as_secs() + 1),
            Self::Unavailable(_) => Some(RETRY_AFTER),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Vec<FieldError>> for ApiError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::BadRequest(errors)
    }
}

impl From<InvalidId> for ApiError {
    /// What can't be an id names nothing.
    fn from(_: InvalidId) -> Self {
        Self::NotFound
    }
}

impl From<mongodb::error::Error> for ApiError {
    /// 503 while the database can't be reached, else 500.
    fn from(error: mongodb::error::Error) -> Self {
        if is_unreachable(&error) {
            tracing::warn!(%error, "the database can't be reached");
            return Self::Unavailable("The shop can't do that just now, please try again in a moment".into());
        }
        Self::internal(error)
    }
}
