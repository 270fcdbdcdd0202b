//! Forwards a request to the service that its path belongs to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use common::server::BODY_LIMIT;
use futures::StreamExt;
use http::{StatusCode, Uri, Version};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tokio::time::timeout;

use super::Routes;
use super::headers::{drop_hop_by_hop, forward_origin};

/// How long a body may take to arrive, and then an answer to start, as at the cluster's ingress.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);
/// How many bytes of a body are read, more than are accepted: a client that is cut off while
/// it sends does not see the answer.
const READ_LIMIT: usize = 8 * 1024 * 1024;

/// Where each service of the routes listens; one that is missing does not run here.
pub type Upstreams = BTreeMap<String, SocketAddr>;

struct Proxy {
    routes: Routes,
    upstreams: Upstreams,
    client: Client<HttpConnector, Body>,
}

pub(super) fn router(routes: Routes, upstreams: Upstreams) -> Router {
    let client = Client::builder(TokioExecutor::new()).build_http();
    Router::new().fallback(forward).with_state(Arc::new(Proxy { routes, upstreams, client }))
}

async fn forward(
    State(proxy): State<Arc<Proxy>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let Some(service) = proxy.routes.service(asked.uri().path()) else {
        return refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    let Some(upstream) = proxy.upstreams.get(service) else {
        return refusal(StatusCode::NOT_FOUND, "Not Found: no storefront runs here, only the API, under /api.");
    };
    let Some(request) = addressed_to(*upstream, peer, asked) else {
        return refusal(StatusCode::BAD_REQUEST, "Bad Request");
    };
    let (head, body) = request.into_parts();
    let request = match timeout(ANSWER_LIMIT, buffered(body)).await {
        Ok(Ok(body)) => Request::from_parts(head, body),
        Ok(Err((status, message))) => return refusal(status, message),
        Err(_) => return refusal(StatusCode::BAD_REQUEST, "The request's body took too long to arrive"),
    };
    match timeout(ANSWER_LIMIT, proxy.client.request(request)).await {
        Ok(Ok(mut answer)) => {
            drop_hop_by_hop(answer.headers_mut());
            answer.map(Body::new)
        }
        Ok(Err(_)) => refusal(StatusCode::BAD_GATEWAY, &format!("{service} does not answer")),
        Err(_) => refusal(StatusCode::GATEWAY_TIMEOUT, &format!("{service} takes too long to answer")),
    }
}

/// The whole body, as the cluster's ingress reads it before it forwards a request; else the
/// services' own refusal of one that breaks off or is too large.
async fn buffered(body: Body) -> Result<Body, (StatusCode, &'static str)> {
    let (mut bytes, mut pieces) = (Vec::new(), body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| (StatusCode::BAD_REQUEST, "The request's body could not be read"))?;
        bytes.extend_from_slice(&piece);
        if bytes.len() > READ_LIMIT {
            break;
        }
    }
    if bytes.len() > BODY_LIMIT {
        Err((StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"))
    } else {
        Ok(bytes.into())
    }
}

/// The same request but for its destination and the headers of this hop.
fn addressed_to(upstream: SocketAddr, peer: SocketAddr, mut request: Request) -> Option<Request> {
    let path = request.uri().path_and_query()?.as_str();
    *request.uri_mut() =
        Uri::builder().scheme("http").authority(upstream.to_string()).path_and_query(path).build().ok()?;
    *request.version_mut() = Version::HTTP_11;
    drop_hop_by_hop(request.headers_mut());
    forward_origin(request.headers_mut(), peer);
    Some(request)
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "errors": [{ "message": message }] }))).into_response()
}
