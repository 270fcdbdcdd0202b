//! The local ingress: a reverse proxy in front of the services.

mod headers;
mod proxy;
mod routes;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail};
use common::server::connections::{self, Limits};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use proxy::Upstreams;
pub use routes::Routes;

/// A running gateway; it ends when dropped.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// Takes a port for the gateway (0: any free one) before anything else starts.
pub async fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop what listens there, or choose another with --port")
        }
        listener => listener.with_context(|| format!("cannot listen on port {port}")),
    }
}

impl Gateway {
    /// Serves the routes on the listener.
    pub fn start(listener: TcpListener, routes: Routes, upstreams: Upstreams) -> Result<Self> {
        let address = listener.local_addr()?;
        let proxy = proxy::router(routes, upstreams);
        let server = tokio::spawn(connections::serve(listener, proxy, Limits::default(), CancellationToken::new()));
        Ok(Self { address, server })
    }

    /// Its address: `http://localhost:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
    }
}
