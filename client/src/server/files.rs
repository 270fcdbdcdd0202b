//! Static files: the browser half, whose file names contain a hash, and a few others.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};
use leptos::prelude::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

use super::AppState;

/// A file of that name never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Leptos' options for the folder that `site` has built.
pub(super) fn options(site: &Path) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("client")
        .site_root(site.to_string_lossy().into_owned())
        .hash_files(true)
        .hash_file(site.join("hash.txt").to_string_lossy().into_owned().into())
        .build()
}

/// The routes of all files.
pub(super) fn router(options: &LeptosOptions) -> Router<AppState> {
    let site = Path::new(options.site_root.as_ref());
    let file = |name: &str| ServeFile::new(site.join(name));
    let package = ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip();
    let package =
        Router::new().nest_service("/pkg", package).layer(map_response(async |response| cached(response, FOR_EVER)));
    let icons = Router::new()
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/favicon.ico", file("favicon.svg"))
        .route_service("/apple-touch-icon.png", file("apple-touch-icon.png"))
        .route_service("/docs.js", file("docs.js"))
        .route_service("/late.js", file("late.js"))
        .route_service("/altered.js", file("altered.js"))
        .route_service("/manifest.webmanifest", file("manifest.webmanifest"))
        .route_service("/robots.txt", file("robots.txt"))
        .layer(map_response(async |response| cached(response, FOR_AN_HOUR)));
    package.merge(icons)
}

/// Sets how long browsers keep a file. A missing one is not cached: the next roll-out
/// may bring it.
fn cached(mut response: Response, how: HeaderValue) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, how);
    }
    response
}
