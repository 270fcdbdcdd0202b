//! The request that is being answered, as pages and forms see it.

use chrono::{DateTime, Utc};
use common::clock::Clock;
use http::{HeaderMap, header, request::Parts};
use leptos::{context::use_context, nonce::use_nonce};
use leptos_axum::ResponseOptions;

use crate::policy::Policy;

/// Whether browsers send cookies over HTTPS only.
#[derive(Clone, Copy)]
pub struct CookieSecure(pub bool);

/// The time that pages show.
pub fn server_time() -> DateTime<Utc> {
    Clock::system().now()
}

/// The request's headers; none while no request is answered.
pub fn headers() -> HeaderMap {
    use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default()
}

/// Whether the request comes from a browser's window rather than from a script.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The public address of a path of this site, by the headers of the proxy in front.
pub fn public_url(path: &str) -> Option<String> {
    public_url_of(&headers(), path)
}

/// The public address of a path of this site, by a request's headers.
pub fn public_url_of(headers: &HeaderMap, path: &str) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(header::HOST.as_str())?;
    let scheme = header("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    Some(format!("{scheme}://{host}{path}"))
}

/// Sets the Content-Security-Policy of the page that is being rendered.
pub fn set_policy() {
    let (nonce, policy) = (use_nonce(), use_context::<Policy>());
    let header = nonce.zip(policy).and_then(|(nonce, policy)| policy.with_nonce(&nonce));
    if let (Some(header), Some(response)) = (header, use_context::<ResponseOptions>()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, header);
    }
}
