//! The layers around every program's routes.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::time::Instant;
use tower_cookies::CookieManagerLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use tracing::Span;

use super::{
    admission::{Admission, admit},
    origin,
};
use crate::{error::ApiError, telemetry};

/// The largest body of a request, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the layers around a service's routes; the first here is the innermost.
pub(super) fn wrap(routes: Router, admission: Admission) -> Router {
    routes
        .fallback(|| async { ApiError::NotFound })
        // The API has no 405: an unsupported method is a 404.
        .method_not_allowed_fallback(|| async { ApiError::NotFound })
        .layer(origin::same_origin())
        .layer(middleware::map_request(origin::distrust_empty))
        .layer(CookieManagerLayer::new())
        .layer(middleware::from_fn_with_state(admission, admit))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(protect))
        .layer(middleware::from_fn(measure))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(log).on_failure(()))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// Forbids caching and content sniffing for responses of the API. Pages and files
/// set these headers themselves.
async fn protect(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    if is_api {
        let headers = response.headers_mut();
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    }
    response
}

#[allow(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    ApiError::internal(format!("panic: {}", text.unwrap_or("of unknown cause"))).into_response()
}

/// Times requests by route rather than by path, as ids would be unbounded labels.
async fn measure(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let (method, start) = (label(request.method()), Instant::now());
    let response = next.run(request).await;
    let labels = [("method", method.to_owned()), ("path", path), ("status", response.status().as_u16().to_string())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(start.elapsed().as_secs_f64());
    response
}

/// A method's name. Unknown methods share one label, to bound cardinality.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn span(request: &Request) -> Span {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let span = tracing::info_span!(
        "request",
        method = %request.method(),
        path = request.uri().path(),
        id = header(REQUEST_ID).unwrap_or_default(),
    );
    telemetry::continue_trace(&span, header(HeaderName::from_static("traceparent")));
    span
}

fn log(response: &Response, latency: Duration, _: &Span) {
    let (status, milliseconds) = (response.status(), latency.as_millis());
    let bytes = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(%status, milliseconds, bytes, "answered");
    } else {
        tracing::debug!(%status, milliseconds, bytes, "answered");
    }
}
