//! Stripe's error envelope.

use axum::{
    Json,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// An error response: `{"error": {"type": …, "code": …, "message": …}}`.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
    executed: bool,
}

/// Marks a response that is not recorded under its idempotency key: nothing was executed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotExecuted;

impl ApiError {
    fn new(status: StatusCode, kind: &str, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("type".to_owned(), kind.into());
        body.insert("message".to_owned(), message.into().into());
        Self { status, body, executed: false }
    }

    /// 400: invalid parameters.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// 401: no usable key.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", message)
    }

    /// 403: a publishable key where a secret one is needed.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", message).code("secret_key_required")
    }

    /// 404: the object that the URL names does not exist.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, ..Self::missing(what, id) }
    }

    /// 404: an unknown path or method.
    pub(crate) fn unknown_url(method: &Method, uri: &Uri) -> Self {
        let message = format!(
            "Unrecognized request URL ({method}: {}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/.",
            uri.path()
        );
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", message)
    }

    /// 400: the object that a parameter names does not exist.
    pub(crate) fn missing(what: &str, id: &str) -> Self {
        Self::invalid(format!("No such {what}: '{id}'")).code("resource_missing")
    }

    /// 402: the card or its bank declined.
    pub(crate) fn card(message: &str) -> Self {
        Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", message)
    }

    /// 400 or 409: a misused idempotency key.
    pub(crate) fn idempotency(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, "idempotency_error", message)
    }

    /// 500.
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

    /// Marks the request as executed, so that its idempotency key replays this error.
    pub(crate) fn executed(self) -> Self {
        Self { executed: true, ..self }
    }

    /// The error object, for `last_payment_error` and the envelope.
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
