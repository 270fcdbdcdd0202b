//! The failures that endpoints answer with, all in the error envelope.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Response, SchemaFormat, Type},
};

use super::header;

/// The schema's name of [`crate::api::ErrorBody`].
pub(super) const ENVELOPE: &str = "ErrorBody";

/// A failure of an endpoint, by its status: for `responses(…)`.
pub struct Failure<const STATUS: u16>;

/// 402
pub type DeclinedCard = Failure<402>;
/// 404
pub type NotFound = Failure<404>;
/// 409
pub type Conflict = Failure<409>;
/// 415, of an endpoint that reads JSON.
pub type NotJson = Failure<415>;
/// 429
pub type TooManyRequests = Failure<429>;

impl<const STATUS: u16> IntoResponses for Failure<STATUS> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        BTreeMap::from([(STATUS.to_string(), describe_failure(STATUS).into())])
    }
}

/// What a status means, with an example of the answer.
pub(super) fn describe_failure(status: u16) -> Response {
    let (meaning, field, example) = match status {
        400 => ("The request can't be read or breaks a rule: one entry for each", Some("title"), "Title is required"),
        401 => ("Not signed in, or not the owner", None, "Not authorized"),
        402 => ("The card was declined, in Stripe's words", None, "Your card was declined."),
        403 => ("The request comes from a page of another site", None, "Requests from another site are not allowed"),
        404 => ("It does not exist", None, "Not Found"),
        409 => {
            ("It has changed since the version that the change is based on", None, "The ticket has changed meanwhile")
        }
        413 => ("The request is larger than 64 KiB", None, "Request body is too large"),
        415 => ("The body is not declared as JSON", None, "Content-Type must be application/json"),
        429 => ("Too many attempts from this address", None, "Too many requests, please try again later"),
        503 => (
            "It can't be done now, or its outcome is unknown: repeat it after the time given",
            None,
            "The shop is very busy, please try again in a moment",
        ),
        _ => ("A fault of the service; its cause is logged and not sent", None, "Something went wrong"),
    };
    let entry =
        field.map_or_else(|| json!({ "message": example }), |field| json!({ "message": example, "field": field }));
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ENVELOPE)))
        .example(Some(json!({ "errors": [entry] })))
        .build();
    let mut response = Response::new(meaning);
    response.content.insert("application/json".into(), content.into());
    if matches!(status, 429 | 503) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let seconds = seconds.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        response.headers.insert("Retry-After".into(), header(seconds, "Seconds to wait").into());
    }
    response
}
