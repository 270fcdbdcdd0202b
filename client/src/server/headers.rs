//! Headers of every response.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

/// Adds the security headers, and forbids caching and loading unless the response
/// has headers of its own for that.
pub(super) async fn set(mut response: Response) -> Response {
    complete(response.headers_mut());
    response
}

fn complete(headers: &mut HeaderMap) {
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let unless_set = [
        // Pages show private data.
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in unless_set {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_not_cached_unless_it_says_so() {
        let mut page = HeaderMap::new();
        complete(&mut page);
        assert_eq!(page[header::CACHE_CONTROL], "no-store");
        let mut file = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("public"))]);
        complete(&mut file);
        assert_eq!(file[header::CACHE_CONTROL], "public");
        assert_eq!(file[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
