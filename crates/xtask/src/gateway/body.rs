//! A request's body on its way through the gateway.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use common::server::BODY_LIMIT;
use futures::{StreamExt, stream};
use tokio::time::timeout;

/// How many bytes of the rest of a body that is too large are read, and for how long:
/// a client that is cut off while it sends does not see the answer.
const REST_LIMIT: usize = 8 * 1024 * 1024;
const REST_TIME: Duration = Duration::from_secs(5);

/// Why a body does not arrive.
pub(super) enum Trouble {
    /// The client broke off, or did not send what it announced.
    Unreadable,
    /// It is longer than services accept; the rest of it.
    TooLarge(BodyDataStream),
}

/// Why a body did not arrive, if it did not.
#[derive(Clone, Default)]
pub(super) struct Fate(Arc<Mutex<Option<Trouble>>>);

impl Fate {
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, trouble: Trouble) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    }
}

/// The same body, which fails where it is longer than services accept.
pub(super) fn counted(body: Body, fate: Fate) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let pieces = stream::try_unfold((body.into_data_stream(), 0), move |(mut pieces, before)| {
        let fate = fate.clone();
        async move {
            match pieces.next().await {
                None => Ok(None),
                Some(Ok(piece)) if before + piece.len() <= BODY_LIMIT => {
                    let read = before + piece.len();
                    Ok(Some((piece, (pieces, read))))
                }
                Some(Ok(_)) => {
                    fate.note(Trouble::TooLarge(pieces));
                    Err(axum::Error::new("the body is too large"))
                }
                Some(Err(error)) => {
                    fate.note(Trouble::Unreadable);
                    Err(error)
                }
            }
        }
    });
    Body::from_stream(pieces)
}

/// Reads and drops the rest of a body, within limits.
pub(super) async fn read_away(mut rest: BodyDataStream) {
    let mut left = REST_LIMIT;
    let read = async {
        while let Some(Ok(piece)) = rest.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                return;
            }
        }
    };
    // A client that is slower, or sends more, is cut off.
    let _ = timeout(REST_TIME, read).await;
}
