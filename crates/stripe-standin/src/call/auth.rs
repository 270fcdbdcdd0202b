//! Keys: `Authorization: Bearer sk_test_…`, or Basic with the key as user name.

use axum::http::HeaderMap;
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::{call::header, error::ApiError, models::PaymentIntent, operation::Operation, params::Params};

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The caller, by the kind of its key.
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
    let user = scheme.eq_ignore_ascii_case("basic").then(|| BASE64.decode(credentials.trim()).ok())??;
    Some(String::from_utf8(user).ok()?.split(':').next()?.to_owned())
}
