//! The HTTP interface, described as `OpenAPI` 3.1 from the handlers themselves.
//!
//! A handler's `#[utoipa::path]` names its route, its success and the failures
//! that are its own. What the layers around every handler answer is added here.

mod failures;

use axum::{Json, Router, routing::get};
use utoipa::openapi::{
    OpenApi, PathItem,
    header::Header,
    info::{Info, License},
    path::Operation,
    schema::{Object, Schema, Type},
    security::{ApiKey, ApiKeyValue, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

pub use failures::{Conflict, DeclinedCard, Failure, NotFound, NotJson, TooManyRequests};
use failures::{ENVELOPE, describe_failure};

use crate::api::{ErrorBody, FieldError};

/// The name of the cookie's security scheme, for `security((SESSION = []))`.
pub const SESSION: &str = "session";

/// Splits a service's routes from their description, completes it and serves it
/// at `/api/NAME/openapi.json`. Without described routes nothing is added.
pub(crate) fn serve(name: &str, router: OpenApiRouter) -> Router {
    let (router, mut description) = router.split_for_parts();
    if description.paths.paths.is_empty() {
        return router;
    }
    complete(name, &mut description);
    router.route(&format!("/api/{name}/openapi.json"), get(move || async move { Json(description) }))
}

/// Adds what all services have in common.
fn complete(name: &str, description: &mut OpenApi) {
    description.info = Info::builder()
        .title(format!("Ticketing: {name}"))
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A request from another site is refused, and every failure has the same envelope. A path without the \
             requested method is a 404. Every answer has `Cache-Control: no-store` and an `X-Request-Id`.",
        ))
        .license(Some(License::new("MIT")))
        .build();
    let components = description.components.get_or_insert_default();
    components.schemas.insert(ENVELOPE.into(), <ErrorBody as utoipa::PartialSchema>::schema());
    components.schemas.insert("FieldError".into(), <FieldError as utoipa::PartialSchema>::schema());
    let cookie = "The session of `POST /api/users/signin`. Where cookies travel by HTTPS only, its name is \
                  `__Host-session`, and `session` is accepted as well.";
    let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description("session", cookie)));
    components.add_security_scheme(SESSION, scheme);
    for item in description.paths.paths.values_mut() {
        complete_path(name, item);
    }
}

fn complete_path(name: &str, item: &mut PathItem) {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let operations = [(get, false), (post, true), (put, true), (patch, true), (delete, true)];
    for (operation, writes) in
        operations.into_iter().filter_map(|(operation, writes)| Some((operation.as_mut()?, writes)))
    {
        operation.tags = Some(vec![name.to_owned()]);
        let signed_in = operation.security.is_some();
        // Layers read every request's body, admit it, and answer when a handler fails.
        let answered = [(400, true), (401, signed_in), (403, writes), (413, true), (500, true), (503, true)];
        for (status, _) in answered.into_iter().filter(|(_, applies)| *applies) {
            operation.responses.responses.entry(status.to_string()).or_insert_with(|| describe_failure(status).into());
        }
        complete_page(operation);
    }
}

/// A list that takes a `limit` has a link to its next page.
fn complete_page(operation: &mut Operation) {
    let is_list = operation.parameters.iter().flatten().any(|parameter| match parameter {
        utoipa::openapi::RefOr::T(parameter) => parameter.name == "limit",
        utoipa::openapi::RefOr::Ref(_) => false,
    });
    if let (true, Some(utoipa::openapi::RefOr::T(page))) = (is_list, operation.responses.responses.get_mut("200")) {
        let description = "`<…>; rel=\"next\"`: the next page's path and query, if more entries follow";
        page.headers.insert("Link".into(), header(Object::with_type(Type::String), description).into());
    }
}

/// A header of a response.
fn header(schema: impl Into<Schema>, description: &str) -> Header {
    let mut header = Header::new(schema.into());
    header.description = Some(description.to_owned());
    header
}
