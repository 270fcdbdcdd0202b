//! One HTTP program of a stack.

use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::process::{Process, Program, Restart, Signal};
use crate::report::Report;
use crate::wait::{START_LIMIT, until_answers};

/// Longer than the 20 s that a service allows itself.
const TIME_LIMIT: Duration = Duration::from_secs(25);

/// A service, whose port stays the same when it is stopped and resumed.
#[derive(Debug)]
pub struct Service {
    process: Process,
    port: u16,
    ready_path: &'static str,
    http: reqwest::Client,
}

impl Service {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(
        program: Program,
        port: u16,
        ready_path: &'static str,
        restart: Restart,
        report: &Report,
    ) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        let process = Process::start(program, restart, report).await?;
        let service = Self { process, port, ready_path, http };
        service.ready().await?;
        Ok(service)
    }

    /// Its address: `http://127.0.0.1:1234`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&self) -> Result<()> {
        let url = format!("{}{}", self.url(), self.ready_path);
        let ask = async || {
            let status = self.http.get(&url).send().await?.status();
            ensure!(status.is_success(), "{} answers {status}", self.ready_path);
            Ok(())
        };
        until_answers(&self.process.program().name, Some(&self.process), START_LIMIT, ask).await
    }

    /// SIGTERM, and SIGKILL if it takes longer than it should; says how it ended.
    pub async fn stop(&mut self) -> Option<ExitStatus> {
        self.process.stop(TIME_LIMIT).await
    }

    /// SIGKILL; it stays down until resumed.
    pub async fn kill(&mut self) {
        self.process.kill().await;
    }

    /// Any signal: STOP and CONT freeze and thaw it.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Starts it again on its port, and waits until it is ready.
    pub async fn resume(&mut self) -> Result<()> {
        self.process.resume().await?;
        self.ready().await
    }
}
