//! How long a connection may keep its server waiting.
//!
//! hyper has one time-out for reading a head, and begins it as soon as it may
//! read one: on a connection that is kept alive, when the last answer is sent.
//! Waiting for a request is fine for longer than sending one. So the timer that
//! hyper is given here waits longer for the first byte, and from then on as long
//! as a head may take.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use tokio::time;

use super::connections::Limits;

/// One connection's patience.
#[derive(Clone)]
pub(super) struct Patience {
    limits: Limits,
    connection: Arc<Connection>,
}

struct Connection {
    /// No head has been waited for so far.
    new: AtomicBool,
    /// A byte came since the latest head is waited for.
    heard: AtomicBool,
}

impl Patience {
    pub(super) fn new(limits: Limits) -> Self {
        let connection = Connection { new: AtomicBool::new(true), heard: AtomicBool::new(false) };
        Self { limits, connection: Arc::new(connection) }
    }

    /// To be told what is read from the connection.
    pub(super) fn on_read(&self) -> impl FnMut(&[u8]) + use<> {
        let connection = self.connection.clone();
        move |bytes| {
            if !bytes.is_empty() {
                connection.heard.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Timer for Patience {
    /// Nothing but heads is timed.
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now())
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.connection.heard.store(false, Ordering::Relaxed);
        // A client that has just connected has something to say.
        let begun = self.connection.new.swap(false, Ordering::Relaxed);
        let limit = if begun { self.limits.head } else { self.limits.idle };
        Box::pin(Wait { patience: self.clone(), begun, sleep: Box::pin(time::sleep(limit)) })
    }
}

/// Waiting for a head.
struct Wait {
    patience: Patience,
    /// The head has begun, or should have.
    begun: bool,
    sleep: Pin<Box<time::Sleep>>,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.begun && self.patience.connection.heard.load(Ordering::Relaxed) {
            self.begun = true;
            let deadline = time::Instant::now() + self.patience.limits.head;
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}
