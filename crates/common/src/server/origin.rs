//! Requests that other sites make a visitor's browser send.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::error::ApiError;

/// Refuses state-changing requests from another origin. Browsers say where a
/// request comes from; a client that says nothing is no browser, and has no
/// visitor's cookie to abuse.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers()) {
        next.run(request).await
    } else {
        ApiError::CrossOrigin.into_response()
    }
}

/// By `Sec-Fetch-Site` (<https://www.w3.org/TR/fetch-metadata/>), and by
/// `Origin` against `Host` for browsers that don't send it.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_origin_or_no_browser_may_change_state() {
        for (pairs, allowed) in [
            (vec![], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("origin", "http://shop.test:8080"), ("host", "shop.test:8080")], true),
            (vec![("origin", "http://shop.test"), ("host", "shop.test:8080")], false),
            (vec![("origin", "https://evil.test"), ("host", "shop.test")], false),
            (vec![("origin", "null"), ("host", "shop.test")], false),
            (vec![("origin", "https://shop.test"), ("host", "shop.test"), ("sec-fetch-site", "cross-site")], false),
        ] {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_same_origin(&headers), allowed, "{pairs:?}");
        }
    }
}
