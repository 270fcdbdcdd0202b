//! `cargo xtask dead-letters`

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use common::messaging::{Broker, DeadLetter, DeadLetters as Letters};

use crate::report::Report;
use crate::stack::Inventory;

/// List the events that a service could not take, or put them back
///
/// Each is shown with the service, the event's subject and place in the stream,
/// the reason and the payload. Put back, it goes to its subject again, to every
/// service that listens there. Where no stack runs, `NATS_URL` names one, as in a
/// cluster.
#[derive(Debug, Args)]
pub struct DeadLetters {
    /// Put the one at this place back; may be given several times
    #[arg(long, value_name = "PLACE")]
    republish: Vec<u64>,
    /// Put all of them back
    #[arg(long, conflicts_with = "republish")]
    republish_all: bool,
}

impl DeadLetters {
    /// Lists or puts back.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let stack = Inventory::find()?;
        let prefix = stack.events_prefix.parse().map_err(anyhow::Error::msg)?;
        let letters = Letters::open(&Broker::connect(&stack.nats.url, prefix).await?).await?;
        let all = letters.list().await?;
        if !self.republish_all && self.republish.is_empty() {
            list(&all, &report);
            return Ok(ExitCode::SUCCESS);
        }
        for place in self.chosen(&all)? {
            letters.republish(place).await?;
            report.say(format_args!("{place} is put back"));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn chosen(&self, all: &[DeadLetter]) -> Result<Vec<u64>> {
        let places: Vec<u64> = all.iter().map(|letter| letter.place).collect();
        if self.republish_all {
            return Ok(places);
        }
        for place in &self.republish {
            ensure!(places.contains(place), "there is no dead letter at place {place}");
        }
        Ok(self.republish.clone())
    }
}

fn list(letters: &[DeadLetter], report: &Report) {
    if letters.is_empty() {
        report.say("there are no dead letters");
    }
    for letter in letters {
        let DeadLetter { place, service, subject, sequence, reason, payload } = letter;
        report.say(format_args!("{place:>5}  {service}  {subject} #{sequence}\n       {reason}\n       {payload}"));
    }
}
