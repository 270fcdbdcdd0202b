//! Stripe's error envelope.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::cards::Decline;

/// An error answer: `{"error": {"type": …, "code": …, "message": …}}`.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
    executed: bool,
}

/// Marks an answer that no idempotency key may record: nothing was executed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotExecuted;

impl ApiError {
    fn new(status: StatusCode, kind: &str, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("type".to_owned(), kind.into());
        body.insert("message".to_owned(), message.into().into());
        Self { status, body, executed: false }
    }

    /// 400: parameters that do not make sense.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// 401: no usable key.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", message)
    }

    /// 403: a publishable key where only a secret one will do.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", message).code("secret_key_required")
    }

    /// 404: the object that the URL names does not exist.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, ..Self::missing(what, id) }
    }

    /// 404: a URL that does not exist.
    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", message)
    }

    /// 400: the object that a parameter names does not exist.
    pub(crate) fn missing(what: &str, id: &str) -> Self {
        Self::invalid(format!("No such {what}: '{id}'")).code("resource_missing")
    }

    /// 402: the card's bank, or the card itself, says no.
    pub(crate) fn declined(decline: &Decline) -> Self {
        let error = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", decline.message).code(decline.code);
        match decline.reason {
            Some(code) => error.with("decline_code", code),
            None => error,
        }
    }

    /// 400 or 409: an idempotency key that can't be used like this.
    pub(crate) fn idempotency(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, "idempotency_error", message)
    }

    /// 500: Stripe's own fault.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", "An unknown error occurred")
    }

    pub(crate) fn code(self, code: &str) -> Self {
        self.with("code", code)
            .with("doc_url", format!("https://docs.stripe.com/error-codes#{}", code.replace('_', "-")))
    }

    pub(crate) fn param(self, name: &str) -> Self {
        self.with("param", name)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    /// The request was executed and this is its outcome, which an idempotency
    /// key repeats for ever.
    pub(crate) fn executed(self) -> Self {
        Self { executed: true, ..self }
    }

    /// What stands in `last_payment_error` and in the envelope.
    pub(crate) fn body(&self) -> Value {
        Value::Object(self.body.clone())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "error": self.body }))).into_response();
        if !self.executed {
            response.extensions_mut().insert(NotExecuted);
        }
        response
    }
}
