//! The pages that search engines may list: <https://www.sitemaps.org/protocol.html>.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use common::error::ApiError;

use crate::{api::Api, paths, request::public_url_of, texts::Texts};

/// The front page, the texts, and the newest tickets.
pub(super) async fn sitemap(State(api): State<Api>, headers: HeaderMap) -> Result<Response, ApiError> {
    let tickets = api.newest_tickets().await.ok_or_else(|| ApiError::Unavailable("tickets does not answer".into()))?;
    let paths = ["/".to_owned()].into_iter().chain(Texts::paths());
    let paths = paths.chain(tickets.iter().map(|ticket| paths::ticket(&ticket.id)));
    let urls = paths
        .filter_map(|path| Some(["<url><loc>", &escaped(&public_url_of(&headers, &path)?), "</loc></url>"].concat()));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>\n",
        urls.collect::<String>()
    );
    Ok(([(header::CONTENT_TYPE, "application/xml")], body).into_response())
}

/// The host is what the client says.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
