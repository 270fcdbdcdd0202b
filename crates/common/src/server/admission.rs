//! How requests are let in, and worked on to their end.

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

/// How long a request may take, its body's arrival included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests that a program with a database works on at the same time: many more
/// than its pool has connections, as some wait for something else, for Stripe say.
const WORKING: usize = 256;
/// Requests that may wait for their turn, and for how long.
const WAITING: usize = 1_024;
const PATIENCE: Duration = Duration::from_secs(10);

/// How many requests are let in at a time. Cheap to clone.
#[derive(Clone)]
pub(super) struct Admission {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Admission {
    /// For a program that no store holds up: as many as come.
    pub(super) fn unlimited() -> Self {
        Self::of(Semaphore::MAX_PERMITS, Semaphore::MAX_PERMITS)
    }

    /// For a program with a database. Those that wait here wait for a semaphore,
    /// which may be given up; one that waits for the database may not.
    pub(super) fn limited() -> Self {
        Self::of(WORKING, WAITING)
    }

    fn of(working: usize, waiting: usize) -> Self {
        Self { working: Arc::new(Semaphore::new(working)), waiting: Arc::new(Semaphore::new(waiting)) }
    }

    /// A place to work in; nothing, if the queue is too long or does not move.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.working.clone().try_acquire_owned() {
            return Some(place);
        }
        let _queued = self.waiting.try_acquire().ok()?;
        timeout(PATIENCE, self.working.clone().acquire_owned()).await.ok()?.ok()
    }
}

/// Reads the request's body, waits for a place, and has the request worked on to
/// its end, whether or not its client is still there.
pub(super) async fn admit(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    let deadline = Instant::now() + REQUEST_TIMEOUT;
    let Ok(request) = timeout_at(deadline, whole(request)).await else {
        return ApiError::bad_request("The request's body took too long to arrive").into_response();
    };
    let request = match request {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(place) = admission.place().await else {
        return ApiError::Unavailable("The shop is very busy, please try again in a moment".into()).into_response();
    };
    let work = async move {
        let response = next.run(request).await;
        drop(place);
        response
    };
    match run_to_completion(deadline - Instant::now(), work).await {
        Ok(response) => response,
        Err(Unfinished::Overdue(_)) => {
            ApiError::Unavailable("The request took too long, please try again".into()).into_response()
        }
        // Answered further out, like any other.
        Err(Unfinished::Panicked(cause)) => resume_unwind(cause),
    }
}

/// The same request with its body in memory: a slow client holds up nobody else.
async fn whole(request: Request) -> Result<Request, ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = read(Request::from_parts(parts.clone(), body), &()).await?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_queue_that_is_full_or_does_not_move_turns_requests_away() {
        let admission = Admission::of(1, 1);
        let working = admission.place().await.unwrap();
        let waiting = tokio::spawn({
            let admission = admission.clone();
            async move { admission.place().await.is_some() }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        assert!(admission.place().await.is_none(), "one works and one waits already");
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(working);
        assert!(waiting.await.unwrap(), "whoever waits gets the place that is left");

        let _working = admission.place().await.unwrap();
        assert!(admission.place().await.is_none(), "nobody waits longer than the patience lasts");
        assert_eq!(began.elapsed(), PATIENCE);
    }
}
