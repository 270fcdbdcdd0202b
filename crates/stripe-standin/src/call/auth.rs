//! Keys: `Authorization: Bearer sk_test_…`, or Basic with the key as user name.

use axum::http::HeaderMap;

use crate::{
    call::{Operation, header},
    error::ApiError,
    models::PaymentIntent,
    params::Params,
};

/// Who calls, by their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A server, with a secret key.
    Server,
    /// A page, with a publishable key.
    Page,
}

impl Caller {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let key = header(headers, "authorization").and_then(key).ok_or_else(|| {
            ApiError::unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using \
                 Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )
        })?;
        if key.starts_with("sk_test_") {
            Ok(Self::Server)
        } else if key.starts_with("pk_test_") {
            Ok(Self::Page)
        } else {
            // Never the key itself: it may be a real one, given by mistake.
            Err(ApiError::unauthorized("Invalid API Key provided: it must start with sk_test_ or pk_test_."))
        }
    }

    pub(crate) fn check(self, operation: Operation) -> Result<(), ApiError> {
        if self == Self::Server || operation.is_open_to_pages() {
            return Ok(());
        }
        Err(ApiError::forbidden(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
        ))
    }

    /// A page must know an intent's client secret.
    pub(crate) fn check_secret(self, intent: &PaymentIntent, params: &Params) -> Result<(), ApiError> {
        if self == Self::Server || params.required("client_secret")? == intent.client_secret {
            return Ok(());
        }
        Err(ApiError::invalid(
            "The client_secret provided does not match any associated PaymentIntent on this account.",
        )
        .code("payment_intent_invalid_parameter")
        .param("client_secret"))
    }
}

fn key(authorization: &str) -> Option<String> {
    let (scheme, credentials) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.trim().to_owned());
    }
    let user = scheme.eq_ignore_ascii_case("basic").then(|| base64_text(credentials.trim()))??;
    Some(user.split(':').next()?.to_owned())
}

/// Decodes base64: too little a thing for a dependency.
fn base64_text(encoded: &str) -> Option<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0_u32;
    let mut count = 0;
    let mut decoded = Vec::new();
    for byte in encoded.trim_end_matches('=').bytes() {
        let sextet = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits = bits << 6 | u32::try_from(sextet).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(decoded).ok()
}
