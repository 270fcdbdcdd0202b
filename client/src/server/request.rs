//! What pages learn from the request that asked for them.

use chrono::{DateTime, Utc};
use common::clock::Clock;
use http::{header, request::Parts};
use leptos::{context::use_context, nonce::use_nonce};
use leptos_axum::ResponseOptions;

use super::headers::Policy;

/// Whether cookies travel by HTTPS only.
#[derive(Clone, Copy)]
pub struct CookieSecure(pub bool);

/// The time that visitors are told.
pub fn server_time() -> DateTime<Utc> {
    Clock::system().now()
}

/// The address under which the visitor reaches a path of this site, as the
/// proxy in front tells it.
pub fn public_url(path: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(header::HOST.as_str())?;
    let scheme = header("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    Some(format!("{scheme}://{host}{path}"))
}

/// Sends the policy of a page that is being rendered.
pub fn set_policy() {
    let (nonce, policy) = (use_nonce(), use_context::<Policy>());
    let header = nonce.zip(policy).and_then(|(nonce, policy)| policy.with_nonce(&nonce));
    if let (Some(header), Some(response)) = (header, use_context::<ResponseOptions>()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, header);
    }
}
