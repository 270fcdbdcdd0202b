//! Probes and metrics, for the cluster alone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use serde_json::{Map, Value, json};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Check;
use crate::{error::ApiError, task::run_to_completion, telemetry};

/// How long a dependency may take to answer before the program counts as unready.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long a check may run in the background.
const LONGEST_CHECK: Duration = Duration::from_mins(5);

/// The result of a check, which several probes may await.
type Answer = Shared<BoxFuture<'static, Result<(), String>>>;

/// A dependency, checked once at a time: a store that does not answer is not asked
/// again by every probe, and no check is cancelled halfway.
struct Probe {
    what: &'static str,
    check: Check,
    latest: Mutex<Option<Answer>>,
}

impl Probe {
    fn new((what, check): (&'static str, Check)) -> Self {
        Self { what, check, latest: Mutex::default() }
    }

    /// The result of the check in progress, or of a new one.
    async fn answer(&self) -> Result<(), String> {
        let answer = self.ask();
        timeout(TIMEOUT, answer).await.unwrap_or_else(|_| Err("no answer".into()))
    }

    fn ask(&self) -> Answer {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(in_progress) = latest.as_ref().filter(|answer| answer.peek().is_none()) {
            return in_progress.clone();
        }
        let answer = run_to_completion(LONGEST_CHECK, (self.check)());
        let answer = answer.map(|answer| answer.unwrap_or_else(|unfinished| Err(unfinished.to_string())));
        latest.insert(answer.boxed().shared()).clone()
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub(super) fn router(checks: Vec<(&'static str, Check)>, stopping: CancellationToken) -> Router {
    let probes: Arc<[Probe]> = checks.into_iter().map(Probe::new).collect();
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "alive" })) }))
        .route("/readyz", get(move || ready(probes.clone(), stopping.clone())))
        .route("/metrics", get(|| async { telemetry::render_metrics() }))
        .route_layer(middleware::from_fn(from_inside))
}

/// Answers 404 to requests that came through an ingress, which all add this header:
/// the storefront's paths are reachable from outside.
async fn from_inside(request: Request, next: Next) -> Response {
    if request.headers().contains_key("x-forwarded-for") {
        return ApiError::NotFound.into_response();
    }
    next.run(request).await
}

async fn ready(probes: Arc<[Probe]>, stopping: CancellationToken) -> (StatusCode, Json<Value>) {
    let mut problems = Map::new();
    if stopping.is_cancelled() {
        problems.insert("program".into(), "stopping".into());
    }
    for probe in probes.iter() {
        if let Err(reason) = probe.answer().await {
            problems.insert(probe.what.into(), reason.into());
        }
    }
    if problems.is_empty() {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready", "problems": problems })))
    }
}
