//! A connection to a store that can be slow, or cut.

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

/// Stands between the service and a store.
pub struct Cable(watch::Sender<Condition>);

impl Cable {
    /// Leads what the service's variable `name` points to through a cable.
    pub async fn lay(env: TestEnv, name: &str) -> (TestEnv, Self) {
        let url = env.env().text(name).unwrap();
        let (scheme, store) = url.split_once("://").unwrap();
        let store = store.trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near_end = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (condition, watched) = watch::channel(Condition::Intact);
        tokio::spawn(carry(listener, store, watched));
        (env.with(name, &near_end), Self(condition))
    }

    /// Makes every answer take so long.
    pub fn slow_down(&self, delay: Duration) {
        self.0.send_replace(Condition::Slow(delay));
    }

    /// Breaks every connection, and lets no new one through.
    pub fn cut(&self) {
        self.0.send_replace(Condition::Cut);
    }

    /// Makes it as it was.
    pub fn mend(&self) {
        self.0.send_replace(Condition::Intact);
    }
}

async fn carry(listener: TcpListener, store: String, mut condition: watch::Receiver<Condition>) {
    loop {
        let (near, _) = listener.accept().await.unwrap();
        if *condition.borrow_and_update() == Condition::Cut {
            continue;
        }
        let far = TcpStream::connect(&store).await.unwrap();
        let (mut questions, near) = near.into_split();
        let (answers, mut far) = far.into_split();
        let mut condition = condition.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = copy(&mut questions, &mut far) => {}
                () = bring(answers, near, condition.clone()) => {}
                _ = condition.wait_for(|condition| *condition == Condition::Cut) => {}
            }
        });
    }
}

/// Passes on answers, as fast as the cable's condition allows.
async fn bring(mut answers: OwnedReadHalf, mut near: OwnedWriteHalf, condition: watch::Receiver<Condition>) {
    let mut answer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = answers.read(&mut answer).await {
        let condition = *condition.borrow();
        if let Condition::Slow(delay) = condition {
            sleep(delay).await;
        }
        if near.write_all(&answer[..length]).await.is_err() {
            return;
        }
    }
}
