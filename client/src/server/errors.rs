//! Error pages: for a browser's window they replace the error envelope.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use crate::request::wants_page;

/// Statuses with their pages: the heading, and what to do next.
const PAGES: [(StatusCode, &str, &str); 7] = [
    (StatusCode::BAD_REQUEST, UNREADABLE, "What arrived was incomplete. Please go back and send it again."),
    (StatusCode::FORBIDDEN, "That came from another site", "Please open the shop itself and try again there."),
    (StatusCode::NOT_FOUND, "There is nothing here", "The address may be mistyped, or what was here is gone."),
    (StatusCode::PAYLOAD_TOO_LARGE, "That is too long", "Please go back, shorten what you wrote and send it again."),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, UNREADABLE, "What arrived was incomplete. Please go back and send it again."),
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", FAULT),
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "The shop is very busy",
        "Please go back and try again in a moment. Nothing was lost.",
    ),
];
const UNREADABLE: &str = "The form could not be read";
const FAULT: &str = "The fault is ours and has been noted. Nothing was charged because of it.";

/// Replaces the error envelope by a page if a browser's window asks outside of `/api`.
/// Status and other headers stay.
pub(super) async fn as_pages(request: Request, next: Next) -> Response {
    let as_page = wants_page(request.headers()) && !request.uri().path().starts_with("/api");
    let response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    match PAGES.iter().find(|(status, ..)| *status == response.status()) {
        Some((_, heading, text)) if as_page && content_type.starts_with(b"application/json") => {
            let (mut head, _) = response.into_parts();
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            Response::from_parts(head, page(heading, text).into())
        }
        _ => response,
    }
}

/// A page without scripts and styles, as those may be what is broken.
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
