//! The browser's half: files whose names carry their hash, and a few that can't.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use leptos::prelude::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

use super::AppState;

/// A file of that name never changes, so nobody need ever ask again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Leptos' view of the folder that `site` has built.
pub(super) fn options(site: &Path) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("client")
        .site_root(site.to_string_lossy().into_owned())
        .hash_files(true)
        .hash_file(site.join("hash.txt").to_string_lossy().into_owned().into())
        .build()
}

pub(super) fn router(options: &LeptosOptions) -> Router<AppState> {
    let site = Path::new(options.site_root.as_ref());
    let file = |name: &str| ServeFile::new(site.join(name));
    let package = ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip();
    let package = Router::new().nest_service("/pkg", package).layer(middleware::from_fn(keep_for_ever));
    let icons = Router::new()
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/favicon.ico", file("favicon.svg"))
        .route_service("/docs.js", file("docs.js"))
        .route_service("/robots.txt", file("robots.txt"))
        .layer(middleware::from_fn(keep_for_an_hour));
    package.merge(icons)
}

async fn keep_for_ever(request: Request, next: Next) -> Response {
    cached(next.run(request).await, FOR_EVER)
}

async fn keep_for_an_hour(request: Request, next: Next) -> Response {
    cached(next.run(request).await, FOR_AN_HOUR)
}

/// Only what is there: a file that is missing now may be there after the next roll-out.
fn cached(mut response: Response, how: HeaderValue) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, how);
    }
    response
}
