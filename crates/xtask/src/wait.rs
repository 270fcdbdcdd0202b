//! Waiting for a program to answer, without hiding why it does not.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, timeout_at};

use crate::process::Process;

/// How long anything may take to start.
pub const START_LIMIT: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(50);

/// Asks until there is an answer. Fails when the time is up, or as soon as the
/// program asked has died, with the last lines of its log.
pub async fn until_answers(
    name: &str,
    process: Option<&Process>,
    limit: Duration,
    ask: impl AsyncFn() -> Result<()>,
) -> Result<()> {
    let deadline = Instant::now() + limit;
    let tail = || process.map(|process| process.log_tail(15)).unwrap_or_default();
    let mut cause = "it does not answer at all".to_owned();
    loop {
        match timeout_at(deadline, ask()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => cause = format!("{error:#}"),
            Err(_) => {}
        }
        if let Some(status) = process.and_then(Process::death) {
            let advice = process.map_or("", |process| process.program().advice.trim_end());
            bail!("{name} stopped while starting ({status}). {advice}{}", tail());
        }
        if Instant::now() + PAUSE > deadline {
            bail!("{name} is not ready after {} s: {cause}{}", limit.as_secs(), tail());
        }
        sleep(PAUSE).await;
    }
}
