//! What the cluster asks a program: alive, ready, and how it is doing.

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

/// How long something may take to answer before the program counts as unready.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long an answer is waited for in the background, once asked for.
const ANSWER: Duration = Duration::from_mins(5);

/// What several probes may wait for.
type Answer = Shared<BoxFuture<'static, Result<(), String>>>;

/// Something to ask, one question at a time: a store that does not answer is not
/// asked again by every probe, and no question is given up halfway.
struct Probe {
    what: &'static str,
    check: Check,
    asked: Mutex<Option<Answer>>,
}

impl Probe {
    fn new((what, check): (&'static str, Check)) -> Self {
        Self { what, check, asked: Mutex::default() }
    }

    /// The answer to the question that is under way, or to a new one.
    async fn answer(&self) -> Result<(), String> {
        let answer = self.ask();
        timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err("no answer".into()))
    }

    fn ask(&self) -> Answer {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = asked.as_ref().filter(|asked| asked.peek().is_none()) {
            return under_way.clone();
        }
        let answer = run_to_completion(ANSWER, (self.check)());
        let answer = answer.map(|answer| answer.unwrap_or_else(|unfinished| Err(unfinished.to_string())));
        asked.insert(answer.boxed().shared()).clone()
    }
}

/// `/healthz`, `/readyz` and `/metrics`, for the cluster alone.
pub(super) fn router(checks: Vec<(&'static str, Check)>, stopping: CancellationToken) -> Router {
    let probes: Arc<[Probe]> = checks.into_iter().map(Probe::new).collect();
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "alive" })) }))
        .route("/readyz", get(move || ready(probes.clone(), stopping.clone())))
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
