//! A TCP proxy that slows a connection down or cuts it.

use std::time::Duration;

use common::testing::TestEnv;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

#[derive(Clone, Copy, PartialEq)]
enum Condition {
    Intact,
    Slow(Duration),
    Cut,
}

/// A proxy between the service and a store.
pub struct Proxy(watch::Sender<Condition>);

impl Proxy {
    /// Puts a proxy in front of the store whose address is in the variable `name`.
    pub async fn start(env: TestEnv, name: &str) -> (TestEnv, Self) {
        let url = env.env().text(name).unwrap();
        let (scheme, store) = url.split_once("://").unwrap();
        let store = store.trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (condition, watched) = watch::channel(Condition::Intact);
        tokio::spawn(accept(listener, store, watched));
        (env.with(name, &address), Self(condition))
    }

    /// Delays every response.
    pub fn slow_down(&self, delay: Duration) {
        self.0.send_replace(Condition::Slow(delay));
    }

    /// Breaks every connection and refuses new ones.
    pub fn cut(&self) {
        self.0.send_replace(Condition::Cut);
    }

    /// Ends the delay or the cut.
    pub fn repair(&self) {
        self.0.send_replace(Condition::Intact);
    }
}

async fn accept(listener: TcpListener, store: String, mut condition: watch::Receiver<Condition>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        if *condition.borrow_and_update() == Condition::Cut {
            continue;
        }
        let server = TcpStream::connect(&store).await.unwrap();
        let (mut requests, client) = client.into_split();
        let (responses, mut server) = server.into_split();
        let mut condition = condition.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = copy(&mut requests, &mut server) => {}
                () = forward(responses, client, condition.clone()) => {}
                _ = condition.wait_for(|condition| *condition == Condition::Cut) => {}
            }
        });
    }
}

/// Forwards responses, delayed while the proxy is slow.
async fn forward(mut responses: OwnedReadHalf, mut client: OwnedWriteHalf, condition: watch::Receiver<Condition>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = responses.read(&mut buffer).await {
        let condition = *condition.borrow();
        if let Condition::Slow(delay) = condition {
            sleep(delay).await;
        }
        if client.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
