//! The middleware of every API call: authentication, idempotency and fault switches.

mod auth;
mod idempotency;

use std::io;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;

pub(crate) use auth::Caller;
use idempotency::Key;

use crate::{
    error::{ApiError, NotExecuted},
    ids,
    operation::Operation,
    params::Params,
    state::Standin,
    switches::{EffectKind, Switches},
};

/// Authenticates a call, executes it and responds. A call is finished even if its client hangs
/// up, as at Stripe.
pub(crate) async fn answer(State(standin): State<Standin>, request: Request, next: Next) -> Response {
    let work = tokio::spawn(async { carry_out(standin, request, next).await.unwrap_or_else(ApiError::into_response) });
    let response = work.await.unwrap_or_else(|_| ApiError::internal().into_response());
    with_request_id(response)
}

async fn carry_out(standin: Standin, request: Request, next: Next) -> Result<Response, ApiError> {
    let (operation, request) = admit(request).await?;
    let key = Key::of(&request)?;
    let reservation = key.as_ref().map(|key| standin.in_flight().reserve(&key.key)).transpose()?;
    let changes = request.method() == Method::POST;
    let response = match key {
        Some(key) => idempotency::once(&standin, key, operation, request, next).await,
        None => execute(&standin, operation, request, next).await,
    };
    if changes {
        standin.saved().await;
    }
    tokio::time::sleep(standin.switches().delay(EffectKind::DelayAnswers, operation)).await;
    // A delayed response keeps its key in flight.
    drop(reservation);
    Ok(disturb(standin.switches(), operation, response).await)
}

/// Executes the operation, after the delay or failure that a switch asks for.
async fn execute(standin: &Standin, operation: Operation, request: Request, next: Next) -> Response {
    let switches = standin.switches();
    tokio::time::sleep(switches.delay(EffectKind::DelayExecution, operation)).await;
    if switches.take(EffectKind::Fail, operation) {
        // A failure is recorded under the key as well, as at Stripe:
        // https://docs.stripe.com/api/idempotent_requests
        let mut response = ApiError::internal().into_response();
        response.extensions_mut().remove::<NotExecuted>();
        return response;
    }
    next.run(request).await
}

/// Authenticates a request and parses its parameters.
async fn admit(request: Request) -> Result<(Operation, Request), ApiError> {
    let operation = Operation::of(request.method(), request.uri().path())
        .ok_or_else(|| ApiError::unknown_url(request.method(), request.uri()))?;
    let caller = Caller::of(request.headers())?;
    caller.check(operation)?;

    let (mut parts, body) = request.into_parts();
    let encoded = match parts.method {
        Method::POST => to_bytes(body, 256 * 1024).await,
        _ => Ok(parts.uri.query().unwrap_or_default().to_owned().into()),
    };
    let encoded = encoded.map_err(|_| ApiError::invalid("The request's body could not be read."))?;
    parts.extensions.insert(Params::parse(&encoded));
    parts.extensions.insert(caller);
    Ok((operation, Request::from_parts(parts, Body::empty())))
}

/// Drops or garbles the response of an executed operation.
async fn disturb(switches: &Switches, operation: Operation, response: Response) -> Response {
    if switches.take(EffectKind::LoseAnswers, operation) {
        // A body that fails before its first byte closes the connection without a response.
        let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("this response is lost on purpose")) });
        return Body::from_stream(broken).into_response();
    }
    if switches.take(EffectKind::GarbleAnswers, operation) {
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
        return ([("content-type", "application/json")], body.slice(..body.len() / 2)).into_response();
    }
    response
}

fn with_request_id(mut response: Response) -> Response {
    if let Ok(id) = HeaderValue::from_str(&ids::fresh("req")) {
        response.headers_mut().insert("request-id", id);
    }
    response
}

/// A header's value, if it is text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
