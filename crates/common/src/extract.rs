//! Extractors: the signed-in user, the body, the id in the path.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::{FromRef, FromRequest, FromRequestParts, OptionalFromRequestParts, Path, Request},
    http::{StatusCode, header, request::Parts},
    response::IntoResponse,
};

pub use crate::api::users::CurrentUser;
use crate::{api::Fields, error::ApiError, session::Sessions};

impl<S> FromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = ApiError;

    /// The signed-in user; 401 if there is none.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        signed_in(parts, state).ok_or(ApiError::NotAuthorized)
    }
}

impl<S> OptionalFromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(signed_in(parts, state))
    }
}

fn signed_in<S>(parts: &Parts, state: &S) -> Option<CurrentUser>
where
    Sessions: FromRef<S>,
{
    Sessions::from_ref(state).of_request(&parts.headers)
}

/// The members of the body's JSON object; 415, 413 or 400 if it is not one.
pub struct Body(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(&request) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let bytes = read(request, state).await?;
        Fields::parse(&bytes).map(Self).map_err(ApiError::bad_request)
    }
}

/// The body as it was sent, for verifying signatures; 413 or 400 if it can't be read.
pub struct RawBody(pub String);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = read(request, state).await?;
        let text =
            String::from_utf8(bytes.into()).map_err(|_| ApiError::bad_request("The request's body is no text"))?;
        Ok(Self(text))
    }
}

/// A request's body, within the limit of its route; 413 or 400 if it can't be read.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge,
        _ => ApiError::bad_request("The request's body could not be read"),
    })
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The path's one parameter as text: handlers parse it after the checks that precede
/// a 404.
pub struct RawId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for RawId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = <Path<String> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| ApiError::NotFound)
    }
}
