//! What every call of the API has in common: who calls, which operation, the
//! idempotency key, and the switches that disturb it.

mod auth;
mod idempotency;
mod operation;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};

pub(crate) use auth::Caller;
use idempotency::Key;
pub(crate) use idempotency::{InFlight, Record};
pub use operation::Operation;

use crate::{
    error::{ApiError, NotExecuted},
    ids,
    params::Params,
    state::Standin,
    switches,
};

/// Checks a call, carries it out, and answers.
///
/// The call is carried out to its end even if the client hangs up, as it
/// would be at Stripe.
pub(crate) async fn answer(State(standin): State<Standin>, request: Request, next: Next) -> Response {
    let work = tokio::spawn(async { carry_out(standin, request, next).await.unwrap_or_else(ApiError::into_response) });
    let response = work.await.unwrap_or_else(|_| ApiError::internal().into_response());
    with_request_id(response)
}

async fn carry_out(standin: Standin, request: Request, next: Next) -> Result<Response, ApiError> {
    let (operation, request) = admit(request).await?;
    let key = Key::of(&request)?;
    let reservation = key.as_ref().map(|key| standin.in_flight().reserve(key)).transpose()?;
    let changes = request.method() == Method::POST;
    let response = match key {
        Some(key) => idempotency::once(&standin, key, operation, request, next).await,
        None => execute(&standin, operation, request, next).await,
    };
    if changes {
        standin.saved().await;
    }
    tokio::time::sleep(standin.switches().answer_delay(operation)).await;
    // A slow answer keeps its key in flight: to the client the call is not over.
    drop(reservation);
    Ok(switches::disturb(&standin, operation, response).await)
}

/// Runs the operation itself, after what the switches put before it.
async fn execute(standin: &Standin, operation: Operation, request: Request, next: Next) -> Response {
    let switches = standin.switches();
    tokio::time::sleep(switches.execution_delay(operation)).await;
    if switches.take_failure(operation) {
        // Once begun, even a failure is the key's answer, as at Stripe:
        // https://docs.stripe.com/api/idempotent_requests
        let mut response = ApiError::internal().into_response();
        response.extensions_mut().remove::<NotExecuted>();
        return response;
    }
    next.run(request).await
}

/// Lets through who may call, with the parameters read.
async fn admit(request: Request) -> Result<(Operation, Request), ApiError> {
    let operation = Operation::of(request.method(), request.uri().path())
        .ok_or_else(|| crate::routes::unknown_url(request.method(), request.uri()))?;
    let caller = Caller::of(request.headers())?;
    caller.check(operation)?;

    let (mut parts, body) = request.into_parts();
    let encoded = match parts.method {
        Method::POST => axum::body::to_bytes(body, 256 * 1024).await,
        _ => Ok(parts.uri.query().unwrap_or_default().to_owned().into()),
    };
    let encoded = encoded.map_err(|_| ApiError::invalid("The request's body could not be read."))?;
    parts.extensions.insert(Params::parse(&encoded));
    parts.extensions.insert(caller);
    Ok((operation, Request::from_parts(parts, Body::empty())))
}

fn with_request_id(mut response: Response) -> Response {
    if let Ok(id) = HeaderValue::from_str(&ids::fresh("req")) {
        response.headers_mut().insert("request-id", id);
    }
    response
}

/// A header's text; one that is no text counts as absent.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
