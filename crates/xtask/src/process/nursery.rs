//! Where children are started.
//!
//! Linux counts a child's parent as dead once the *thread* that started it has
//! ended. So one thread, which lives as long as xtask, starts them all.

use std::process::Stdio;
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

use anyhow::{Context, Result, ensure};
use tokio::process::Child;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{Program, logs};
use crate::report::Report;

type Birth = Box<dyn FnOnce() + Send>;

static NURSERY: LazyLock<Sender<Birth>> = LazyLock::new(|| {
    let (births, waiting) = channel::<Birth>();
    std::thread::spawn(move || waiting.into_iter().for_each(|birth| birth()));
    births
});

/// Starts the program, its output going to its log.
pub(super) async fn spawn(program: &Program, report: &Report) -> Result<Child> {
    ensure!(program.path.is_file(), "{}: there is no program {}", program.name, program.path.display());
    let (reader, writer) = std::io::pipe()?;
    let mut command = program.command();
    command.stdout(Stdio::from(writer.try_clone()?)).stderr(Stdio::from(writer));
    logs::keep(program, reader, report)?;

    let (born, birth) = oneshot::channel();
    let runtime = Handle::current();
    let job: Birth = Box::new(move || {
        let _entered = runtime.enter();
        // Nobody waiting any more drops the child, which kills it.
        let _ = born.send(command.spawn());
    });
    NURSERY.send(job).ok().context("the thread that starts programs has gone")?;
    birth.await?.with_context(|| format!("{} ({}) does not start", program.name, program.path.display()))
}
