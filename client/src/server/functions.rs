//! Server functions are guarded: requests are checked before Leptos decodes them,
//! and Leptos' own error messages are not sent.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{Response, Result},
};
use common::{api::ErrorBody, error::ApiError, server::BODY_LIMIT};
use leptos::{
    prelude::ServerFnError,
    server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
};
use percent_encoding::percent_decode;

/// The prefix of all their paths; `.cargo/config.toml` sets it for the macros.
const PREFIX: &str = "/fn/";
const FORM: &str = "application/x-www-form-urlencoded";

/// Guards the server functions; other requests pass unchanged.
pub(super) async fn guard(request: Request, next: Next) -> Result<Response> {
    if !request.uri().path().starts_with(PREFIX) {
        return Ok(next.run(request).await);
    }
    let mut request = checked(request).await?;
    // Leptos redirects a browser's own request to its Referer, which may be another
    // site. `forms::finish` redirects forms; a GET needs no redirect.
    request.headers_mut().remove(header::REFERER);
    if *request.method() == Method::GET {
        request.headers_mut().remove(header::ACCEPT);
    }
    let response = next.run(request).await;
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return Err(cause(response).await.into());
    }
    match response.status() {
        // There is no function of this name and method.
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => Err(ApiError::NotFound.into()),
        status if status.is_server_error() => Err(ApiError::internal(format!("Leptos answered {status}")).into()),
        _ => Ok(response),
    }
}

/// The request with its body in memory; an error if it can't be decoded.
async fn checked(request: Request) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| unreadable())?;
    if parts.method == Method::POST && !is_form(&parts.headers) {
        let message = ErrorBody::message("Content-Type must be application/x-www-form-urlencoded");
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, Json(message)).into());
    }
    if !is_text(&bytes) || !is_text(parts.uri.query().unwrap_or_default().as_bytes()) {
        return Err(unreadable().into());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn unreadable() -> ApiError {
    ApiError::bad_request("The request is incomplete or could not be read")
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(FORM)
}

/// Whether it decodes to UTF-8 and each `%` begins an escape. Leptos would replace
/// or keep the rest silently.
fn is_text(encoded: &[u8]) -> bool {
    let mut escapes = encoded.split(|&byte| byte == b'%').skip(1);
    let whole = escapes.all(|rest| rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    whole && percent_decode(encoded).decode_utf8().is_ok()
}

/// Our functions never fail, as a refusal is a value: decoding the request failed,
/// or the storefront is at fault.
async fn cause(response: Response) -> ApiError {
    let body = to_bytes(response.into_body(), BODY_LIMIT).await.unwrap_or_default();
    match <ServerFnError>::de(body) {
        ServerFnError::Args(_) | ServerFnError::MissingArg(_) | ServerFnError::Deserialization(_) => unreadable(),
        error => ApiError::internal(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_escapes_of_whole_characters_are_text() {
        for good in ["", "a=b&c=d+e", "a=%C3%A9%f0%9f%8e%b8", "a=é", "%00"] {
            assert!(is_text(good.as_bytes()), "{good}");
        }
        for bad in ["%", "a=%f", "a=%zz", "a=%+1", "a=%ff", "a=%C3%28", "a=%C3", "a=%é"] {
            assert!(!is_text(bad.as_bytes()), "{bad}");
        }
        assert!(!is_text(b"a=\xff"));
    }
}
