//! What the storefront answers when it does nothing: in the error envelope, or
//! as a page where a browser asks for one.

use std::any::Any;

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use common::api::ErrorBody;
use tower_http::catch_panic::CatchPanicLayer;

/// Why a request is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// A field is missing, or what was sent can't be decoded.
    Unreadable,
    /// There is no such address, or not with this method.
    NotFound,
    /// The body is over the limit.
    TooLarge,
    /// The body is no form.
    NotAForm,
    /// It came from a page of another site.
    Foreign,
    /// The storefront is busy, or took too long.
    Busy,
    /// The fault is the storefront's.
    Broken,
}

impl Refused {
    /// The answer: a page for a browser that asks for one, else the envelope.
    pub(super) fn answer(self, as_page: bool) -> Response {
        let status = self.status();
        if as_page {
            let (heading, text) = self.page();
            (status, [(header::CACHE_CONTROL, "no-store")], Html(page(heading, text))).into_response()
        } else {
            (status, Json(ErrorBody::message(self.message()))).into_response()
        }
    }

    /// What a status says, if it is one of these.
    fn of(status: StatusCode) -> Option<Self> {
        let all =
            [Self::Unreadable, Self::NotFound, Self::TooLarge, Self::NotAForm, Self::Foreign, Self::Busy, Self::Broken];
        all.into_iter().find(|refused| refused.status() == status)
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Unreadable => "The request is incomplete or could not be read",
            Self::NotFound => "Not Found",
            Self::TooLarge => "Request body is too large",
            Self::NotAForm => "Content-Type must be application/x-www-form-urlencoded",
            Self::Foreign => "Requests from another site are not allowed",
            Self::Busy => "The shop is very busy, please try again in a moment",
            Self::Broken => "Something went wrong",
        }
    }

    /// A heading, and what to do next.
    fn page(self) -> (&'static str, &'static str) {
        match self {
            Self::Unreadable | Self::NotAForm => {
                ("The form could not be read", "What arrived was incomplete. Please go back and send it again.")
            }
            Self::NotFound => ("There is nothing here", "The address may be mistyped, or what was here is gone."),
            Self::TooLarge => ("That is too long", "Please go back, shorten what you wrote and send it again."),
            Self::Foreign => ("That came from another site", "Please open the shop itself and try again there."),
            Self::Busy => ("The shop is very busy", "Please go back and try again in a moment. Nothing was lost."),
            Self::Broken => {
                ("Something went wrong", "The fault is ours and has been noted. Nothing was charged because of it.")
            }
        }
    }
}

/// Whether the answer is for a browser's window rather than for a script.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Makes pages, where a browser asks for one, of what the server around the
/// storefront refuses by itself: a body that is too large, a busy moment.
pub(super) async fn dress(request: Request, next: Next) -> Response {
    let as_page = wants_page(request.headers()) && !request.uri().path().starts_with("/api");
    let answer = next.run(request).await;
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_envelope = kind.is_some_and(|kind| kind.starts_with("application/json"));
    match Refused::of(answer.status()) {
        Some(refused) if as_page && is_envelope => {
            let mut page = refused.answer(true);
            let wait = answer.headers().get(header::RETRY_AFTER).cloned();
            page.headers_mut().extend(wait.map(|wait| (header::RETRY_AFTER, wait)));
            page
        }
        _ => answer,
    }
}

/// For addresses that have no such method.
pub(super) async fn not_found(headers: HeaderMap) -> Response {
    Refused::NotFound.answer(wants_page(&headers))
}

/// Needs nothing that may be broken: no script, no style.
fn page(heading: &str, text: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">
<title>{heading} – Ticketing</title>
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{text}</p>
<p><a href=\"/\">Back to the tickets</a></p>
</main>
</body>
</html>
"
    )
}

type Panicked = fn(Box<dyn Any + Send>) -> Response;

/// Answers a panic with a page.
pub(super) fn as_pages() -> CatchPanicLayer<Panicked> {
    CatchPanicLayer::custom(panicked as Panicked)
}

#[allow(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or("of unknown cause"), "a page panicked");
    Refused::Broken.answer(true)
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
