//! The server functions' addresses. What is sent there is checked before Leptos
//! decodes it, and what Leptos says of it stays inside.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use common::server::BODY_LIMIT;
use leptos::{
    prelude::ServerFnError,
    server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
};

use super::errors::{Refused, wants_page};

/// What all their paths begin with; `.cargo/config.toml` tells the macros so.
const PREFIX: &str = "/fn/";
const FORM: &str = "application/x-www-form-urlencoded";

/// Guards the server functions; every other request passes as it is.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(PREFIX) {
        return next.run(request).await;
    }
    let as_page = wants_page(request.headers());
    match call(request, next).await {
        Ok(response) => response,
        Err(refused) => refused.answer(as_page),
    }
}

async fn call(request: Request, next: Next) -> Result<Response, Refused> {
    let mut request = read(request).await?;
    // Leptos sends a browser's own request back to where its Referer says, which
    // may be another site. A form that was sent by a browser is answered by
    // `forms::finish` with a redirect; what is asked by GET needs none.
    request.headers_mut().remove(header::REFERER);
    if *request.method() == Method::GET {
        request.headers_mut().remove(header::ACCEPT);
    }
    let response = next.run(request).await;
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return Err(cause(response).await);
    }
    match response.status() {
        // Leptos knows no function of this name and method.
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => Err(Refused::NotFound),
        status if status.is_server_error() => Err(Refused::Broken),
        _ => Ok(response),
    }
}

/// The request, if it is one that can be decoded. Its body is here by now, and
/// within the limit.
async fn read(request: Request) -> Result<Request, Refused> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Refused::Unreadable)?;
    if parts.method == Method::POST && !is_form(&parts.headers) {
        return Err(Refused::NotAForm);
    }
    if !is_text(&bytes) || !is_text(parts.uri.query().unwrap_or_default().as_bytes()) {
        return Err(Refused::Unreadable);
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(FORM)
}

/// Whether it decodes to text. Leptos would put other characters in the place of
/// what does not.
fn is_text(encoded: &[u8]) -> bool {
    let (mut text, mut rest) = (Vec::with_capacity(encoded.len()), encoded);
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            text.push(first);
            continue;
        }
        let digits = rest.split_at_checked(2).filter(|(digits, _)| digits.iter().all(u8::is_ascii_hexdigit));
        let Some((digits, after)) = digits else { return false };
        text.extend(str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()));
        rest = after;
    }
    str::from_utf8(&text).is_ok()
}

/// Whose fault it was. Our functions never fail (a refusal is a value): what
/// fails is decoding the request, or else the storefront.
async fn cause(response: Response) -> Refused {
    let body = to_bytes(response.into_body(), BODY_LIMIT).await.unwrap_or_default();
    match <ServerFnError>::de(body) {
        ServerFnError::Args(_) | ServerFnError::MissingArg(_) | ServerFnError::Deserialization(_) => {
            Refused::Unreadable
        }
        error => {
            tracing::error!(%error, "a server function failed");
            Refused::Broken
        }
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
