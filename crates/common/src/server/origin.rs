//! Protection against cross-site request forgery.

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::error::ApiError;

/// Refuses state-changing requests of other origins with 403: by `Sec-Fetch-Site`,
/// or by `Origin` against `Host` for browsers that don't send it. A client that
/// sends neither is no browser, and has no visitor's cookie to abuse.
pub(super) fn same_origin() -> CsrfLayer<fn(ProtectionError) -> Response> {
    CsrfLayer::new().with_rejection_response(|_| ApiError::CrossOrigin.into_response())
}

/// Makes empty headers match nothing, as [`CsrfLayer`] reads an empty one as a
/// missing one. To be applied before [`same_origin`].
pub(super) async fn distrust_empty(mut request: Request) -> Request {
    for name in [header::ORIGIN.as_str(), "sec-fetch-site"] {
        if let Some(value) = request.headers_mut().get_mut(name).filter(|value| value.is_empty()) {
            *value = HeaderValue::from_static("null");
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::Method, middleware::map_request, routing::any};
    use tower::ServiceExt;

    use super::*;

    async fn is_allowed(method: Method, headers: &[(&str, &str)]) -> bool {
        let router = Router::new().route("/", any(())).layer(same_origin()).layer(map_request(distrust_empty));
        let request = Request::builder().method(method).uri("/");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status() == 200
    }

    #[tokio::test]
    async fn only_the_own_origin_or_a_client_that_is_no_browser_may_change_state() {
        for (headers, allowed) in [
            (vec![], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "")], false),
            (vec![("sec-fetch-site", "é")], false),
            (vec![("origin", "http://shop.test:8080"), ("host", "shop.test:8080")], true),
            (vec![("origin", "http://shop.test"), ("host", "shop.test:8080")], false),
            (vec![("origin", "http://shop.test"), ("host", "SHOP.test")], false),
            (vec![("origin", "https://evil.test"), ("host", "shop.test")], false),
            (vec![("origin", "null"), ("host", "shop.test")], false),
            (vec![("origin", "null")], false),
            (vec![("origin", ""), ("host", "shop.test")], false),
            (vec![("origin", "https://shop.test"), ("host", "shop.test"), ("sec-fetch-site", "cross-site")], false),
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE] {
                assert_eq!(is_allowed(method, &headers).await, allowed, "{headers:?}");
            }
            assert!(is_allowed(Method::GET, &headers).await, "{headers:?}");
        }
    }
}
