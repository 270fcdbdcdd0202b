//! The tasks of a program, supervised.

use std::{io, panic::AssertUnwindSafe, sync::Arc, sync::OnceLock};

use futures::{FutureExt, future::BoxFuture};
use tokio_util::sync::CancellationToken;

type Task = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>;

/// A task that runs until it is cancelled.
pub(super) struct Worker {
    name: String,
    task: Task,
}

impl Worker {
    pub(super) fn new<F>(name: String, task: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, task: Box::new(|stop| task(stop).boxed()) }
    }
}

/// Supervises a program's workers.
pub(super) struct Workers {
    program: CancellationToken,
    failed: Arc<OnceLock<String>>,
}

impl Workers {
    /// Cancels `program` when a worker ends before it is cancelled.
    pub(super) fn new(program: CancellationToken) -> Self {
        Self { program, failed: Arc::default() }
    }

    /// Runs a worker until `stop`.
    pub(super) fn supervise(
        &self,
        worker: Worker,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (program, failed) = (self.program.clone(), self.failed.clone());
        async move {
            let how = match AssertUnwindSafe((worker.task)(stop.clone())).catch_unwind().await {
                Ok(()) if stop.is_cancelled() => return,
                Ok(()) => "has ended",
                Err(_) => "has panicked",
            };
            tracing::error!(worker = worker.name, "a worker {how} before its time: the program stops");
            let _ = failed.set(format!("{} {how} before its time", worker.name));
            program.cancel();
        }
    }

    /// The first worker that ended before its time, as an error.
    pub(super) fn outcome(&self) -> io::Result<()> {
        self.failed.get().map_or(Ok(()), |failed| Err(io::Error::other(failed.clone())))
    }
}
