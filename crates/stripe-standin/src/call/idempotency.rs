//! Idempotency keys: a repeated request gets the recorded response.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{execute, header};
use crate::{
    clock,
    error::{ApiError, NotExecuted},
    models::Record,
    operation::Operation,
    params::Params,
    state::Standin,
};

/// An idempotency key and its request.
pub(crate) struct Key {
    pub(super) key: String,
    request: String,
}

impl Key {
    /// The idempotency key of a POST, if it has one.
    pub(crate) fn of(request: &Request) -> Result<Option<Self>, ApiError> {
        let Some(key) = header(request.headers(), "idempotency-key").filter(|_| request.method() == Method::POST)
        else {
            return Ok(None);
        };
        if key.is_empty() || key.len() > 255 {
            return Err(ApiError::invalid("Idempotency keys have 1 to 255 characters."));
        }
        let params = request.extensions().get::<Params>().map(ToString::to_string).unwrap_or_default();
        Ok(Some(Self { key: key.to_owned(), request: format!("{} {params}", request.uri().path()) }))
    }

    /// The id of its record.
    fn id(&self) -> String {
        format!("key {}", self.key)
    }
}

/// Executes a request unless its reserved key has a recorded response.
pub(crate) async fn once(standin: &Standin, key: Key, operation: Operation, request: Request, next: Next) -> Response {
    let record = standin.read(|store| store.get::<Record>(&key.id()).cloned());
    if let Some(record) = record {
        return replay(&key, &record);
    }
    let response = execute(standin, operation, request, next).await;
    record_response(standin, key, response).await
}

fn replay(key: &Key, record: &Record) -> Response {
    if record.request != key.request {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
             using a key other than '{}' if you meant to execute a different request.",
            key.key
        );
        return ApiError::idempotency(StatusCode::BAD_REQUEST, message).into_response();
    }
    let status = StatusCode::from_u16(record.status).unwrap_or(StatusCode::OK);
    let mut response = json_response(status, record.body.clone());
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}

async fn record_response(standin: &Standin, key: Key, response: Response) -> Response {
    if response.extensions().get::<NotExecuted>().is_some() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let id = key.id();
    let record = Record { request: key.request, status: parts.status.as_u16(), body: body.clone(), at: clock::now() };
    standin.change(|store| store.put(&id, record));
    json_response(parts.status, body)
}

fn json_response(status: StatusCode, body: String) -> Response {
    (status, [("content-type", "application/json")], Body::from(body)).into_response()
}
