//! The accept loop. Unlike axum's own it does not wait for ever for a client
//! that sends nothing or a byte now and then, nor holds any number of
//! connections.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::Service, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{io::InspectReader, sync::CancellationToken, task::TaskTracker};

use super::patience::Patience;

/// The pause after an accept that failed for want of something, such as file
/// descriptors, which a connection that ends sets free.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// What a client may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a request's line and headers may take: the first one's from the
    /// connection's beginning, any other's from its own first byte.
    pub head: Duration,
    /// How long a connection may wait between two requests.
    pub idle: Duration,
    /// How long a client may take nothing of an answer.
    pub read: Duration,
    /// How many connections there may be; others wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // Longer than whoever is in front keeps an unused connection, or it
            // would send a request on one that is just being closed: nginx does
            // for 60 seconds, the clients of hyper and reqwest for 90.
            idle: Duration::from_secs(100),
            read: Duration::from_secs(30),
            connections: 1024,
        }
    }
}

/// Serves HTTP/1 on `listener` until `stop` is cancelled. Then it accepts no
/// more, closes connections that wait for a request, and returns once the
/// requests in hand are answered. Dropped, it leaves those to themselves.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let (open, places) = (TaskTracker::new(), Arc::new(Semaphore::new(limits.connections)));
    let closing = stop.child_token();
    let _close = closing.clone().drop_guard();
    while let Some((stream, peer, place)) = stop.run_until_cancelled(accept(&listener, &places)).await {
        let (router, closing) = (router.clone(), closing.clone());
        open.spawn(async move {
            hold(stream, peer, router, limits, closing).await;
            drop(place);
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        if places.available_permits() == 0 {
            tracing::warn!("as many connections as there may be: others wait");
        }
        let Ok(place) = places.clone().acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted, trying again");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether only a client that has gone away already is concerned.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers one connection's requests, until its end.
async fn hold(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, closing: CancellationToken) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let patience = Patience::new(limits);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.read));
    let stream = InspectReader::new(Box::pin(stream), patience.on_read());
    let mut http = http1::Builder::new();
    let connection =
        http.timer(patience).header_read_timeout(limits.head).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection.with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
