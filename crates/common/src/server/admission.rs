//! Limits how many requests are worked on at once, and finishes each one.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout, timeout_at},
};

use crate::{
    error::ApiError,
    extract::read,
    task::{Unfinished, run_to_completion},
};

/// How long a request may take, from its head to its response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests that a program with a database works on at the same time: many more
/// than its pool has connections, as some wait for something else, such as Stripe.
const MAX_IN_PROGRESS: usize = 256;
/// Requests that may queue for a slot, and for how long.
const MAX_QUEUED: usize = 1_024;
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);

/// The limits on concurrent requests. Cheap to clone.
#[derive(Clone)]
pub(super) struct Admission {
    in_progress: Arc<Semaphore>,
    queued: Arc<Semaphore>,
}

impl Admission {
    /// No limit, for a program without a database.
    pub(super) fn unlimited() -> Self {
        Self::of(Semaphore::MAX_PERMITS, Semaphore::MAX_PERMITS)
    }

    /// For a program with a database. Waiting here, for a semaphore, may be
    /// cancelled; waiting for a connection of the database's pool may not.
    pub(super) fn limited() -> Self {
        Self::of(MAX_IN_PROGRESS, MAX_QUEUED)
    }

    fn of(in_progress: usize, queued: usize) -> Self {
        Self { in_progress: Arc::new(Semaphore::new(in_progress)), queued: Arc::new(Semaphore::new(queued)) }
    }

    /// A slot to work in; `None` if the queue is full or does not move.
    async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(slot) = self.in_progress.clone().try_acquire_owned() {
            return Some(slot);
        }
        let _queued = self.queued.try_acquire().ok()?;
        timeout(QUEUE_TIMEOUT, self.in_progress.clone().acquire_owned()).await.ok()?.ok()
    }
}

/// Reads the request's body, waits for a slot, and finishes the request even if its
/// client disconnects.
pub(super) async fn admit(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    let deadline = Instant::now() + REQUEST_TIMEOUT;
    let Ok(request) = timeout_at(deadline, buffered(request)).await else {
        return ApiError::bad_request("The request's body took too long to arrive").into_response();
    };
    let request = match request {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(slot) = admission.slot().await else {
        return ApiError::Unavailable("The shop is very busy, please try again in a moment".into()).into_response();
    };
    let work = async move {
        let response = next.run(request).await;
        drop(slot);
        response
    };
    match run_to_completion(deadline - Instant::now(), work).await {
        Ok(response) => response,
        Err(Unfinished::Overdue(_)) => {
            ApiError::Unavailable("The request took too long, please try again".into()).into_response()
        }
        // The outer layer answers it like any other panic.
        Err(Unfinished::Panicked(cause)) => resume_unwind(cause),
    }
}

/// The same request with its body in memory: a slow upload occupies no slot.
async fn buffered(request: Request) -> Result<Request, ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = read(Request::from_parts(parts.clone(), body), &()).await?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_are_refused_when_the_queue_is_full_or_does_not_move() {
        let admission = Admission::of(1, 1);
        let working = admission.slot().await.unwrap();
        let waiting = tokio::spawn({
            let admission = admission.clone();
            async move { admission.slot().await.is_some() }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        assert!(admission.slot().await.is_none(), "one is in progress and one is queued");
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(working);
        assert!(waiting.await.unwrap(), "the queued request gets the free slot");

        let _working = admission.slot().await.unwrap();
        assert!(admission.slot().await.is_none(), "queueing times out");
        assert_eq!(began.elapsed(), QUEUE_TIMEOUT);
    }
}
