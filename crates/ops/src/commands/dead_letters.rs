use std::{collections::BTreeSet, process::ExitCode};

use anyhow::{Result, ensure};
use clap::Args;
use common::messaging::{DeadLetter, DeadLetters as Letters};

use crate::{Stack, say};

/// List the events that a service failed to handle, or publish them again
///
/// Each is shown with its sequence number, the service, the event's subject and
/// sequence number, the reason and the payload. Publishing one again delivers it to
/// every service that subscribes to its subject, and removes it from the list.
#[derive(Debug, Args)]
pub struct DeadLetters {
    /// Publish the dead letter with this sequence number again; may be repeated
    #[arg(long, value_name = "SEQUENCE")]
    republish: Vec<u64>,
    /// Publish all of them again
    #[arg(long, conflicts_with = "republish")]
    republish_all: bool,
}

impl DeadLetters {
    /// Lists them, or publishes the chosen ones again.
    pub async fn run(&self, stack: &Stack) -> Result<ExitCode> {
        let letters = Letters::open(&stack.broker().await?).await?;
        let all = letters.list().await?;
        if !self.republish_all && self.republish.is_empty() {
            print(&all);
            return Ok(ExitCode::SUCCESS);
        }
        for sequence in self.chosen(&all)? {
            letters.republish(sequence).await?;
            say(format_args!("{sequence} is published again"));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The sequence numbers to publish again, each once.
    fn chosen(&self, all: &[DeadLetter]) -> Result<BTreeSet<u64>> {
        let known: BTreeSet<u64> = all.iter().map(|letter| letter.sequence).collect();
        if self.republish_all {
            return Ok(known);
        }
        for sequence in &self.republish {
            ensure!(known.contains(sequence), "there is no dead letter {sequence}");
        }
        Ok(self.republish.iter().copied().collect())
    }
}

fn print(letters: &[DeadLetter]) {
    if letters.is_empty() {
        say("there are no dead letters");
    }
    for DeadLetter { sequence, service, subject, event_sequence, reason, payload } in letters {
        say(format_args!("{sequence:>5}  {service}  {subject} #{event_sequence}\n       {reason}\n       {payload}"));
    }
}
