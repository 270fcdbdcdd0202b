//! `cargo xtask bench`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::bench;
use crate::build::{self, Profile};
use crate::install::{self, Mongo};
use crate::report::Report;

/// Measure memory, delays and throughput on a stack of its own
///
/// Starts a private stack in a temporary folder, uses it as shoppers would, and
/// prints a table of figures that says what was measured and how.
#[derive(Debug, Args)]
pub struct Bench {
    /// How many requests to send between the two measurements of memory
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    requests: usize,
    /// Build and measure optimized programs
    #[arg(long)]
    release: bool,
}

impl Bench {
    /// Measures all and prints the table.
    pub async fn run(self) -> Result<ExitCode> {
        let report = &Report::terminal();
        let (profile, name) =
            if self.release { (Profile::Release, "release") } else { (Profile::Dev, "dev, not optimized") };
        let programs = build::programs(profile, report).await?;
        let table = bench::run(&programs, self.requests, report).await?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mongo = match install::tools(&Report::silent()).await?.mongo {
            Mongo::Mongod(_) => "mongod",
            Mongo::Secantus(_) => "SecantusDB, a stand-in that is slower than mongod",
        };
        report.say(format_args!("\nPrograms: {name}. Database: {mongo}."));
        report.say(format_args!("Client, services and stores share {processors} processors.\n\n{table}"));
        Ok(ExitCode::SUCCESS)
    }
}
