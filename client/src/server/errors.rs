//! Faults of the storefront itself, as a page.

use std::any::Any;

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;

/// Needs nothing that may be broken: no script, no style.
const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">
<title>Something went wrong – Ticketing</title>
</head>
<body>
<main>
<h1>Something went wrong</h1>
<p>The fault is ours and has been noted. Nothing was charged because of it.</p>
<p><a href=\"/\">Back to the tickets</a></p>
</main>
</body>
</html>
";

type Panicked = fn(Box<dyn Any + Send>) -> Response;

/// Answers a panic with a page.
pub(super) fn as_pages() -> CatchPanicLayer<Panicked> {
    CatchPanicLayer::custom(panicked as Panicked)
}

#[allow(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or("of unknown cause"), "a page panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CACHE_CONTROL, "no-store")], Html(PAGE)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, extract::Request, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn broken() -> StatusCode {
        panic!("a secret")
    }

    #[tokio::test]
    async fn a_panic_is_a_page_that_tells_nothing_of_its_cause() {
        let app = Router::new().route("/", get(broken)).layer(as_pages());
        let answer = app.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        let body = String::from_utf8(body.into()).unwrap();
        assert!(body.contains("Something went wrong") && !body.contains("secret"), "{body}");
    }
}
