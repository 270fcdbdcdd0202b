//! The error responses of handlers, and how errors are logged.

use std::{error::Error, iter::successors, time::Duration};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    api::{ErrorBody, FieldError, ids::InvalidId},
    mongo::is_unreachable,
};

/// `Retry-After` of a 503, in seconds.
const RETRY_AFTER: u64 = 2;

/// A failure, always answered in the error envelope.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: fields, or the request as a whole, are invalid.
    #[error("bad request: {0:?}")]
    BadRequest(Vec<FieldError>),
    /// 401: not signed in, or not the owner.
    #[error("Not authorized")]
    NotAuthorized,
    /// 402: the card was declined, with Stripe's message.
    #[error("payment required: {0}")]
    PaymentRequired(String),
    /// 403: a state-changing request from another origin.
    #[error("Requests from another site are not allowed")]
    CrossOrigin,
    /// 404
    #[error("Not Found")]
    NotFound,
    /// 409: what is to be changed is not as the client has seen it.
    #[error("{0}")]
    Conflict(&'static str),
    /// 413
    #[error("Request body is too large")]
    TooLarge,
    /// 415
    #[error("Content-Type must be application/json")]
    UnsupportedMediaType,
    /// 429, with the time to wait.
    #[error("Too many requests, please try again later")]
    TooManyRequests(Duration),
    /// 503: a store or Stripe does not answer; the request may be repeated.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: the cause is logged, never sent.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl ApiError {
    /// A 400 with one message that belongs to no field.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::BadRequest(vec![FieldError::general(message)])
    }

    /// A 500 because of `cause`.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotAuthorized => StatusCode::UNAUTHORIZED,
            Self::PaymentRequired(_) => StatusCode::PAYMENT_REQUIRED,
            Self::CrossOrigin => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
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
            tracing::error!(cause = chain(&**cause), "a request failed");
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
    /// A malformed id is a 404.
    fn from(_: InvalidId) -> Self {
        Self::NotFound
    }
}

impl From<mongodb::error::Error> for ApiError {
    /// 503 while the database can't be reached, else 500.
    fn from(error: mongodb::error::Error) -> Self {
        if is_unreachable(&error) {
            tracing::warn!(error = chain(&error), "the database can't be reached");
            return Self::Unavailable("The shop can't do that just now, please try again in a moment".into());
        }
        Self::internal(error)
    }
}

/// An error's text, followed by those of its sources: `publishing x: timed out`. A
/// source whose text is part of that already is left out, as some libraries
/// repeat it themselves.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    successors(error.source(), |cause| (**cause).source()).fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Failed {
        text: &'static str,
        source: Option<Box<Failed>>,
    }

    #[test]
    fn a_chain_has_every_cause_once() {
        let failed = |text, source: Option<Failed>| Failed { text, source: source.map(Box::new) };
        let refused = failed("NATS: refused", Some(failed("refused", Some(failed("no route", None)))));
        assert_eq!(chain(&failed("publishing x", Some(refused))), "publishing x: NATS: refused: no route");
    }
}
