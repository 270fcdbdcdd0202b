//! What the cluster asks a program: alive, ready, and how it is doing.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Check;
use crate::{error::ApiError, telemetry};

/// How long something may take to answer before the program counts as unready.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`, `/readyz` and `/metrics`, for the cluster alone.
pub(super) fn router(checks: Vec<(&'static str, Check)>, stopping: CancellationToken) -> Router {
    let checks = Arc::new(checks);
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "alive" })) }))
        .route("/readyz", get(move || ready(checks.clone(), stopping.clone())))
        .route("/metrics", get(|| async { telemetry::render_metrics() }))
        .route_layer(middleware::from_fn(from_inside))
}

/// The storefront is behind the ingress with all of its paths. What has come
/// through a proxy says so, as every ingress adds this header.
async fn from_inside(request: Request, next: Next) -> Response {
    if request.headers().contains_key("x-forwarded-for") {
        return ApiError::NotFound.into_response();
    }
    next.run(request).await
}

async fn ready(checks: Arc<Vec<(&'static str, Check)>>, stopping: CancellationToken) -> (StatusCode, Json<Value>) {
    let mut problems = Map::new();
    if stopping.is_cancelled() {
        problems.insert("program".into(), "stopping".into());
    }
    for (what, check) in checks.iter() {
        let outcome = timeout(PATIENCE, check()).await.unwrap_or_else(|_| Err("no answer".into()));
        if let Err(reason) = outcome {
            problems.insert((*what).into(), reason.into());
        }
    }
    if problems.is_empty() {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready", "problems": problems })))
    }
}
