//! The accept loop. Unlike axum's own it limits the number of connections, and how
//! long a slow or silent client may keep one.

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

use super::head_timer::HeadTimer;

/// The pause after an accept that failed for lack of a resource, such as file
/// descriptors, which connections release when they end.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// The limits on clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a request's line and headers may take: of the first request from
    /// the connection's start, of any other from its own first byte.
    pub head: Duration,
    /// How long a connection may wait between two requests.
    pub idle: Duration,
    /// How long a client may read nothing of a response.
    pub read: Duration,
    /// The number of open connections; more wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // Longer than a proxy in front keeps an unused connection, which else could
            // send a request on one that is just being closed: nginx keeps them for
            // 60 seconds, the clients of hyper and reqwest for 90.
            idle: Duration::from_secs(100),
            read: Duration::from_secs(30),
            connections: 1024,
        }
    }
}

/// Serves HTTP/1 on `listener` until `stop` is cancelled. Then it accepts no
/// connections, closes idle ones, and returns once the requests in progress are
/// answered. Dropped, it does not wait for those.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let (open, slots) = (TaskTracker::new(), Arc::new(Semaphore::new(limits.connections)));
    let closing = stop.child_token();
    let _close = closing.clone().drop_guard();
    while let Some((stream, peer, slot)) = stop.run_until_cancelled(accept(&listener, &slots)).await {
        let (router, closing) = (router.clone(), closing.clone());
        open.spawn(async move {
            answer(stream, peer, router, limits, closing).await;
            drop(slot);
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

/// The next connection, once there is a free slot for it.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        if slots.available_permits() == 0 {
            tracing::warn!("the limit of connections is reached: others wait");
        }
        let Ok(slot) = slots.clone().acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted, trying again");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether the client has disconnected already: no reason to pause.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers the requests of one connection until it ends.
async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, closing: CancellationToken) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let timer = HeadTimer::new(limits);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.read));
    let stream = InspectReader::new(Box::pin(stream), timer.on_read());
    let mut http = http1::Builder::new();
    let connection = http.timer(timer).header_read_timeout(limits.head).serve_connection(TokioIo::new(stream), service);
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
