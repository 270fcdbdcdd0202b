//! What browsers are told to allow and to keep.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// What a page may load, by Content-Security-Policy (<https://www.w3.org/TR/CSP3/>).
#[derive(Clone)]
pub struct Policy(Arc<str>);

impl Policy {
    /// For pages that take cards with the Stripe.js of `origin`.
    pub(super) fn new(origin: &str) -> Self {
        let (script, connect, frame) = if origin == "https://js.stripe.com" {
            // https://docs.stripe.com/security/guide#content-security-policy
            (
                "https://js.stripe.com https://*.js.stripe.com",
                "https://api.stripe.com",
                "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
            )
        } else {
            (origin, origin, origin)
        };
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-NONCE' {script}; \
             connect-src 'self' {connect}; frame-src {frame}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        Self(policy.into())
    }

    /// The header for a page whose own inline scripts carry `nonce`.
    pub fn with_nonce(&self, nonce: &str) -> Option<HeaderValue> {
        self.0.replace("NONCE", nonce).try_into().ok()
    }
}

/// Sets what every answer has.
pub(super) async fn set(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
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
    // What says nothing else is not kept (pages show private things) and loads nothing.
    let unless_set = [
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
    fn a_page_may_load_its_own_and_stripes_and_nothing_else() {
        let policy = Policy::new("http://localhost:12111").with_nonce("abc").unwrap();
        let policy = policy.to_str().unwrap();
        for part in ["default-src 'none'", "'nonce-abc'", "frame-src http://localhost:12111;", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("NONCE"), "{policy}");
        let real = Policy::new("https://js.stripe.com").with_nonce("abc").unwrap();
        assert!(real.to_str().unwrap().contains("connect-src 'self' https://api.stripe.com;"));
    }

    #[test]
    fn what_says_nothing_is_not_kept() {
        let mut page = HeaderMap::new();
        complete(&mut page);
        assert_eq!(page[header::CACHE_CONTROL], "no-store");
        let mut file = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("public"))]);
        complete(&mut file);
        assert_eq!(file[header::CACHE_CONTROL], "public");
        assert_eq!(file[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
