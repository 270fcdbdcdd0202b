//! The Content-Security-Policy of pages.

use std::sync::Arc;

use http::HeaderValue;

/// What a page may load (<https://www.w3.org/TR/CSP3/>).
#[derive(Clone)]
pub struct Policy(Arc<str>);

impl Policy {
    /// For pages that take cards with the Stripe.js of `origin`.
    pub fn new(origin: &str) -> Self {
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
             connect-src 'self' {connect}; frame-src {frame}; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        Self(policy.into())
    }

    /// The header of a page whose inline scripts carry `nonce`.
    pub fn with_nonce(&self, nonce: &str) -> Option<HeaderValue> {
        self.0.replace("NONCE", nonce).try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_load_from_its_own_site_and_stripe_alone() {
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
}
