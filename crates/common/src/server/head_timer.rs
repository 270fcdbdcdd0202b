//! How long a connection may take to send a request's head.
//!
//! hyper has one time-out for reading a head and starts it as soon as it may read
//! one: on a kept-alive connection, right after the last response. Waiting for a
//! request may take longer than sending one. So this timer, which hyper is given,
//! waits longer for the first byte, and from then on as long as a head may take.

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

/// The timer of one connection.
#[derive(Clone)]
pub(super) struct HeadTimer {
    limits: Limits,
    connection: Arc<Connection>,
}

struct Connection {
    /// No request was waited for so far.
    new: AtomicBool,
    /// A byte was received since the current wait began.
    received: AtomicBool,
}

impl HeadTimer {
    pub(super) fn new(limits: Limits) -> Self {
        let connection = Connection { new: AtomicBool::new(true), received: AtomicBool::new(false) };
        Self { limits, connection: Arc::new(connection) }
    }

    /// To be called with all bytes that are read from the connection.
    pub(super) fn on_read(&self) -> impl FnMut(&[u8]) + use<> {
        let connection = self.connection.clone();
        move |bytes| {
            if !bytes.is_empty() {
                connection.received.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Timer for HeadTimer {
    /// hyper times nothing but heads.
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now())
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.connection.received.store(false, Ordering::Relaxed);
        // A client that has just connected is expected to send at once.
        let begun = self.connection.new.swap(false, Ordering::Relaxed);
        let limit = if begun { self.limits.head } else { self.limits.idle };
        Box::pin(Wait { timer: self.clone(), begun, sleep: Box::pin(time::sleep(limit)) })
    }
}

/// The wait for one head.
struct Wait {
    timer: HeadTimer,
    /// Whether the head's own time has begun.
    begun: bool,
    sleep: Pin<Box<time::Sleep>>,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.begun && self.timer.connection.received.load(Ordering::Relaxed) {
            self.begun = true;
            let deadline = time::Instant::now() + self.timer.limits.head;
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}
