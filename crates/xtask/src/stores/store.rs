//! One store, started by us or running elsewhere.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Kind, StoresOptions};
use crate::install::Tools;
use crate::ports;
use crate::process::{Process, Program, State};
use crate::wait::{START_LIMIT, until_answers};

const TIME_LIMIT: Duration = Duration::from_secs(15);

/// A store and its address, which stays the same when it is stopped and resumed.
#[derive(Debug)]
pub struct Store {
    kind: Kind,
    url: String,
    process: Option<Process>,
}

impl Store {
    /// Starts it on a free port and waits until it answers.
    pub(super) async fn start(kind: Kind, tools: &Tools, options: &StoresOptions) -> Result<Self> {
        let data = options.data_dir.join(kind.name());
        fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
        let log = options.data_dir.join("logs").join(format!("{}.log", kind.name()));
        let port = ports::free()?;
        let (path, args) = kind.command(tools, &data.to_string_lossy(), &port.to_string(), options.sync_writes);
        let advice = format!(
            "Its data do not seem to let it start: they are in {}, and `cargo xtask up --fresh` empties them with \
             all others. ",
            data.display()
        );
        let program = Program::new(kind.name(), path, log).args(args);
        let program = Program { ends_in_order: true, advice, ..program };
        let process = Process::start(program, options.restart, &options.report).await?;
        let store = Self { kind, url: kind.url(port), process: Some(process) };
        store.ready().await?;
        Ok(store)
    }

    /// Uses one that runs elsewhere; it must answer.
    pub(super) async fn outside(kind: Kind, url: &str) -> Result<Self> {
        let store = Self { kind, url: url.to_owned(), process: None };
        let name = format!("{} (given from outside)", kind.name());
        until_answers(&name, None, Duration::from_secs(10), async || kind.ask(url).await).await?;
        Ok(store)
    }

    /// Its address, without a database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which one it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its process, unless it runs elsewhere.
    #[must_use]
    pub fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    /// Waits until it answers.
    pub async fn ready(&self) -> Result<()> {
        until_answers(self.kind.name(), self.process(), START_LIMIT, async || self.kind.ask(&self.url).await).await
    }

    /// Ends it in order. One that runs elsewhere is left alone.
    pub async fn stop(&mut self) {
        if let Some(process) = &mut self.process {
            process.stop(TIME_LIMIT).await;
        }
    }

    /// Ends it with SIGKILL.
    pub async fn kill(&mut self) -> Result<()> {
        self.started()?.kill().await;
        Ok(())
    }

    /// Starts it again on its port and its data, and waits until it answers.
    pub async fn resume(&mut self) -> Result<()> {
        self.started()?.resume().await?;
        self.ready().await
    }

    /// Whether it runs, as far as is for us to know.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.process().is_none_or(|process| matches!(process.state(), State::Running(_)))
    }

    fn started(&mut self) -> Result<&mut Process> {
        match &mut self.process {
            Some(process) => Ok(process),
            None => bail!("{} at {} runs elsewhere: it is not ours to stop", self.kind.name(), self.url),
        }
    }
}
